import { IncidentError } from "../../domain/errors.ts";
import type { Problem } from "../../domain/ports.ts";
import type { LogStream } from "../../domain/telemetry.ts";
import { LineSplitter } from "./line-splitter.ts";
import { RawRecords, type ReadRecord, recordOfFields } from "./raw-record.ts";

/** A longer log line is skipped, because it would fill the memory and nobody reads it. */
const MAX_LINE_BYTES = 1 << 20;
/** Up to this many problems of one kind in one stream are reported one by one. The others are counted. */
const MAX_NAMED_PROBLEMS = 5;

export type ReadOptions = {
  onProblem?: ((problem: Problem) => void) | undefined;
  signal?: AbortSignal | undefined;
  /** A time near those of the lines, for times that are written without a year; null if none is known. */
  referenceMs: number | null;
};
export type OnRecord = (record: ReadRecord, lineNumber: number) => void;

/**
 * Reads a stream record by record. A line that is not a record is reported and skipped, and so is the rest of a stream
 * that fails.
 *
 * @throws {IncidentError} as the source does; the signal's reason when aborted.
 */
export async function readRecords(
  stream: LogStream,
  onRecord: OnRecord,
  { onProblem, signal, referenceMs }: ReadOptions,
): Promise<void> {
  const problems = problemCounter(stream.origin, onProblem);
  const read = stream.framing === "raw" ? rawReader(stream, referenceMs) : jsonReader(stream);
  const splitter = new LineSplitter(
    (buffer, start, end, lineNumber, cutBytes) => {
      if (cutBytes > 0)
        return problems.add(lineNumber, `skipped, because the line is longer than ${MAX_LINE_BYTES} bytes`);
      if (end === start) return;
      const record = read(buffer, start, end);
      if (typeof record === "string") problems.add(lineNumber, record);
      else if (record !== null) onRecord(record, lineNumber);
    },
    { maxLineBytes: MAX_LINE_BYTES },
  );
  await feed(stream, splitter, (line, what) => problems.add(line, what), signal);
  problems.close();
}

type ReadLine = (buffer: Uint8Array, start: number, end: number) => ReadRecord | string | null;

function rawReader(stream: LogStream, referenceMs: number | null): ReadLine {
  const records = new RawRecords(stream.service ?? stream.origin, referenceMs);
  return (buffer, start, end) => records.read(buffer, start, end);
}

function jsonReader(stream: LogStream): ReadLine {
  const decoder = new TextDecoder();
  return (buffer, start, end) => {
    let fields: unknown;
    try {
      fields = JSON.parse(decoder.decode(buffer.subarray(start, end)));
    } catch {
      return "not JSON";
    }
    if (fields === null || typeof fields !== "object" || Array.isArray(fields)) return "not a JSON object";
    return recordOfFields(fields as Record<string, unknown>, stream.service);
  };
}

/** Reports the first problems of each kind, then the total number. */
function problemCounter(source: string, onProblem: ReadOptions["onProblem"]) {
  const counts = new Map<string, number>();
  return {
    add(line: number | null, what: string): void {
      const seen = (counts.get(what) ?? 0) + 1;
      counts.set(what, seen);
      if (seen <= MAX_NAMED_PROBLEMS) onProblem?.({ source, line, what });
    },
    close(): void {
      for (const [what, seen] of counts) {
        if (seen > MAX_NAMED_PROBLEMS) onProblem?.({ source, line: null, what: `${what} (${seen} lines in total)` });
      }
    },
  };
}

/**
 * Feeds a stream into a splitter. If the stream fails midway, the error is reported and the lines so far count. An
 * error of the source is rethrown.
 */
async function feed(
  stream: LogStream,
  splitter: LineSplitter,
  onFailure: (line: number | null, what: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  let failure: string | null = null;
  try {
    for await (const chunk of stream.chunks) {
      signal?.throwIfAborted();
      splitter.push(chunk);
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof IncidentError || !isStreamFailure(error)) throw error;
    failure = error.message;
  }
  const lines = splitter.end();
  if (failure !== null) onFailure(lines, `the stream ends here with an error: ${failure}`);
}

/** Errors of files and decompressors have a code (`Z_BUF_ERROR`, `ERR_…`, `EIO`). Bugs do not. */
const isStreamFailure = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && "code" in error && typeof error.code === "string";
