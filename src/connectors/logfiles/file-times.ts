import type { FileHandle } from "node:fs/promises";
import type { LineFacts, LineFactsReader, OpenLineFacts } from "../../domain/line-facts.ts";
import { NEWLINE } from "../files/blocks.ts";
import { fileProblems } from "../files/problems.ts";
import type { LogFile } from "./find-files.ts";
import { logFileBytes, openLogFile, readAt } from "./read-file.ts";

/** Of each end of a file. Banners and traces are shorter. */
const PROBE_BYTES = 64 * 1024;
/** A search for a line with a time gives up after this many bytes. */
const MAX_SEARCHED_BYTES = 1024 * 1024;
/** Lines that are looked at for a time, from one end of a block. */
const MAX_LINES = 500;
/** Lines of each end whose service is read. */
const MAX_STATING = 50;
/** A longer stretch is cut in two by the search. */
const SEARCH_END_BYTES = 256 * 1024;

/**
 * What the ends of a file show. `first`, `last`: facts of the first and last line with a time; null if no line there
 * has one; `last` is null for a compressed file too. `directives`: lines at its start that name the fields of the
 * others.
 * `seen`: facts of the lines that were looked at. `services`: those that some lines state. `why`: the reason if it cannot be read.
 */
export type FileEnds = {
  first: LineFacts | null;
  last: LineFacts | null;
  directives: Buffer;
  seen: LineFacts[];
  services: ReadonlySet<string>;
  why: string | null;
};

/** Reads a little of both ends of a file. */
export async function readEnds(file: LogFile, open: OpenLineFacts, signal?: AbortSignal): Promise<FileEnds> {
  const facts = open(file.mtimeMs);
  const [head, tail, why] = file.coding === "plain" ? await plainEnds(file) : await packedStart(file, signal);
  const start = datedLine(head, facts, "first");
  const end = datedLine(tail, facts, "last");
  return {
    first: start.found?.facts ?? null,
    last: end.found?.facts ?? null,
    directives: directivesOf(head),
    seen: [...start.seen, ...end.seen],
    services: new Set([head, tail].flatMap((block) => [...statedServices(block, open(file.mtimeMs))])),
    why,
  };
}

async function plainEnds(file: LogFile): Promise<[Buffer, Buffer, string | null]> {
  const handle = await openLogFile(file);
  if (typeof handle === "string") return [Buffer.alloc(0), Buffer.alloc(0), handle];
  try {
    const head = await readAt(handle, 0, Math.min(PROBE_BYTES, file.size));
    const tailAt = Math.max(0, file.size - PROBE_BYTES);
    const tail = await readAt(handle, tailAt, file.size - tailAt);
    return [head, tailAt === 0 ? tail : tail.subarray(tail.indexOf(NEWLINE) + 1), null];
  } finally {
    await handle.close();
  }
}

async function packedStart(file: LogFile, signal?: AbortSignal): Promise<[Buffer, Buffer, string | null]> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  let why: string | null = null as string | null;
  const problems = fileProblems(file.path, ({ what }) => (why = what));
  for await (const chunk of logFileBytes(file, { start: 0, end: file.size }, problems, signal)) {
    pieces.push(chunk);
    bytes += chunk.length;
    if (bytes >= PROBE_BYTES) break;
  }
  return [Buffer.concat(pieces).subarray(0, PROBE_BYTES), Buffer.alloc(0), bytes === 0 ? why : null];
}

/** The services that the first lines of a block state. */
function statedServices(block: Buffer, facts: LineFactsReader): Set<string> {
  const found = new Set<string>();
  for (let [start, lines] = [0, 0]; start < block.length && lines < MAX_STATING; lines += 1) {
    const end = endOfLine(block, start);
    const { service } = facts(block, start, end);
    if (service !== null && service !== "") found.add(service);
    start = end + 1;
  }
  return found;
}

/** W3C logs name their fields in such lines. */
function directivesOf(head: Buffer): Buffer {
  let end = 0;
  while (head[end] === 0x23) {
    const newline = head.indexOf(NEWLINE, end);
    if (newline === -1) break;
    end = newline + 1;
  }
  return head.subarray(0, end);
}

type DatedLine = { start: number; facts: LineFacts };

/** The first or last line of a block that has a time, with the facts of the lines that were looked at. */
export function datedLine(
  block: Buffer,
  facts: LineFactsReader,
  which: "first" | "last",
): { found: DatedLine | null; seen: LineFacts[] } {
  const seen: LineFacts[] = [];
  let [start, end] = which === "first" ? [0, endOfLine(block, 0)] : lastLine(block, block.length);
  for (let lines = 0; lines < MAX_LINES && start < end + 1 && start < block.length; lines += 1) {
    const read = facts(block, start, block[end - 1] === 0x0d && end > start ? end - 1 : end);
    if (start < end) seen.push(read);
    if (!Number.isNaN(read.ms)) return { found: { start, facts: read }, seen };
    if (which === "last" && start === 0) break;
    [start, end] = which === "first" ? [end + 1, endOfLine(block, end + 1)] : lastLine(block, start);
  }
  return { found: null, seen };
}

function endOfLine(block: Buffer, start: number): number {
  const newline = block.indexOf(NEWLINE, start);
  return newline === -1 ? block.length : newline;
}

/** The line before `end`, whose line end may stand there. */
function lastLine(block: Buffer, end: number): [number, number] {
  const stop = end > 0 && block[end - 1] === NEWLINE ? end - 1 : end;
  const newline = stop === 0 ? -1 : block.lastIndexOf(NEWLINE, stop - 1);
  return [newline + 1, stop];
}

/**
 * Finds where to begin to read a file whose lines ascend in time: a start of a line, before which no line is at or
 * after
 * `fromMs`. Reads at most some forty stretches, whatever the size of the file.
 */
export async function seekTime(
  handle: FileHandle,
  size: number,
  fromMs: number,
  facts: LineFactsReader,
): Promise<number> {
  let [low, high] = [0, size];
  while (high - low > SEARCH_END_BYTES) {
    const middle = low + Math.floor((high - low) / 2);
    const found = await datedLineAfter(handle, middle, high, facts);
    if (found !== null && found.facts.ms < fromMs) low = found.start;
    else high = middle;
  }
  return low;
}

/** The first line with a time that begins after `from`. Null if there is none near. */
async function datedLineAfter(
  handle: FileHandle,
  from: number,
  until: number,
  facts: LineFactsReader,
): Promise<DatedLine | null> {
  for (let length = PROBE_BYTES; ; length *= 4) {
    const block = await readAt(handle, from, Math.min(length, until - from));
    const newline = block.indexOf(NEWLINE);
    if (newline !== -1) {
      const whole = block.subarray(newline + 1, block.lastIndexOf(NEWLINE) + 1);
      const { found } = datedLine(whole, facts, "first");
      if (found !== null) return { ...found, start: from + newline + 1 + found.start };
    }
    if (length >= MAX_SEARCHED_BYTES || from + length >= until) return null;
  }
}
