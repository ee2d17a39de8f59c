import type { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { maskerOf } from "../../domain/redact-values.ts";

type SpanExporter = Pick<OTLPTraceExporter, "export" | "shutdown" | "forceFlush">;
type ReadableSpan = Parameters<SpanExporter["export"]>[0][number];

const { text, values } = maskerOf();

/** The last gate of traces: names, attributes, events and messages of spans hold no secret and no personal data. */
export const maskedExporter = (exporter: SpanExporter): SpanExporter => ({
  export: (spans, done) => exporter.export(spans.map(maskedSpan), done),
  shutdown: () => exporter.shutdown(),
  forceFlush: () => exporter.forceFlush(),
});

/** A view of a span: its other fields and methods are those of the span itself. */
const maskedSpan = (span: ReadableSpan): ReadableSpan =>
  Object.create(span, {
    name: { value: text(span.name) },
    attributes: { value: masked(span.attributes) },
    status: { value: values(span.status) },
    events: { value: span.events.map((event) => ({ ...event, ...maskedEvent(event) })) },
    links: { value: span.links.map((link) => ({ ...link, attributes: masked(link.attributes ?? {}) })) },
  }) as ReadableSpan;

const maskedEvent = ({ name, attributes }: ReadableSpan["events"][number]) => ({
  name: text(name),
  attributes: masked(attributes ?? {}),
});

/** The name of an attribute may show that its value is secret. */
const masked = (attributes: ReadableSpan["attributes"]): ReadableSpan["attributes"] =>
  values({ attributes }).attributes;
