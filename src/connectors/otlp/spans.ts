import { z } from "zod";
import type { Span, SpanKind } from "../../domain/telemetry.ts";
import { exceptionOf, reasonOf } from "./logs.ts";
import { peerOf } from "./peer.ts";
import { instanceOf, type OtlpResource, writerOf } from "./resource.ts";
import { attributesOf, HexId, Whole } from "./values.ts";

const Code = z.union([z.number(), z.string()]).nullish();
const Record = z.object({
  traceId: HexId,
  spanId: HexId,
  parentSpanId: HexId,
  name: z.string().nullish(),
  kind: Code,
  startTimeUnixNano: Whole.default(0n),
  endTimeUnixNano: Whole.default(0n),
  attributes: z.unknown().optional(),
  events: z.unknown().optional(),
  status: z.object({ code: Code, message: z.string().nullish() }).nullish(),
});
const Event = z.object({ name: z.string().nullish(), attributes: z.unknown().optional() });

/** By number, and in JSON also by name. @see https://opentelemetry.io/docs/specs/otel/trace/api/#spankind */
const KINDS: readonly (SpanKind | null)[] = [null, "internal", "server", "client", "producer", "consumer"];
const STATUSES = ["", "OK", "ERROR"] as const;
const MAX_MESSAGE = 500;
const MAX_NAME = 500;
const MAX_EVENTS = 128;

/** @returns the reason why it cannot be read, if so. */
export function spanOf(raw: unknown, resource: OtlpResource): Span | string {
  const parsed = Record.safeParse(raw);
  if (!parsed.success) return `a span is not valid: ${reasonOf(parsed.error)}`;
  const { traceId, spanId, parentSpanId, name, startTimeUnixNano, endTimeUnixNano } = parsed.data;
  if (traceId === null || spanId === null) return "a span has no id";
  if (startTimeUnixNano <= 0n || endTimeUnixNano < startTimeUnixNano) return "a span ends before it starts";
  const attributes = attributesOf(parsed.data.attributes);
  const kind = kindOf(parsed.data.kind);
  const peer = kind === "client" || kind === "producer" ? peerOf(attributes) : null;
  return {
    traceId,
    spanId,
    parentSpanId,
    service: writerOf(resource),
    pod: instanceOf(resource),
    operation: (name ?? "").slice(0, MAX_NAME),
    startUnixNano: startTimeUnixNano,
    durationUs: Number(endTimeUnixNano - startTimeUnixNano) / 1_000,
    status: statusOf(parsed.data),
    ...(kind === null ? {} : { kind }),
    ...(peer === null ? {} : { peer: peer.id, peerKind: peer.kind }),
  };
}

const kindOf = (kind: z.infer<typeof Code>): SpanKind | null =>
  typeof kind === "string"
    ? (KINDS.find((known) => known !== null && kind === `SPAN_KIND_${known.toUpperCase()}`) ?? null)
    : (KINDS[kind ?? 0] ?? null);

/** An error's text is its message or, without one, the exception that the span recorded. */
function statusOf({ status, events }: Pick<z.infer<typeof Record>, "status" | "events">): string {
  const code = status?.code;
  const name =
    typeof code === "string" ? (STATUSES.find((known) => code === `STATUS_CODE_${known}`) ?? "") : STATUSES[code ?? 0];
  if (name !== "ERROR") return name ?? "";
  const text = (status?.message || exceptionIn(events)).replaceAll(/\s+/g, " ").trim().slice(0, MAX_MESSAGE);
  return text === "" ? "ERROR" : `ERROR: ${text}`;
}

/** Type and message of the last exception among the events of a span. */
function exceptionIn(events: unknown): string {
  const list = Array.isArray(events) ? events.slice(-MAX_EVENTS).toReversed() : [];
  for (const raw of list) {
    const event = Event.safeParse(raw);
    if (!event.success || event.data.name !== "exception") continue;
    const attributes = attributesOf(event.data.attributes);
    return exceptionOf(new Map([...attributes].filter(([key]) => key !== "exception.stacktrace")));
  }
  return "";
}
