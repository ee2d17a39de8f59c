/** Bytes. A longer line is skipped, so that one line can never fill the memory. */
const MAX_LINE_BYTES = 8 * 1024 * 1024;

/** Whole lines. `firstLine` counts from 1. */
export type LineBlock = { firstLine: number; bytes: Buffer };

/** Cuts a stream of bytes into blocks of whole lines. A line that is skipped leaves an empty one. */
export async function* lineBlocks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<LineBlock> {
  let rest: Uint8Array[] = [];
  let restBytes = 0;
  let line = 1;
  let isSkipping = false;
  for await (const piece of chunks) {
    const start = isSkipping ? piece.indexOf(0x0a) : 0;
    if (start === -1) continue;
    isSkipping = false;
    const chunk = piece.subarray(start); // the end of a skipped line stays
    const end = chunk.lastIndexOf(0x0a);
    if (end === -1) {
      rest.push(chunk);
      restBytes += chunk.length;
      if (restBytes > MAX_LINE_BYTES) [rest, restBytes, isSkipping] = [[], 0, true];
      continue;
    }
    const bytes = Buffer.concat([...rest, chunk.subarray(0, end + 1)]);
    yield { firstLine: line, bytes };
    line += countLines(bytes, bytes.length);
    rest = end + 1 < chunk.length ? [chunk.subarray(end + 1)] : [];
    restBytes = chunk.length - end - 1;
  }
  if (restBytes > 0) yield { firstLine: line, bytes: Buffer.concat(rest) };
}

/** The line ends before `end`. */
export function countLines(bytes: Buffer, end: number): number {
  let count = 0;
  for (let at = bytes.indexOf(0x0a); at !== -1 && at < end; at = bytes.indexOf(0x0a, at + 1)) count += 1;
  return count;
}
