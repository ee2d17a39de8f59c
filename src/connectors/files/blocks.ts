import { isUtf8 } from "node:buffer";
import type { FileProblems } from "./problems.ts";

/** Bytes. A longer line is skipped unless the caller allows more, so that one line can never fill the memory. */
const MAX_LINE_BYTES = 8 * 1024 * 1024;
export const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = Buffer.from("\uFEFF");

/** Whole lines with their newlines. `firstLine`: line number, from 1. */
export type FileLines = { firstLine: number; bytes: Buffer };

/** Cuts a byte stream into blocks of whole lines. A skipped line leaves an empty one. */
export async function* lineBlocks(
  chunks: AsyncIterable<Uint8Array>,
  problems: FileProblems,
  maxLineBytes: number = MAX_LINE_BYTES,
): AsyncGenerator<FileLines> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let line = 1;
  let skipping = false;
  for await (const chunk of chunks) {
    let from = 0;
    if (skipping) {
      const end = chunk.indexOf(NEWLINE);
      if (end === -1) continue;
      skipping = false;
      from = end; // its line end stays
    }
    const end = chunk.lastIndexOf(NEWLINE);
    if (end >= from) {
      held.push(chunk.subarray(from, end + 1));
      const bytes = withoutMark(Buffer.concat(held), line);
      yield { firstLine: line, bytes };
      line += countLines(bytes);
      held = [];
      heldBytes = 0;
      from = end + 1;
    }
    if (from === chunk.length) continue;
    held.push(chunk.subarray(from));
    heldBytes += chunk.length - from;
    if (heldBytes <= maxLineBytes) continue;
    problems.add(`a line longer than ${maxLineBytes / 1024 / 1024} MiB was skipped`, line);
    held = [];
    heldBytes = 0;
    skipping = true;
  }
  if (heldBytes > 0 && !problems.brokeOff) yield { firstLine: line, bytes: withoutMark(Buffer.concat(held), line) };
}

/** A byte order mark is not part of the first line. */
const withoutMark = (bytes: Buffer, line: number): Buffer =>
  line === 1 && bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? bytes.subarray(3) : bytes;

function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}

/** Calls `visit` with the bytes `[start, end)` of each line of a block, the newline not included. */
export function eachLine(
  { firstLine, bytes }: FileLines,
  visit: (start: number, end: number, line: number) => void,
): void {
  let line = firstLine;
  for (let start = 0; start < bytes.length; line += 1) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline === -1 ? bytes.length : newline;
    visit(start, end, line);
    start = end + 1;
  }
}

/** The lines of a block as text, without line ends. Bytes that are not UTF-8 are replaced and reported. */
export function linesOf(block: FileLines, problems: FileProblems): string[] {
  reportBadUtf8(block, problems);
  const text = block.bytes.toString("utf8");
  const lines = text.split(text.includes("\r") ? /\r?\n/ : "\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

export function reportBadUtf8(block: FileLines, problems: FileProblems): void {
  if (isUtf8(block.bytes)) return;
  eachLine(block, (start, end, line) => {
    if (!isUtf8(block.bytes.subarray(start, end))) problems.add("not UTF-8: the unreadable bytes were replaced", line);
  });
}
