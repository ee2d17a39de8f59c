import type { Ranking } from "../../domain/hypothesis.ts";
import type { Incident } from "../../domain/incident.ts";
import type { Report } from "../../domain/report.ts";
import { isoTime } from "../../domain/time.ts";

/** A fault that shows this soon after the first records began before them. Milliseconds. */
const FIRST_RECORDS_MS = 60_000;

/**
 * When the fault began, how certain that is, and the alert lag.
 *
 * @param observedFromMs start of the data of any source; null if unknown.
 */
export function onsetOf(
  { alarmAtMs, onset }: Pick<Incident, "alarmAtMs" | "onset">,
  { onsetMs, verdict }: Pick<Ranking, "onsetMs" | "verdict">,
  observedFromMs: number | null,
): Pick<Report, "onset" | "onset_found" | "alarm_lag_seconds"> {
  if (onsetMs === null || verdict === "no_incident") return { onset: null };
  const isOlder = observedFromMs !== null && onsetMs - observedFromMs < FIRST_RECORDS_MS;
  return {
    onset: isoTime(onsetMs),
    ...(onset != null && {
      onset_found: {
        earliest: isoTime(onset.earliestMs),
        latest: isoTime(onset.latestMs),
        shape: isOlder ? "before_data" : onset.shape,
        over: onset.overMs === null ? null : isoTime(onset.overMs),
        signals: onset.signals,
        signs: onset.signs,
      },
    }),
    ...(onset == null &&
      isOlder && {
        onset_found: {
          earliest: null,
          latest: isoTime(onsetMs),
          shape: "before_data" as const,
          over: null,
          signals: [],
          signs: 0,
        },
      }),
    ...(alarmAtMs !== null && { alarm_lag_seconds: Math.round((alarmAtMs - onsetMs) / 1000) }),
  };
}
