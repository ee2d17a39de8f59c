import type { AnySource, NativeQuery } from "../../domain/ports.ts";
import type { TelemetryQuery } from "../../domain/query.ts";
import { type PageTemplates, queryPage, tracePage } from "../link.ts";

const RECORDS: Partial<Record<TelemetryQuery["signal"], string>> = {
  log: "log records",
  metric: "data points",
  trace: "spans",
};
/** What the names of a query are, in OpenTelemetry's words. */
const NAMES: Partial<Record<TelemetryQuery["signal"], string>> = { metric: "metric.name", trace: "span.name" };

/**
 * States queries of OpenTelemetry records in OpenTelemetry's own names, because they have no query language. Pages are
 * those of another system that holds the same records.
 */
export const withOtlpQueries =
  (pages: PageTemplates) =>
  (source: AnySource): AnySource => ({ ...source, native: async (query: TelemetryQuery) => nativeOf(query, pages) });

function nativeOf(query: TelemetryQuery, pages: PageTemplates): NativeQuery[] {
  const { signal, range, entities } = query;
  const records = RECORDS[signal];
  if (records === undefined || query.recording !== null) return [];
  const ids = query.matchers.flatMap(({ label, op, value }) => (label === "trace_id" && op === "=" ? value : []));
  const service = entities[0] ?? "";
  if (signal === "trace" && ids.length > 0)
    return ids.map((traceId) => ({
      language: "OTLP",
      text: `spans where trace_id = ${JSON.stringify(traceId)}`,
      link: tracePage(pages, null, { traceId, range, service }),
    }));
  const text = [
    ...anyOf("service.name", entities),
    ...anyOf(NAMES[signal] ?? "name", query.names),
    ...anyOf(signal === "log" ? "body" : "name", query.patterns),
    ...query.matchers.map(({ label, op, value }) => `${JSON.stringify(label)} ${op} ${JSON.stringify(value)}`),
  ].join(" and ");
  const whole = text === "" ? records : `${records} where ${text}`;
  return [{ language: "OTLP", text: whole, link: queryPage(pages, null, { query: whole, range, service }) }];
}

/** Texts come from telemetry, so each is quoted. */
const anyOf = (field: string, values: readonly string[]): string[] =>
  values.length === 0 ? [] : [`${field} in (${values.map((value) => JSON.stringify(value)).join(", ")})`];
