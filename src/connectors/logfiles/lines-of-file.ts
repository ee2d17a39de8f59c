import type { LineFactsReader } from "../../domain/line-facts.ts";
import type { QueryCoverage } from "../../domain/ports.ts";
import { lineBlocks } from "../files/blocks.ts";
import type { LineLimit } from "../files/line-limit.ts";
import { type FileProblems, fileProblems } from "../files/problems.ts";
import { type FileEnds, seekTime } from "./file-times.ts";
import type { LogFile } from "./find-files.ts";
import { DISORDER_MS, linesInRange, type LogLineTest } from "./lines-in-range.ts";
import { logFileBytes, openLogFile } from "./read-file.ts";

/** Of a file whose lines have no time, the end is read. */
const UNTIMED_BYTES = 16 * 1024 * 1024;
/** The start of a file up to here is read anyway, so that its lines keep their numbers. */
const COUNTED_BYTES = 32 * 1024 * 1024;

/** What the streams of one answer share. */
export type FileReading = {
  coverage: QueryCoverage;
  signal: AbortSignal | undefined;
  limit: LineLimit | null;
  bytes: SharedBytes;
  isWanted: LogLineTest | null;
};

/** The lines of a file inside the range of the query, read as they are used. */
export async function* linesOfFile(
  file: LogFile,
  ends: FileEnds,
  facts: LineFactsReader,
  { coverage, signal, limit, bytes, isWanted }: FileReading,
): AsyncGenerator<Uint8Array> {
  const problems = fileProblems(file.path, (problem) => coverage.problems.push(problem));
  const allowed = bytes.share();
  const isUntimed = ends.first === null && ends.last === null;
  const isOrdered = ends.first !== null && (ends.last === null || ends.last.ms >= ends.first.ms);
  const { range } = coverage.query;
  const rules = linesInRange({
    range: isUntimed ? { startMs: Number.NEGATIVE_INFINITY, endMs: Number.POSITIVE_INFINITY } : range,
    facts,
    isOrdered,
    isWanted,
  });
  let taken = 0;
  try {
    const start = await startOf(file, ends, { facts, fromMs: range.startMs - DISORDER_MS, isOrdered }, problems);
    if (start > 0 && ends.directives.length > 0) yield ends.directives;
    const read = logFileBytes(file, { start, end: file.size }, problems, signal);
    for await (const block of lineBlocks(read, problems)) {
      const admitted = isUntimed && isWanted === null ? block.bytes : rules.take(block);
      const given = limit === null ? admitted : limit.take(admitted);
      taken += given.length;
      if (given.length > 0) yield given;
      if (limit?.isReached === true || rules.isPast) return;
      if (taken <= allowed) continue;
      coverage.gaps.push({ kind: "capped", why: `only the first ${megabytes(taken)} of ${file.path} were read` });
      return;
    }
  } finally {
    bytes.settle(taken);
    problems.close();
  }
}

/** Where to begin to read a plain file: 0 unless much of it is earlier than the range. */
async function startOf(
  file: LogFile,
  ends: FileEnds,
  { facts, fromMs, isOrdered }: { facts: LineFactsReader; fromMs: number; isOrdered: boolean },
  problems: FileProblems,
): Promise<number> {
  if (file.coding !== "plain") return 0;
  if (ends.first === null && ends.last === null) {
    problems.add("its lines have no time that can be read, so its end is read for every range", null);
    return Math.max(0, file.size - UNTIMED_BYTES);
  }
  if (!isOrdered || file.size <= COUNTED_BYTES) return 0;
  const handle = await openLogFile(file);
  if (typeof handle === "string") return 0; // the reader says so
  try {
    const start = await seekTime(handle, file.size, fromMs, facts);
    return start <= COUNTED_BYTES ? 0 : start;
  } finally {
    await handle.close();
  }
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1024 / 1024)} MB`;

/** Divides the bytes of an answer among its files: what one does not use, the next ones may. */
export type SharedBytes = { share(): number; settle(used: number): void };

export function sharedBytes(maxBytes: number, { length }: { readonly length: number }): SharedBytes {
  let [left, files] = [maxBytes, length];
  return {
    share: () => left / Math.max(1, files),
    settle(used) {
      left = Math.max(0, left - used);
      files -= 1;
    },
  };
}
