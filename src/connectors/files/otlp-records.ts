import { IncidentError } from "../../domain/errors.ts";
import { OTLP_SIGNALS, type OtlpSignal } from "../../domain/otlp.ts";
import { span } from "../../domain/phrasing.ts";
import type { Problem } from "../../domain/ports.ts";
import type { TelemetryQuery } from "../../domain/query.ts";
import { contains, type TimeWindow } from "../../domain/time.ts";
import { eachLine, lineBlocks } from "./blocks.ts";
import { readBytes } from "./bytes.ts";
import type { RecordedFile } from "./folder.ts";
import { metadataCollector } from "./metadata.ts";
import { fileProblems } from "./problems.ts";
import { type OtlpDecoder, otlpDecoder } from "../otlp/decode.ts";
import { recordsIn, type StoredRecord } from "../otlp/read-records.ts";
import type { OtlpRecords, RecordLines } from "../otlp/records.ts";

/** A collector writes each batch as one line. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
/** A line begins with the list that its message holds. */
const HEAD_BYTES = 64;
const KEYS = { log: '"resourceLogs"', metric: '"resourceMetrics"', trace: '"resourceSpans"' } as const satisfies Record<
  OtlpSignal,
  string
>;

/**
 * `files`: those of a recording, or of the system itself; `changedSinceMs`: only those that were written to since then.
 * `asOfMs`: no later record is given; null for no limit.
 */
export type OtlpFiles = Pick<OtlpRecords, "name" | "holds"> & {
  files(recording: string | null, changedSinceMs: number): Promise<RecordedFile[]>;
  asOfMs: number | null;
  now: () => number;
};

/**
 * Files of messages, one JSON object a line, as the collector's file exporter writes them. Each line may hold any
 * signal.
 *
 * @see https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/
 */
export function fileRecords({ name, holds, files, asOfMs, now }: OtlpFiles): OtlpRecords {
  const decoder = otlpDecoder();
  const scan = async (
    signal: OtlpSignal,
    { recording, range }: { recording: string | null; range: TimeWindow | null },
    problems: Problem[],
    abort: AbortSignal | undefined,
    onRecords: (records: StoredRecord[]) => void,
  ): Promise<void> => {
    for (const file of await files(recording, range?.startMs ?? 0))
      for await (const found of recordsOf(file, signal, { decoder, asOfMs, nowMs: now() }, problems, abort))
        onRecords(found.filter(({ timeMs }) => range === null || contains(range, timeMs)));
  };
  return {
    name,
    holds,
    async *read(signal, query, { problems }, abort) {
      for (const file of await files(query.recording, query.range.startMs))
        for await (const found of recordsOf(file, signal, { decoder, asOfMs, nowMs: now() }, problems, abort))
          yield linesFor(found, query);
    },
    async metadata(signal, request, nameOf, abort) {
      const found = metadataCollector();
      await scan(signal, request, [], abort, (records) => {
        for (const { timeMs, entities, line } of records) {
          found.time(timeMs);
          for (const [id, kind] of entities) found.entity(id, kind);
          if (nameOf !== null && request.fields.includes("names")) found.name(nameOf(line));
        }
      });
      return found.done([]);
    },
    async check(signal, abort) {
      const [problems, entities]: [Problem[], Set<string>] = [[], new Set()];
      let [count, newestMs]: [number, number | null] = [0, null];
      await scan(signal, { recording: null, range: null }, problems, abort, (records) => {
        count += records.length;
        for (const { timeMs, entities: about } of records) {
          newestMs = Math.max(newestMs ?? timeMs, timeMs);
          for (const [id] of about) entities.add(id);
        }
      });
      const [problem] = problems;
      return {
        hasData: count > 0,
        sample: count === 0 ? null : `${count.toLocaleString("en")} records of ${entities.size} entities`,
        newestMs,
        clockSkewMs: null,
        tenant: null,
        advice: [
          ...(problem === undefined ? [] : [`${problem.source}: ${problem.what}`]),
          ...(newestMs !== null && holds === "system" && now() - newestMs > STALE_MS
            ? [`The newest record is ${span(now() - newestMs)} old: does the collector still write these files?`]
            : []),
        ],
      };
    },
  };
}
const STALE_MS = 10 * 60_000;

/** The signals that files hold. Reads the start of each, without decoding, until it has found all three. */
export async function signalsIn(files: readonly RecordedFile[], maxBytesEach: number): Promise<OtlpSignal[]> {
  const found = new Set<OtlpSignal>();
  for (const file of files) {
    const problems = fileProblems(file.origin, undefined);
    let read = 0;
    for await (const { bytes } of lineBlocks(readBytes(file, problems), problems, MAX_LINE_BYTES)) {
      eachLine({ bytes, firstLine: 1 }, (start, end) => {
        for (const signal of OTLP_SIGNALS) if (holdsSignal(bytes, start, end, signal)) found.add(signal);
      });
      read += bytes.length;
      if (found.size === OTLP_SIGNALS.length || read > maxBytesEach) break;
    }
  }
  return OTLP_SIGNALS.filter((signal) => found.has(signal));
}

const holdsSignal = (bytes: Buffer, start: number, end: number, signal: OtlpSignal): boolean =>
  bytes.subarray(start, Math.min(end, start + HEAD_BYTES)).includes(KEYS[signal]);

type Reading = { decoder: OtlpDecoder; asOfMs: number | null; nowMs: number };

/** The records of one signal in one file, line by line. A line that cannot be read is a problem. */
async function* recordsOf(
  file: RecordedFile,
  signal: OtlpSignal,
  { decoder, asOfMs, nowMs }: Reading,
  found: Problem[],
  abort: AbortSignal | undefined,
): AsyncGenerator<StoredRecord[]> {
  const problems = fileProblems(file.origin, (problem) => found.push(problem));
  try {
    for await (const block of lineBlocks(readBytes(file, problems, abort), problems, MAX_LINE_BYTES)) {
      const lines: { start: number; end: number; line: number }[] = [];
      eachLine(block, (start, end, line) => {
        if (holdsSignal(block.bytes, start, end, signal)) lines.push({ start, end, line });
        else if (end - start > 2 && !OTLP_SIGNALS.some((other) => holdsSignal(block.bytes, start, end, other)))
          problems.add("not an OTLP message", line);
      });
      for (const { start, end, line } of lines) {
        abort?.throwIfAborted();
        const { records, refused } = decoded(decoder, signal, block.bytes.subarray(start, end), nowMs);
        for (const why of refused) problems.add(why, line);
        yield records.filter(({ endMs }) => asOfMs === null || endMs <= asOfMs);
      }
    }
  } finally {
    problems.close();
  }
}

function decoded(
  decoder: OtlpDecoder,
  signal: OtlpSignal,
  line: Buffer,
  nowMs: number,
): { records: StoredRecord[]; refused: string[] } {
  try {
    const read = [...recordsIn(signal, decoder.json(signal, line), nowMs)];
    return {
      records: read.filter((record) => typeof record !== "string"),
      refused: read.filter((record) => typeof record === "string"),
    };
  } catch (error) {
    if (error instanceof IncidentError) return { records: [], refused: ["a line cannot be decoded"] };
    throw error;
  }
}

const linesFor = (records: readonly StoredRecord[], { range, entities }: TelemetryQuery): RecordLines => {
  const wanted = new Set(entities);
  const kept = records.filter(
    (record) => contains(range, record.timeMs) && (wanted.size === 0 || record.entities.some(([id]) => wanted.has(id))),
  );
  return { bytes: Buffer.from(kept.map(({ line }) => `${line}\n`).join("")), isInside: true };
};
