import { OTLP_SIGNALS, type OtlpSignal, type OtlpStore } from "../../domain/otlp.ts";
import type { Telemetry } from "../../domain/ports.ts";
import { NO_PAGES, type PageTemplates } from "../link.ts";
import { logSource } from "./log-source.ts";
import { metricSource } from "./metric-source.ts";
import { withOtlpQueries } from "./native.ts";
import type { OtlpRecords } from "./records.ts";
import { storedRecords } from "./stored-records.ts";
import { type TopologyOf, topologySource } from "./topology-source.ts";
import { traceSource } from "./trace-source.ts";

const SOURCES = { log: logSource, metric: metricSource, trace: traceSource } as const;

/**
 * One source for each of these signals, and for the call edges in them.
 *
 * @param topologyOf null for a recording, whose edges come with its spans.
 */
export function sourcesOfRecords(
  records: OtlpRecords,
  signals: readonly OtlpSignal[],
  topologyOf: TopologyOf | null,
): Telemetry {
  const [hasSpans, hasMetrics] = [signals.includes("trace"), signals.includes("metric")];
  const topology =
    topologyOf === null || !(hasSpans || hasMetrics)
      ? []
      : [topologySource(records, { hasSpans, hasMetrics }, topologyOf)];
  return [...signals.map((signal) => SOURCES[signal](records)), ...topology];
}

/**
 * Received OpenTelemetry records, as sources of a live system. A signal of which nothing was received has no source:
 * that is not the same as a source that found nothing.
 *
 * @param now Unix milliseconds.
 * @param pages of another system that has the same records.
 */
export async function otlpSources(
  store: OtlpStore,
  now: () => number,
  topologyOf: TopologyOf | null = null,
  pages: PageTemplates = NO_PAGES,
): Promise<Telemetry> {
  const extents = await Promise.all(OTLP_SIGNALS.map((signal) => store.extent(signal)));
  const present = OTLP_SIGNALS.filter((_, at) => extents[at] !== null);
  return sourcesOfRecords(storedRecords(store, now), present, topologyOf).map(withOtlpQueries(pages));
}
