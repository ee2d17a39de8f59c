const TAG = "(?:think|thinking|thought|reasoning)";
const BLOCKS = new RegExp(String.raw`^(?:\s*<${TAG}>[\s\S]*?(?:</${TAG}>|$))+`, "i");
const UNOPENED = new RegExp(String.raw`^(?!\s*[{[])(?:(?!<${TAG}>)[\s\S])*?</${TAG}>`, "i");
/** The last channel of gpt-oss models on a server that does not parse it. */
const HARMONY = /^[\s\S]*<\|channel\|>final<\|message\|>/;

/**
 * Removes what a model thought before its answer: a leading `<think>…</think>`, also one whose beginning the server's
 * template holds, or whose end is cut off.
 */
export const stripReasoning = (text: string): string =>
  text
    .replace(HARMONY, "")
    .replace(BLOCKS, "")
    .replace(UNOPENED, "")
    .replace(/<\|(?:return|end)\|>\s*$/, "")
    .trim();
