import type { OtlpSignal } from "../../domain/otlp.ts";
import { nanosToMs } from "../../domain/time.ts";
import type { ResourceRecords } from "./decode.ts";
import { logLineOf } from "./logs.ts";
import { pointsOf } from "./metrics.ts";
import { type OtlpResource, resourceOf } from "./resource.ts";
import { spanLine } from "./span-line.ts";
import { spanOf } from "./spans.ts";
import { attributesOf } from "./values.ts";

/** One record as a line of JSON. `endMs`: when it was complete, which for a span is when it ended. */
export type StoredRecord = {
  line: string;
  timeMs: number;
  endMs: number;
  entities: readonly (readonly [string, string])[];
};

/**
 * Reads the records of a message one by one. A record that cannot be read is refused alone.
 *
 * @yields a record, or the reason why one was refused. A metric is as many records as it has points.
 */
export function* recordsIn(
  signal: OtlpSignal,
  resources: Iterable<ResourceRecords>,
  receivedAtMs: number,
): Generator<StoredRecord | string> {
  for (const { attributes, records } of resources) {
    const resource = resourceOf(attributesOf(attributes));
    for (const raw of records) yield* READERS[signal](raw, resource, receivedAtMs);
  }
}

type Read = Iterable<StoredRecord | string>;

const READERS: Record<OtlpSignal, (raw: unknown, resource: OtlpResource, receivedAtMs: number) => Read> = {
  log(raw, resource, receivedAtMs) {
    const read = logLineOf(raw, resource, receivedAtMs);
    if (typeof read === "string") return [read];
    const timeMs = nanosToMs(read.timeUnixNano);
    return [{ line: read.line, timeMs, endMs: timeMs, entities: named(read) }];
  },
  trace(raw, resource) {
    const span = spanOf(raw, resource);
    if (typeof span === "string") return [span];
    const timeMs = nanosToMs(span.startUnixNano);
    const endMs = timeMs + span.durationUs / 1_000;
    return [{ line: spanLine(span), timeMs, endMs, entities: named(span) }];
  },
  *metric(raw, resource) {
    for (const point of pointsOf(raw, resource))
      yield typeof point === "string"
        ? point
        : {
            line: JSON.stringify(point),
            timeMs: point.timeMs,
            endMs: point.timeMs,
            entities: [[point.entity, point.entityKind]],
          };
  },
};

const named = ({ service, pod }: { service: string; pod: string | null }): [string, string][] =>
  pod === null
    ? [[service, "service"]]
    : [
        [service, "service"],
        [pod, "pod"],
      ];
