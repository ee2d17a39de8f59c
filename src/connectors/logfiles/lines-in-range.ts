import type { LineFacts, LineFactsReader } from "../../domain/line-facts.ts";
import type { TimeWindow } from "../../domain/time.ts";
import { eachLine, type FileLines, NEWLINE } from "../files/blocks.ts";
import { datedLine } from "./file-times.ts";

/** Several writers of one file may be this far out of order. */
export const DISORDER_MS = 60_000;

/** Tests a line by its text, and by what it states of its writer. */
export type LogLineTest = (text: string, facts: LineFacts) => boolean;
type Rules = {
  range: TimeWindow;
  facts: LineFactsReader;
  /** False if the ends of the file show that its lines do not ascend in time. */
  isOrdered: boolean;
  /** Null to take all lines. */
  isWanted: LogLineTest | null;
};

/**
 * Takes the lines of a file that are inside a range. A line without a time belongs to the line before it. Blocks that
 * lie well inside or outside are not read line by line. Lines that are left out become empty, so that readers count
 * lines as in the file.
 */
export function linesInRange({ range, facts, isOrdered, isWanted }: Rules) {
  let isInside = false;
  let isPast = false;
  let last: LineFacts | null = null;

  function byLine(block: FileLines): Buffer {
    const { bytes } = block;
    const pieces: Uint8Array[] = [];
    eachLine(block, (start, lineEnd) => {
      const end = bytes[lineEnd - 1] === 0x0d && lineEnd > start ? lineEnd - 1 : lineEnd;
      const read = facts(bytes, start, end);
      if (!Number.isNaN(read.ms)) {
        last = read;
        isInside = read.ms >= range.startMs && read.ms <= range.endMs;
      }
      const of = Number.isNaN(read.ms) && read.service === null ? (last ?? read) : read;
      if (isInside && (isWanted === null || isWanted(bytes.toString("utf8", start, end), of)))
        pieces.push(bytes.subarray(start, end));
      if (lineEnd < bytes.length) pieces.push(LINE_END);
    });
    return Buffer.concat(pieces);
  }

  return {
    /** True once the rest of the file is later than the range. */
    get isPast() {
      return isPast;
    },
    take(block: FileLines): Buffer {
      const { bytes } = block;
      const first = isOrdered ? datedLine(bytes, facts, "first").found?.facts : undefined;
      const final = first === undefined ? undefined : datedLine(bytes, facts, "last").found?.facts;
      if (first === undefined || final === undefined) return byLine(block);
      const [startMs, endMs] = [Math.min(first.ms, final.ms), Math.max(first.ms, final.ms)];
      if (endMs < range.startMs - DISORDER_MS) {
        isInside = false;
        return emptied(bytes);
      }
      if (startMs > range.endMs + DISORDER_MS) isPast = true;
      if (isPast) return Buffer.alloc(0);
      const isWell = startMs > range.startMs + DISORDER_MS && endMs < range.endMs - DISORDER_MS;
      if (!isWell || isWanted !== null) return byLine(block);
      isInside = true;
      return bytes;
    },
  };
}

const LINE_END = Buffer.from("\n");

/** The line ends of a block alone. */
function emptied(bytes: Buffer): Buffer {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return Buffer.alloc(count, NEWLINE);
}
