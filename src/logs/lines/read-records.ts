import { IncidentError } from "../../domain/errors.ts";
import type { Problem } from "../../domain/ports.ts";
import type { LogStream } from "../../domain/telemetry.ts";
import { type LogReadability, sampleOf, unreadableLines } from "../../domain/log-readability.ts";
import { textOf } from "./event-reasons.ts";
import { LineSplitter } from "./line-splitter.ts";
import { EventReader } from "./event-reader.ts";
import type { LogEvent } from "./log-event.ts";
import { type ReadRecord, recordOf } from "./raw-record.ts";

/** A longer log line is skipped, because it would fill the memory and nobody reads it. */
const MAX_LINE_BYTES = 1 << 20;
/** Up to this many problems of one kind in one stream are reported one by one. The others are counted. */
const MAX_NAMED_PROBLEMS = 5;
/** Up to this many lines before the first one with a time are kept for that time. */
const MAX_HEAD = 64;
const NO_TIME = "no time at the start of the line";

export type ReadOptions = {
  onProblem?: ((problem: Problem) => void) | undefined;
  signal?: AbortSignal | undefined;
  /** A time near those of the lines, for times that are written without a year; null if none is known. */
  referenceMs: number | null;
  /** Takes the records of a stream in which no line has a time. Their time is 0. Absent: they are problems. */
  onUndated?: OnRecord | undefined;
  /** Takes the result at the end of the stream. */
  onRead?: ((readability: LogReadability) => void) | undefined;
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
  { onProblem, signal, referenceMs, onUndated, onRead }: ReadOptions,
): Promise<void> {
  const problems = problemCounter(stream.origin, onProblem);
  const counts: LogReadability = { lines: 0, readable: 0, framing: stream.framing, sample: null };
  const sink: Sink = {
    onRecord: (record, line) => {
      counts.lines += record.event.lines;
      counts.readable += record.event.lines;
      onRecord(record, line);
    },
    onUndated,
    onProblem: problems.add,
    onRefused: (lines, text) => {
      counts.lines += lines;
      counts.sample ??= sampleOf(text());
    },
  };
  const read = stream.framing === "raw" ? rawReader(stream, referenceMs, sink) : jsonReader(stream, referenceMs, sink);
  const splitter = new LineSplitter(
    (buffer, start, end, lineNumber, cutBytes) => {
      const isRead = read.push(buffer, start, end, lineNumber);
      if (cutBytes > 0)
        problems.add(
          lineNumber,
          isRead
            ? `cut off, because the line is longer than ${MAX_LINE_BYTES} bytes`
            : `skipped, because the line is longer than ${MAX_LINE_BYTES} bytes`,
        );
    },
    { maxLineBytes: MAX_LINE_BYTES },
  );
  await feed(stream, splitter, (line, what) => problems.add(line, what), signal);
  read.end();
  const unread = unreadableLines(counts);
  if (unread !== null) onProblem?.({ source: stream.origin, line: null, what: unread });
  problems.close();
  onRead?.(counts);
}

type Sink = {
  onRecord: OnRecord;
  onUndated: OnRecord | undefined;
  onProblem: (line: number, what: string) => void;
  /** Counts lines that are no record. `text`: the first of them. */
  onRefused: (lines: number, text: () => string) => void;
};
/** `push` returns false for a line that is no record and was not reported. */
type StreamReader = { push(buffer: Uint8Array, start: number, end: number, line: number): boolean; end(): void };

/**
 * Reads lines as a program wrote them. What continues an event belongs to its record. A line without a time takes that
 * of the line before it; the first lines of a stream take that of the first line with a time.
 */
function rawReader(stream: LogStream, referenceMs: number | null, sink: Sink): StreamReader {
  const { onRecord, onProblem } = sink;
  const writer = { service: stream.service ?? stream.origin, pod: stream.pod ?? null };
  let last: bigint | null = null;
  let head: LogEvent[] = [];
  let isUndated = false;
  const undated = (event: LogEvent): void => {
    onProblem(event.line, NO_TIME);
    sink.onRefused(event.lines, () => textOf(event.raw, event.rawStart, event.rawEnd));
    const record = recordOf(event, writer, 0n);
    if (record !== null) sink.onUndated?.(record, event.line);
  };
  const giveUp = (): void => {
    isUndated = true;
    head.forEach(undated);
    head = [];
  };
  const dated = (record: ReadRecord, line: number): void => {
    last = record.timeUnixNano;
    for (const event of head) {
      const first = recordOf(event, writer, last);
      if (first !== null) onRecord(first, event.line);
    }
    head = [];
    onRecord(record, line);
  };
  const reader = new EventReader({ referenceMs, fold: true, reading: stream.reading }, (event) => {
    if (event.rawEnd === event.rawStart) return;
    const record = recordOf(event, writer, last);
    if (record !== null) return dated(record, event.line);
    if (isUndated) return undated(event);
    head.push(copied(event));
    if (head.length >= MAX_HEAD) giveUp();
  });
  return {
    push: (buffer, start, end) => {
      reader.push(buffer, start, end);
      return true;
    },
    end: () => {
      reader.flush();
      giveUp();
    },
  };
}

/** The event with bytes of its own, to be kept after the call that gave it. */
function copied(event: LogEvent): LogEvent {
  const { text, textStart, textEnd, raw, rawStart, rawEnd, body, bodyStart, bodyEnd } = event;
  const kept = { ...event, textStart: 0, rawStart: 0, bodyStart: 0 };
  kept.text = text.slice(textStart, textEnd);
  kept.textEnd = kept.text.length;
  kept.raw = raw.slice(rawStart, rawEnd);
  kept.rawEnd = kept.raw.length;
  kept.body = body.slice(bodyStart, bodyEnd);
  kept.bodyEnd = kept.body.length;
  return kept;
}

/** Reads one JSON object a line. */
function jsonReader(
  stream: LogStream,
  referenceMs: number | null,
  { onRecord, onUndated, onProblem, onRefused }: Sink,
): StreamReader {
  let read: LogEvent | null = null;
  const writer = { service: stream.service, pod: stream.pod ?? null };
  const reader = new EventReader({ referenceMs, reading: stream.reading }, (event) => (read = event));
  const eventOf = (buffer: Uint8Array, start: number, end: number): LogEvent | null => {
    read = null;
    reader.push(buffer, start, end);
    return read;
  };
  return {
    push(buffer, start, end, line) {
      if (end === start) return true;
      const event = eventOf(buffer, start, end);
      const record = event === null || !event.isStructured ? null : recordOf(event, writer, null);
      if (record !== null && event?.hasStatement === true) onRecord(record, line);
      else if (end - start === MAX_LINE_BYTES) return false;
      else {
        onProblem(line, event === null ? "not JSON" : problemOf(event, buffer, start, end));
        onRefused(1, () => textOf(buffer, start, end));
        const undated =
          onUndated === undefined || event === null || record !== null || !event.isStructured || !event.hasStatement
            ? null
            : recordOf(event, writer, 0n);
        if (undated !== null) onUndated?.(undated, line);
      }
      return true;
    },
    end: () => undefined,
  };
}

/** What is wrong with a line that should be a record. */
function problemOf(event: LogEvent, buffer: Uint8Array, start: number, end: number): string {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(buffer.subarray(start, end)));
  } catch {
    return "not JSON";
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) return "not a JSON object";
  return event.nanos === null && Number.isNaN(event.ms) ? "no time (timeUnixNano)" : "no body";
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
