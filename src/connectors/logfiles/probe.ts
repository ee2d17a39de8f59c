import type { OpenLineFacts } from "../../domain/line-facts.ts";
import { span } from "../../domain/phrasing.ts";
import type { TimeWindow } from "../../domain/time.ts";
import { type FileEnds, readEnds } from "./file-times.ts";
import type { FoundFiles, LogFile } from "./find-files.ts";
import { DISORDER_MS } from "./lines-in-range.ts";
import type { FileWriter, WriterReader } from "./writer.ts";

/** A file that may have lines of a range. */
export type ProbedFile = { file: LogFile; ends: FileEnds; writer: FileWriter };
export type Probing = { open: OpenLineFacts; writerOf: WriterReader; signal: AbortSignal | undefined };

/** A line is dated before the file that holds it is written; this much is no sign of a wrong clock. */
const CLOCK_AHEAD_MS = 30_000;

/** A file whose newest line is dated after the file was written. */
export type FileAhead = { path: string; byMs: number };

/**
 * Reads the ends of the files, and keeps those that may have lines of the range. `unread`: files that cannot be read.
 * `ahead`: files of the range that a program with a wrong clock or time zone writes; their lines may lie outside of it.
 */
export async function probeFiles(
  files: readonly LogFile[],
  range: TimeWindow | null,
  { open, writerOf, signal }: Probing,
): Promise<{ probed: ProbedFile[]; unread: FoundFiles["refused"]; ahead: FileAhead[] }> {
  const probed: ProbedFile[] = [];
  const ahead: FileAhead[] = [];
  const unread: FoundFiles["refused"] = [];
  for (const file of files) {
    signal?.throwIfAborted();
    const isOlder = range !== null && file.mtimeMs < range.startMs - DISORDER_MS; // nothing was written to it since
    if (file.size === 0 || isOlder) continue;
    const ends = await readEnds(file, open, signal);
    const byMs = file.coding === "plain" && ends.last !== null ? ends.last.ms - file.mtimeMs : 0;
    if (byMs > CLOCK_AHEAD_MS) ahead.push({ path: file.path, byMs });
    if (ends.why !== null) unread.push({ path: file.path, why: ends.why });
    else if (range === null || mayHold(ends, range))
      probed.push({ file, ends, writer: writerIn(ends, writerOf(file.path)) });
  }
  return { probed, unread, ahead };
}

/** What is wrong with a file that is ahead. */
export const misdated = (byMs: number): string =>
  `its lines are dated ${span(byMs)} after they were written: a clock or time zone is wrong`;

/** A file whose lines name several services, as that of a supervisor or of syslog, is of all of them. */
const writerIn = ({ services }: FileEnds, writer: FileWriter): FileWriter =>
  writer.isByName === true && writer.service !== null && services.size > 1 ? { service: null, pod: null } : writer;

function mayHold({ first, last }: FileEnds, { startMs, endMs }: TimeWindow): boolean {
  if (first === null || (last !== null && last.ms < first.ms)) return true; // no times, or no order
  return first.ms <= endMs + DISORDER_MS && (last === null || last.ms >= startMs - DISORDER_MS);
}
