import type { Incident } from "../domain/incident.ts";
import type { Onset } from "../domain/onset.ts";
import { FAR_BACK_MS, incidentEndMs } from "../domain/periods.ts";
import { readSignal, sliOf } from "../domain/signals.ts";
import type { Series, Signal } from "../domain/telemetry.ts";
import { measuresOf } from "../metrics/measures.ts";
import { targetMatcher } from "../metrics/target-metric.ts";
import { departureFrom } from "../stats/departure.ts";
import { median } from "../stats/quantile.ts";

/** Series of one kind of telemetry: the incident's own, and those of a quiet recording. */
export type Recorded = { signal: Signal; own: readonly Series[]; shared: readonly Series[] };

type Stretch = { signal: Signal; atMs: number; stepMs: number; endMs: number | null; score: number };

/**
 * Dates a fault that has passed before its late alarm: the entry, or what alarmed, left in the two hours before the
 * alarm what the quiet recording shows. Too few records tell the same without a quiet recording.
 *
 * @param alerted entities whose alerts raised the alarm.
 * @returns null if nothing of the kind happened clearly before the alarm.
 */
export function healedFault(
  incident: Incident,
  recorded: readonly Recorded[],
  alerted: readonly string[],
): Onset | null {
  const { alarmAtMs, entry, target } = incident;
  if (alarmAtMs === null) return null;
  const affected = new Set([entry, target?.entity, ...alerted].filter((id) => id != null));
  const stretches = recorded
    .flatMap((kind) => stretchesOf(kind, incident, affected))
    .filter(({ atMs, stepMs }) => atMs < alarmAtMs - stepMs / 2);
  const [clearest] = stretches.toSorted((a, b) => b.score - a.score);
  if (clearest === undefined) return null;
  const { atMs, stepMs, endMs } = clearest;
  const overMs = endMs !== null && endMs <= alarmAtMs ? endMs : null;
  return {
    atMs: Math.round(atMs - stepMs / 2),
    earliestMs: Math.round(atMs - stepMs),
    latestMs: Math.round(atMs),
    shape: overMs === null ? "step" : "burst",
    overMs: overMs === null ? null : Math.round(overMs),
    signals: [clearest.signal],
    signs: stretches.length,
  };
}

function stretchesOf({ signal, own, shared }: Recorded, incident: Incident, affected: ReadonlySet<string>): Stretch[] {
  const { target, alarmAtMs, window } = incident;
  const of = (series: readonly Series[]): Series[] => series.filter(({ entity }) => affected.has(entity));
  const [mine, theirs] = [of(own), of(shared)];
  const usual = new Map(measuresOf(theirs, mine).map(({ series }) => [keyOf(series), series.values]));
  const isTarget = targetMatcher(target, new Set(mine.map(({ metric }) => metric)));
  const startMs = Math.max((alarmAtMs ?? 0) - FAR_BACK_MS, window?.startMs ?? 0);
  const endMs = incidentEndMs(incident);
  return measuresOf(mine, theirs).flatMap(({ series, perSecond }): Stretch[] => {
    const { hurts, family } = readSignal(series.metric);
    if (hurts === "both" || sliOf(series.metric) === null || (perSecond && family === "latency")) return [];
    // what the alarm is about says best whether it was right
    if (series.entity === target?.entity && signal === "metric" && !isTarget(series.metric)) return [];
    const kept = series.timesMs.flatMap((timeMs, at) =>
      timeMs >= startMs && timeMs <= endMs ? [{ timeMs, value: series.values[at] ?? 0 }] : [],
    );
    const values = kept.map(({ value }) => value);
    const found = departureFrom(usual.get(keyOf(series)) ?? [], values, hurts);
    if (found === null) return [];
    const stepMs = median(kept.slice(1).map(({ timeMs }, at) => timeMs - (kept[at]?.timeMs ?? timeMs)));
    const atMs = kept[found.at]?.timeMs ?? startMs;
    return [{ signal, atMs, stepMs, endMs: kept[found.end]?.timeMs ?? null, score: found.score }];
  });
}

const keyOf = ({ entity, metric }: Series): string => `${entity}\u0000${metric}`;
