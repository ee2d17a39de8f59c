import { createHash } from "node:crypto";
import { zstdCompressSync } from "node:zlib";
import { IncidentError } from "../../domain/errors.ts";
import type { OtlpBlock, OtlpRequest, OtlpResult } from "../../domain/otlp.ts";
import { type Masker, NO_MASKER } from "../../domain/redact-values.ts";
import { contains, type TimeWindow, utcTime } from "../../domain/time.ts";
import { type OtlpDecoder, otlpDecoder } from "./decode.ts";
import { checkedJson } from "./json-limits.ts";
import { recordsIn, type StoredRecord } from "./read-records.ts";

/** More entities in one block are not listed. Then a reader must open the block to know. */
const MAX_ENTITIES = 500;
/** A record from further ahead has a wrong clock, and would never be found. */
const MAX_AHEAD_MS = 24 * 3_600_000;
const MAX_REASONS = 3;
/** More refused records than this: the sender is broken, and its message not worth the time. */
const MAX_REFUSED = 250_000;
/**
 * Characters of the records of one message. Each record repeats the names of its resource, so that a small message may
 * become large.
 */
const MAX_CHARACTERS = 64 * 1024 * 1024;

const tooMany = (what: string): IncidentError =>
  new IncidentError("REJECTED", `the message has too many ${what}`, { hint: "Send less in one request." });

/** `block`: the valid records of a request, ready to be stored; null if there are none. */
export type ReadExport = { block: OtlpBlock | null; result: OtlpResult };
/**
 * Reads an export request.
 *
 * @throws {IncidentError} BAD_INPUT if it cannot be decoded; REJECTED if it holds too much.
 */
export type ExportReader = (request: OtlpRequest) => Promise<ReadExport>;

/**
 * Reads requests without a pause, some seconds for the largest.
 *
 * @param maxAgeMs how long records are kept; older ones are refused.
 * @param masker masks what is stored; absent: nothing is masked.
 */
export function exportReader({
  maxAgeMs,
  masker = NO_MASKER,
}: {
  maxAgeMs: number;
  masker?: Masker;
}): (request: OtlpRequest) => ReadExport {
  let decoder: OtlpDecoder | null = null; // the messages are compiled with the first request
  return (request) => readExport((decoder ??= otlpDecoder()), request, { maxAgeMs, masker });
}

function readExport(
  decoder: OtlpDecoder,
  request: OtlpRequest,
  { maxAgeMs, masker }: { maxAgeMs: number; masker: Masker },
): ReadExport {
  const { signal, isJson, body, receivedAtMs } = request;
  const resources = isJson ? decoder.json(signal, checkedJson(body)) : decoder.protobuf(signal, body);
  const limits = { startMs: receivedAtMs - maxAgeMs, endMs: receivedAtMs + MAX_AHEAD_MS };
  const kept: StoredRecord[] = [];
  const reasons = new Set<string>();
  const strays = { count: 0, exampleMs: 0 };
  let [characters, refused] = [0, 0];
  for (const record of recordsIn(signal, resources, receivedAtMs)) {
    if (typeof record === "string") {
      refused += 1;
      if (reasons.size < MAX_REASONS) reasons.add(record);
    } else if (contains(limits, record.timeMs)) {
      characters += record.line.length;
      kept.push(maskedRecord(record, masker));
    } else if ((strays.count += 1) === 1) strays.exampleMs = record.timeMs;
    if (refused + strays.count > MAX_REFUSED) throw tooMany("records that are not valid");
    if (characters > MAX_CHARACTERS) throw tooMany("records");
  }
  const why = [...reasons, ...(strays.count === 0 ? [] : [outOfTime(strays)])].slice(0, MAX_REASONS).join("; ");
  return {
    block: kept.length === 0 ? null : blockOf(request, kept),
    result: { accepted: kept.length, rejected: refused + strays.count, why },
  };
}

/** Most lines hold nothing to mask, and are not parsed. */
function maskedRecord(record: StoredRecord, { text, values }: Masker): StoredRecord {
  const entities = record.entities.map(([id, kind]) => [text(id), kind] as const);
  if (text(record.line) === record.line) return { ...record, entities };
  return { ...record, entities, line: JSON.stringify(values(JSON.parse(record.line))) };
}

const outOfTime = ({ count, exampleMs }: { count: number; exampleMs: number }): string =>
  `${count} records are too old or in the future, such as one of ${utcTime(exampleMs)}; check the sender's clock`;

function blockOf({ signal, sender, receivedAtMs, body }: OtlpRequest, records: readonly StoredRecord[]): OtlpBlock {
  const entities = new Map<string, string>();
  for (const record of records)
    if (entities.size <= MAX_ENTITIES) for (const [id, kind] of record.entities) entities.set(id, kind);
  const ordered = records.toSorted((a, b) => a.timeMs - b.timeMs);
  return {
    signal,
    sender,
    receivedAtMs,
    range: rangeOf(ordered),
    records: records.length,
    entities: entities.size > MAX_ENTITIES ? null : [...entities],
    requestSha256: createHash("sha256").update(`${signal}\n`).update(body).digest("hex"),
    body: zstdCompressSync(Buffer.from(ordered.map(({ line }) => `${line}\n`).join(""))),
  };
}

/** @param ordered by time, not empty. */
function rangeOf(ordered: readonly StoredRecord[]): TimeWindow {
  const [first, last] = [ordered[0], ordered.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError("a block without records");
  return { startMs: first.timeMs, endMs: last.timeMs };
}
