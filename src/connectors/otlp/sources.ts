import { OTLP_SIGNALS, type OtlpStore } from "../../domain/otlp.ts";
import type { Telemetry } from "../../domain/ports.ts";
import { logSource } from "./log-source.ts";
import { metricSource } from "./metric-source.ts";
import { traceSource } from "./trace-source.ts";

const SOURCES = { log: logSource, metric: metricSource, trace: traceSource } as const;

/**
 * Received OpenTelemetry records, as sources of a live system. A signal of which nothing was received has no source:
 * that is not the same as a source that found nothing.
 *
 * @param now Unix milliseconds.
 */
export async function otlpSources(store: OtlpStore, now: () => number): Promise<Telemetry> {
  const extents = await Promise.all(OTLP_SIGNALS.map((signal) => store.extent(signal)));
  return OTLP_SIGNALS.flatMap((signal, at) => (extents[at] === null ? [] : [SOURCES[signal](store, now)]));
}
