import { join } from "node:path";
import type { FetchOptions, LogSource } from "../../domain/ports.ts";
import type { LogStream } from "../../domain/telemetry.ts";
import { lineBlocks } from "./blocks.ts";
import { readBytes } from "./bytes.ts";
import { findFile, openFolder, type RecordedFile, type RecordedFolder } from "./folder.ts";
import { admittedLines } from "./log-lines.ts";
import { fileProblems } from "./problems.ts";
import type { Recording } from "./recording.ts";
import { type TimeLimits, timeLimits } from "./time-limits.ts";

const LOG_FILE = /^(.+\.log)(?:\.gz|\.zst)?$/;

/**
 * Logs of a scenario folder: `logs.jsonl` as one stream of records; besides, one's own log files `<service>.log` (also compressed), in the folder
 * itself or in `logs/`, each a raw stream whose service is the name of the file. Chunks are whole lines of at most 8 MiB each.
 *
 * The times of raw lines are not known here: a raw stream is given whole whatever the window, and not at all (which is told) where
 * the analysis stands at a time.
 */
export const fileLogs = (recording: Recording): LogSource => ({
  name: "files",
  async openLogs(slice, options = {}) {
    const limits = timeLimits(slice.window, recording.asOfMs);
    const { records, raw } = await logFilesOf(await recording.folderOf(slice));
    const streams: LogStream[] = raw.flatMap((file) => {
      if (limits.asOfMs === null)
        return [{ origin: file.origin, framing: "raw", service: serviceOf(file), chunks: rawLines(file, options) }];
      options.onProblem?.({ source: file.origin, line: null, what: "its lines may be later than asOf: left out" });
      return [];
    });
    if (records)
      streams.unshift({
        origin: records.origin,
        framing: "jsonl",
        service: null,
        chunks: recordLines(records, limits, options),
      });
    return streams;
  },
});

/** Whether there is any log to open. */
export async function hasLogs(folder: RecordedFolder): Promise<boolean> {
  const { records, raw } = await logFilesOf(folder);
  return records !== null || raw.length > 0;
}

async function logFilesOf(folder: RecordedFolder): Promise<{ records: RecordedFile | null; raw: RecordedFile[] }> {
  const inner = folder.names.includes("logs")
    ? await openFolder(folder.root, join(folder.dir, "logs"), `${folder.label}logs/`)
    : null;
  const raw: RecordedFile[] = [];
  for (const place of [folder, inner]) {
    const names = new Set(place?.names.flatMap((name) => LOG_FILE.exec(name)?.[1] ?? []));
    for (const name of names) {
      const file = place && (await findFile(place, name));
      if (file) raw.push(file);
    }
  }
  return { records: await findFile(folder, "logs.jsonl"), raw };
}

const serviceOf = ({ origin }: RecordedFile): string => origin.replace(/^.*\//, "").replace(/\.log(?:\.\w+)?$/, "");

async function* recordLines(
  file: RecordedFile,
  limits: TimeLimits,
  { signal, onProblem }: FetchOptions,
): AsyncGenerator<Uint8Array> {
  const problems = fileProblems(file.origin, onProblem);
  let read = false;
  try {
    for await (const block of lineBlocks(readBytes(file, problems, signal), problems)) {
      read = true;
      const admitted = admittedLines(block, limits, problems);
      if (admitted.length > 0) yield admitted;
    }
    if (!read) problems.addIfSilent("empty");
  } finally {
    problems.close();
  }
}

async function* rawLines(file: RecordedFile, { signal, onProblem }: FetchOptions): AsyncGenerator<Uint8Array> {
  const problems = fileProblems(file.origin, onProblem);
  let read = false;
  try {
    for await (const { bytes } of lineBlocks(readBytes(file, problems, signal), problems)) {
      read = true;
      yield bytes;
    }
    if (!read) problems.addIfSilent("empty");
  } finally {
    problems.close();
  }
}
