import type { Series, Span } from "../domain/telemetry.ts";
import { nanosToMs } from "../domain/time.ts";
import { isError } from "./forest.ts";

const BIN_MS = 30_000;
/** A bin with fewer spans says nothing of its share of failures. */
const MIN_SPANS = 5;

/**
 * How long the spans of some services take (mean of ln(1 + µs)) and which share of them fails, twice a minute. Times
 * are those of the middle of each half minute.
 */
export function spanSeries(spans: readonly Span[], services: ReadonlySet<string>): Series[] {
  const wanted = spans.filter(({ service }) => services.has(service));
  return [...Map.groupBy(wanted, ({ service }) => service)].flatMap(([entity, of]) => {
    const bins = [...Map.groupBy(of, ({ startUnixNano }) => Math.floor(nanosToMs(startUnixNano) / BIN_MS))]
      .filter(([, inBin]) => inBin.length >= MIN_SPANS)
      .toSorted(([a], [b]) => a - b);
    const timesMs = bins.map(([bin]) => (bin + 0.5) * BIN_MS);
    const mean = (of: (span: Span) => number): number[] =>
      bins.map(([, inBin]) => inBin.reduce((sum, span) => sum + of(span), 0) / inBin.length);
    const common = { entity, entityKind: "service", timesMs };
    return [
      { ...common, metric: "error_rate", values: mean((span) => Number(isError(span))) },
      { ...common, metric: "latency", values: mean(({ durationUs }) => Math.log1p(durationUs)) },
    ];
  });
}
