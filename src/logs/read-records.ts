import { IncidentError } from "../domain/errors.ts";
import type { Problem } from "../domain/ports.ts";
import type { LogRecord, LogStream } from "../domain/telemetry.ts";
import { LineSplitter } from "./line-splitter.ts";

/** A log line longer than this is cut (raw) or stepped over (JSON): nobody reads it, and it must not fill the memory. */
export const MAX_LINE_BYTES = 1 << 20;
/** Problems of one kind in one stream that are named one by one; the rest are counted. */
const MAX_NAMED_PROBLEMS = 5;

export type ReadOptions = { onProblem?: ((problem: Problem) => void) | undefined; signal?: AbortSignal | undefined };
/** A record, with whether its stream gave it no time, and the line that it stands on. */
export type OnRecord = (record: LogRecord, lineNumber: number) => void;

const textOrNull = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

function nanosOf(value: unknown): bigint | null {
  if (typeof value === "string" && /^\d{1,20}$/.test(value)) return BigInt(value);
  if (typeof value === "number" && Number.isSafeInteger(Math.trunc(value)) && value >= 0) return BigInt(Math.trunc(value));
  return null;
}

/** @returns the record, or what is wrong with the line. */
function parseRecord(line: string, service: string | null): LogRecord | string {
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return "not JSON";
  }
  if (fields === null || typeof fields !== "object" || Array.isArray(fields)) return "not a JSON object";
  const timeUnixNano = nanosOf(fields.timeUnixNano);
  if (timeUnixNano === null) return "no usable timeUnixNano";
  const { body } = fields;
  if (body == null) return "no body";
  return {
    timeUnixNano,
    service: textOrNull(fields.service) ?? service ?? textOrNull(fields.pod) ?? "unknown",
    pod: textOrNull(fields.pod),
    body: typeof body === "string" ? body : JSON.stringify(body),
    traceId: textOrNull(fields.traceId),
    spanId: textOrNull(fields.spanId),
  };
}

/** Names the first few problems of each kind, then says how many more there were. */
function problemCounter(source: string, onProblem: ReadOptions["onProblem"]) {
  const counts = new Map<string, number>();
  return {
    add(line: number | null, what: string) {
      const seen = (counts.get(what) ?? 0) + 1;
      counts.set(what, seen);
      if (seen <= MAX_NAMED_PROBLEMS) onProblem?.({ source, line, what });
    },
    close() {
      for (const [what, seen] of counts) {
        if (seen > MAX_NAMED_PROBLEMS) onProblem?.({ source, line: null, what: `${what}: ${seen} lines in all` });
      }
    },
  };
}

/**
 * Reads a `jsonl` stream record by record. A line that is no record, and a stream that breaks off, are reported and stepped over.
 *
 * @throws {IncidentError} what the source itself throws; the signal's reason when aborted.
 */
export async function readRecords(stream: LogStream, onRecord: OnRecord, { onProblem, signal }: ReadOptions): Promise<void> {
  const problems = problemCounter(stream.origin, onProblem);
  const decoder = new TextDecoder();
  const splitter = new LineSplitter(
    (buffer, start, end, lineNumber, cutBytes) => {
      if (cutBytes > 0) return problems.add(lineNumber, `line is longer than ${MAX_LINE_BYTES} bytes and was left out`);
      if (end === start) return;
      const record = parseRecord(decoder.decode(buffer.subarray(start, end)), stream.service);
      if (typeof record === "string") return problems.add(lineNumber, record);
      onRecord(record, lineNumber);
    },
    { maxLineBytes: MAX_LINE_BYTES },
  );
  await feed(stream, splitter, (line, what) => problems.add(line, what), signal);
  problems.close();
}

/** Pours a stream into a splitter. A stream that breaks off ends there, and is reported; being unable to ask is not. */
export async function feed(
  stream: LogStream,
  splitter: LineSplitter,
  onBreak: (line: number | null, what: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  let broken: string | null = null;
  try {
    for await (const chunk of stream.chunks) {
      signal?.throwIfAborted();
      splitter.push(chunk);
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof IncidentError || !isStreamFailure(error)) throw error;
    broken = error.message;
  }
  const lines = splitter.end();
  if (broken !== null) onBreak(lines, `the stream breaks off here: ${broken}`);
}

/** Failures of files and decompressors carry a code (`Z_BUF_ERROR`, `ERR_…`, `EIO`); bugs do not. */
const isStreamFailure = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && "code" in error && typeof error.code === "string";
