import { OTLP_SIGNALS, type OtlpSignal, type OtlpStore } from "../../domain/otlp.ts";
import type { Telemetry } from "../../domain/ports.ts";
import { logSource } from "./log-source.ts";
import { metricSource } from "./metric-source.ts";
import type { OtlpRecords } from "./records.ts";
import { storedRecords } from "./stored-records.ts";
import { traceSource } from "./trace-source.ts";

const SOURCES = { log: logSource, metric: metricSource, trace: traceSource } as const;

/** One source for each of these signals. */
export const sourcesOfRecords = (records: OtlpRecords, signals: readonly OtlpSignal[]): Telemetry =>
  signals.map((signal) => SOURCES[signal](records));

/**
 * Received OpenTelemetry records, as sources of a live system. A signal of which nothing was received has no source:
 * that is not the same as a source that found nothing.
 *
 * @param now Unix milliseconds.
 */
export async function otlpSources(store: OtlpStore, now: () => number): Promise<Telemetry> {
  const extents = await Promise.all(OTLP_SIGNALS.map((signal) => store.extent(signal)));
  const present = OTLP_SIGNALS.filter((_, at) => extents[at] !== null);
  return sourcesOfRecords(storedRecords(store, now), present);
}
