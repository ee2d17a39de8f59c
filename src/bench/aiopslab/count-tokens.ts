/**
 * Loads the encoding of gpt-3.5-turbo (cl100k_base, 100,000 entries), and returns a function that counts the tokens of
 * a text. A text such as `<|endoftext|>` is plain text: what an agent reads can hold it.
 */
export async function tokenCounter(): Promise<(text: string) => number> {
  const [{ Tiktoken }, { default: ranks }] = await Promise.all([
    import("js-tiktoken/lite"),
    import("js-tiktoken/ranks/cl100k_base"),
  ]);
  const encoding = new Tiktoken(ranks);
  return (text) => encoding.encode(text, [], []).length;
}
