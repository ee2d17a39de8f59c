import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { promisify } from "node:util";
import { zstdCompress } from "node:zlib";
import type { OtlpBlock, OtlpReceiver, OtlpRequest, OtlpSignal, OtlpStore } from "../../domain/otlp.ts";
import { contains, nanosToMs, type TimeWindow, utcTime } from "../../domain/time.ts";
import { otlpAnswers } from "./answers.ts";
import { otlpDecoder, type ResourceRecords } from "./decode.ts";
import { logLineOf } from "./logs.ts";
import { pointsOf } from "./metrics.ts";
import { type OtlpResource, resourceOf } from "./resource.ts";
import { otlpSchema } from "./schema.ts";
import { spanLine } from "./span-line.ts";
import { spanOf } from "./spans.ts";
import { attributesOf } from "./values.ts";

const compress = promisify(zstdCompress);
/** More entities in one block are not listed. Then a reader must open the block to know. */
const MAX_ENTITIES = 500;
/** A record from further ahead has a wrong clock, and would never be found. */
const MAX_AHEAD_MS = 24 * 3_600_000;
const MAX_REASONS = 3;
/** Records that are read at a time, some tens of milliseconds. */
const SLICE = 500;
/**
 * Characters of the records of one message. Each record repeats the names of its resource, so that a small message may
 * become large.
 */
const MAX_CHARACTERS = 64 * 1024 * 1024;
const TOO_LARGE = "the message has too many records; send less in one request";

/** One record as a line of JSON. `endMs`: when it was complete, which for a span is when it ended. */
export type StoredRecord = {
  line: string;
  timeMs: number;
  endMs: number;
  entities: readonly (readonly [string, string])[];
};
type Read = { records: StoredRecord[]; refused: string[] };

/**
 * Decodes export requests and stores their records.
 *
 * @param maxAgeMs how long the store keeps records; older ones are refused.
 */
export function otlpReceiver(store: OtlpStore, { maxAgeMs }: { maxAgeMs: number }): OtlpReceiver {
  const open = once(() => {
    const schema = otlpSchema();
    return { decoder: otlpDecoder(schema), answers: otlpAnswers(schema) };
  });
  return {
    async receive(request) {
      const { signal, isJson, body, receivedAtMs } = request;
      const { decoder } = open();
      const resources = isJson ? decoder.json(signal, body) : decoder.protobuf(signal, body);
      const { records, refused } = await readInSlices(signal, resources, receivedAtMs);
      const limits = { startMs: receivedAtMs - maxAgeMs, endMs: receivedAtMs + MAX_AHEAD_MS };
      const { kept = [], strayed = [] } = Object.groupBy(records, ({ timeMs }) =>
        contains(limits, timeMs) ? "kept" : "strayed",
      );
      if (kept.length > 0) await store.add(await blockOf(request, kept));
      return {
        accepted: kept.length,
        rejected: refused.length + strayed.length,
        why: [...new Set([...refused, ...outOfTime(strayed)])].slice(0, MAX_REASONS).join("; "),
      };
    },
    answer: async (result, { signal, isJson }) => open().answers.result(result, signal, isJson),
    refusal: async (message, { isJson }) => open().answers.status(message, isJson),
  };
}

/** The messages are compiled with the first request. */
function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

const outOfTime = (records: readonly StoredRecord[]): string[] =>
  records
    .slice(0, 1)
    .map(
      ({ timeMs }) =>
        `${records.length} records are too old or in the future, such as one of ${utcTime(timeMs)}; ` +
        "check the sender's clock",
    );

/** Reads a large message without keeping other requests waiting. */
async function readInSlices(
  signal: OtlpSignal,
  resources: readonly ResourceRecords[],
  receivedAtMs: number,
): Promise<Read> {
  const all: Read = { records: [], refused: [] };
  let characters = 0;
  for (const { attributes, records } of resources)
    for (let at = 0; at < records.length; at += SLICE) {
      const slice = readAll(signal, [{ attributes, records: records.slice(at, at + SLICE) }], receivedAtMs);
      for (const record of slice.records) {
        characters += record.line.length;
        if (characters <= MAX_CHARACTERS) all.records.push(record);
        else all.refused.push(TOO_LARGE);
      }
      for (const why of slice.refused) all.refused.push(why);
      await setImmediate();
    }
  return all;
}

/** Reads all records of a message. A record that cannot be read is refused alone. */
export function readAll(signal: OtlpSignal, resources: readonly ResourceRecords[], receivedAtMs: number): Read {
  const all: Read = { records: [], refused: [] };
  for (const { attributes, records } of resources) {
    const resource = resourceOf(attributesOf(attributes));
    for (const raw of records) {
      const { records: read, refused } = READERS[signal](raw, resource, receivedAtMs);
      for (const why of refused) all.refused.push(why);
      for (const record of read) all.records.push(record);
    }
  }
  return all;
}

const refusedFor = (why: string): Read => ({ records: [], refused: [why] });

const READERS: Record<OtlpSignal, (raw: unknown, resource: OtlpResource, receivedAtMs: number) => Read> = {
  log(raw, resource, receivedAtMs) {
    const read = logLineOf(raw, resource, receivedAtMs);
    if (typeof read === "string") return refusedFor(read);
    const timeMs = nanosToMs(read.timeUnixNano);
    return { records: [{ line: read.line, timeMs, endMs: timeMs, entities: named(read) }], refused: [] };
  },
  trace(raw, resource) {
    const span = spanOf(raw, resource);
    if (typeof span === "string") return refusedFor(span);
    const timeMs = nanosToMs(span.startUnixNano);
    const endMs = timeMs + span.durationUs / 1_000;
    const record = { line: spanLine(span), timeMs, endMs, entities: named(span) };
    return { records: [record], refused: [] };
  },
  metric(raw, resource) {
    const { points, refused } = pointsOf(raw, resource);
    const records = points.map((point) => ({
      line: JSON.stringify(point),
      timeMs: point.timeMs,
      endMs: point.timeMs,
      entities: [[point.entity, point.entityKind] as const],
    }));
    return { records, refused };
  },
};

const named = ({ service, pod }: { service: string; pod: string | null }): [string, string][] =>
  pod === null
    ? [[service, "service"]]
    : [
        [service, "service"],
        [pod, "pod"],
      ];

async function blockOf(
  { signal, sender, receivedAtMs, body }: OtlpRequest,
  records: readonly StoredRecord[],
): Promise<OtlpBlock> {
  const entities = new Map(records.flatMap((record) => record.entities));
  const ordered = records.toSorted((a, b) => a.timeMs - b.timeMs);
  return {
    signal,
    sender,
    receivedAtMs,
    range: rangeOf(ordered),
    records: records.length,
    entities: entities.size > MAX_ENTITIES ? null : [...entities],
    requestSha256: createHash("sha256").update(`${signal}\n`).update(body).digest("hex"),
    body: await compress(Buffer.from(ordered.map(({ line }) => `${line}\n`).join(""))),
  };
}

/** @param ordered by time, not empty. */
function rangeOf(ordered: readonly StoredRecord[]): TimeWindow {
  const [first, last] = [ordered[0], ordered.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError("a block without records");
  return { startMs: first.timeMs, endMs: last.timeMs };
}
