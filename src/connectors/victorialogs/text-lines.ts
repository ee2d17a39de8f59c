/** A longer line is skipped, so that one line can never fill the memory. */
const MAX_LINE_CHARS = 2 * 1024 * 1024;

/** The lines of a stream of bytes, without line ends; blank ones are left out. */
export async function* textLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let pieces: string[] = [];
  let held = 0;
  let isSkipping = false;
  for await (const chunk of bytes) {
    const [first = "", ...rest] = decoder.decode(chunk, { stream: true }).split("\n");
    pieces.push(first);
    held += first.length;
    if (held > MAX_LINE_CHARS) [pieces, held, isSkipping] = [[], 0, true];
    for (const next of rest) {
      const line = pieces.join("").trim();
      if (!isSkipping && line !== "") yield line;
      [pieces, held, isSkipping] = [[next], next.length, false];
    }
  }
  const line = (pieces.join("") + decoder.decode()).trim();
  if (!isSkipping && line !== "") yield line;
}
