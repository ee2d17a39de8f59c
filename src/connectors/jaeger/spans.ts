import { z } from "zod";
import type { Span, SpanKind } from "../../domain/telemetry.ts";
import { exceptionOf } from "../otlp/logs.ts";
import { peerOf } from "../otlp/peer.ts";
import { instanceOf, resourceOf, writerOf } from "../otlp/resource.ts";
import type { OtlpAttributes } from "../otlp/values.ts";

const Tag = z.object({ key: z.string(), value: z.unknown() });
const Tags = z
  .array(Tag)
  .nullish()
  .transform((tags) => tags ?? []);
const Micros = z.number().min(0).max(Number.MAX_SAFE_INTEGER);
const JaegerSpan = z.object({
  traceID: z.string().regex(/^[0-9a-f]{1,32}$/i),
  spanID: z.string().regex(/^[0-9a-f]{1,16}$/i),
  operationName: z.string().default(""),
  references: z
    .array(z.object({ refType: z.string(), traceID: z.string(), spanID: z.string() }))
    .nullish()
    .transform((list) => list ?? []),
  startTime: Micros,
  duration: Micros,
  tags: Tags,
  logs: z
    .array(z.object({ fields: Tags }))
    .nullish()
    .transform((logs) => logs ?? []),
  processID: z.string().default(""),
});
/** One trace of the JSON that Jaeger's own pages read. Spans are checked one by one. */
export const JaegerTrace = z.object({
  traceID: z.string(),
  spans: z.array(z.unknown()).max(100_000),
  processes: z.record(z.string(), z.object({ serviceName: z.string(), tags: Tags })).default({}),
});
export type JaegerTrace = z.infer<typeof JaegerTrace>;

const KINDS: readonly SpanKind[] = ["server", "client", "producer", "consumer", "internal"];
const MAX_TEXT = 500;

const attributesOf = (tags: z.infer<typeof Tags>): OtlpAttributes =>
  new Map(
    tags.map(({ key, value }) => [
      key,
      typeof value === "string" ? value.slice(0, 16_384) : (JSON.stringify(value) ?? ""),
    ]),
  );

/** The spans of a trace. A span that is not valid is left out. */
export const spansOf = ({ spans, processes }: JaegerTrace): Span[] =>
  spans.flatMap((raw): Span[] => {
    const parsed = JaegerSpan.safeParse(raw);
    if (!parsed.success) return [];
    const { traceID, spanID, operationName, startTime, duration, processID } = parsed.data;
    const process = processes[processID];
    const resource = resourceOf(
      new Map([...attributesOf(process?.tags ?? []), ["service.name", process?.serviceName ?? ""]]),
    );
    const attributes = attributesOf(parsed.data.tags);
    const kind = KINDS.find((known) => known === attributes.get("span.kind")) ?? null;
    const peer = kind === "client" || kind === "producer" ? peerOf(attributes) : null;
    return [
      {
        traceId: traceID.toLowerCase(),
        spanId: spanID.toLowerCase(),
        parentSpanId: parentOf(parsed.data),
        service: writerOf(resource),
        pod: instanceOf(resource),
        operation: operationName.slice(0, MAX_TEXT),
        startUnixNano: BigInt(Math.round(startTime)) * 1_000n,
        durationUs: duration,
        status: statusOf(attributes, parsed.data.logs),
        ...(kind === null ? {} : { kind }),
        ...(peer === null ? {} : { peer: peer.id, peerKind: peer.kind }),
      },
    ];
  });

/** The span that this one belongs to, in the same trace. */
function parentOf({ traceID, references }: z.infer<typeof JaegerSpan>): string | null {
  const own = references.filter((reference) => reference.traceID === traceID);
  const parent = own.find(({ refType }) => refType === "CHILD_OF") ?? own[0];
  return parent?.spanID.toLowerCase() ?? null;
}

/** @see https://opentelemetry.io/docs/specs/otel/common/mapping-to-non-otlp/, and OpenTracing's tag `error` */
function statusOf(attributes: OtlpAttributes, logs: z.infer<typeof JaegerSpan>["logs"]): string {
  const code = attributes.get("otel.status_code");
  if (code !== "ERROR" && attributes.get("error") !== "true") return code === "OK" ? "OK" : "";
  const exceptions = logs.map(({ fields }) => exceptionOf(withoutStack(attributesOf(fields))));
  const text = attributes.get("otel.status_description") || exceptions.findLast((found) => found !== "") || "";
  const line = text.replaceAll(/\s+/g, " ").trim().slice(0, MAX_TEXT);
  return line === "" ? "ERROR" : `ERROR: ${line}`;
}

const withoutStack = (attributes: OtlpAttributes): OtlpAttributes =>
  new Map([...attributes].filter(([key]) => key !== "exception.stacktrace"));
