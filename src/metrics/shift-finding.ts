import type { Finding } from "../domain/finding.ts";
import type { Side } from "../domain/periods.ts";
import { rounded } from "../domain/phrasing.ts";
import type { Series } from "../domain/telemetry.ts";
import { isoTime } from "../domain/time.ts";
import { cusumOnset } from "../stats/cusum.ts";
import { median } from "../stats/quantile.ts";
import { metricCall } from "./metric-call.ts";
import { readSignal } from "../domain/signals.ts";
import { seasonOf } from "./season.ts";
import { isUsualAtThisHour } from "./usual-events.ts";
import { isFarFromBound } from "./bounds.ts";
import { isHabitual } from "./habitual-spikes.ts";
import { familyOf } from "./resource-family.ts";
import { flooredShift, type Shift } from "./shift.ts";
import type { FindingSource } from "./source.ts";

/** Weaker shifts are noise. */
export const MIN_SHIFT = 3;
/** Lower threshold for the metrics that the alarm is about, on every entity. */
const MIN_TARGET_SHIFT = 0.5;
/** With a shorter baseline than this, an instance is compared with the pooled baseline of its siblings. */
const MIN_OWN_PAST = 4;

/**
 * A series has recovered after this many consecutive samples in its baseline range, over this time and this share of
 * the incident.
 */
const MIN_BACK_SAMPLES = 3;
const MIN_BACK_MS = 60_000;
const MIN_BACK_SHARE = 0.25;

/**
 * Context of a series. `quiet`: the same series in a fault-free recording. `siblings`: baseline values of the same
 * call on all instances. `perSecond`: the series is the rate of a counter. `rawMetrics`: the recorded metrics that the
 * series was computed from. `isTarget`: the alarm is about this metric.
 */
export type SeriesContext = {
  quiet: Series | undefined;
  siblings: readonly number[] | undefined;
  perSecond: boolean;
  rawMetrics: readonly string[];
  isTarget: boolean;
};

/**
 * Reports a series that left its baseline range, or the usual range for that time of its season; null if it did not.
 */
export function shiftFinding(
  series: Series,
  { quiet, siblings, perSecond, rawMetrics, isTarget }: SeriesContext,
  side: (timeMs: number) => Side,
  { connector, query, incident }: FindingSource,
): Finding | null {
  const { hurts, resource, ofNode, ofCalls } = readSignal(series.metric);
  const { own, past, periodMs } = unseasoned(series, quiet, side);
  const before = [...past, ...valuesOn("before", own, side)];
  const during = valuesOn("during", upToEnd(own, incident), side);
  const floored = flooredShift(before.length < MIN_OWN_PAST ? (siblings ?? before) : before, during, hurts);
  const shift = floored && perSecond ? cappedByEvents(floored, own, side) : floored;
  if (!shift || shift.score < (isTarget ? MIN_TARGET_SHIFT : MIN_SHIFT)) return null;
  if (!isTarget && isUsualAtThisHour(quiet ?? pointsOn("before", series, side), pointsOn("during", series, side)))
    return null;
  if (!isTarget && quiet === undefined && isHabitual(own, shift, side)) return null;
  const onsetMs = onsetOf(own, shift, hurts === "both");
  const backMs = backSince(own, shift, side);
  const call = metricCall(series.metric);
  const [was, is] = [rounded(shift.before), rounded(shift.after)];
  const unusual = periodMs === null ? "" : ", unusual even for this time of its season";
  const how = `${perSecond ? "per second " : ""}${shift.direction === "up" ? "rose" : "fell"}`;
  return {
    signal: "metric",
    kind: "metric.shift",
    entity: { id: series.entity, kind: series.entityKind },
    strength: shift.score,
    onsetMs,
    peer: call ? (call.callee === series.entity ? call.caller : call.callee) : null,
    summary: `${series.entity}: ${series.metric} ${how} from ${was} to ${is}${unusual}`,
    evidence: {
      connector,
      query: `${query} entity=${series.entity} metric=${series.metric}`,
      window: incident.window,
      facts: {
        metric: series.metric,
        family: familyOf(series.metric),
        direction: shift.direction,
        ...(hurts === "down" && resource !== null ? { of_what_is_left: "yes" } : {}),
        ...(isFarFromBound(series.metric, shift.after) ? { far_from_bound: "yes" } : {}),
        before: was,
        after: is,
        score: rounded(shift.score),
        of_node: ofNode ? "yes" : "no",
        of_calls: ofCalls ? "yes" : "no",
        samples_before: before.length,
        samples_during: during.length,
        ...(isTarget ? { alarm_match: series.metric === incident.target?.metric ? "by name" : "by kind" } : {}),
        ...(rawMetrics.length > 0 ? { computed_from: rawMetrics.join(" | ") } : {}),
        ...(perSecond ? { per_second: "yes" } : {}),
        ...(periodMs === null ? {} : { season_minutes: periodMs / 60_000 }),
        ...(onsetMs === null ? {} : { onset: isoTime(onsetMs) }),
        ...(backMs === null ? {} : { back_since: isoTime(backMs) }),
        ...call,
      },
    },
  };
}

/**
 * The samples up to the end of a burst that was over soon: the hour after it would pass for the incident. All, if it
 * lasts.
 */
function upToEnd(series: Series, { onset, alarmAtMs }: FindingSource["incident"]): Series {
  if (onset == null || onset.overMs === null) return series;
  const untilMs = Math.max(onset.overMs, Math.min(alarmAtMs ?? 0, onset.overMs + MIN_BACK_MS));
  const kept = series.timesMs.flatMap((timeMs, at) => (timeMs < untilMs ? [at] : []));
  return {
    ...series,
    timesMs: kept.map((at) => series.timesMs[at] ?? 0),
    values: kept.map((at) => series.values[at] ?? 0),
  };
}

const pointsOn = (wanted: Side, { timesMs, values }: Series, side: (timeMs: number) => Side) => {
  const kept = timesMs.flatMap((timeMs, at) => (side(timeMs) === wanted ? [at] : []));
  return { timesMs: kept.map((at) => timesMs[at] ?? 0), values: kept.map((at) => values[at] ?? 0) };
};

/**
 * A counter that never moved before has no normal range: one dropped packet would be infinitely unusual. Its shift
 * counts at most as much as the events counted during the incident.
 */
function cappedByEvents(shift: Shift, { timesMs, values }: Series, side: (timeMs: number) => Side): Shift {
  if (shift.before !== 0) return shift;
  const events = timesMs.reduce((sum, timeMs, at) => {
    const lastedMs = at === 0 ? 0 : timeMs - (timesMs[at - 1] ?? timeMs);
    return side(timeMs) === "during" ? sum + ((values[at] ?? 0) * lastedMs) / 1000 : sum;
  }, 0);
  return { ...shift, score: Math.min(shift.score, events) };
}

export const valuesOn = (wanted: Side, { timesMs, values }: Series, side: (timeMs: number) => Side): number[] =>
  values.filter((_, at) => side(timesMs[at] ?? 0) === wanted);

/**
 * Shifts the series and its baseline to the seasonal level of the incident. Unchanged if the history shows no season.
 */
function unseasoned(
  own: Series,
  quiet: Series | undefined,
  side: (timeMs: number) => Side,
): { own: Series; past: readonly number[]; periodMs: number | null } {
  const known = own.timesMs.filter((timeMs) => side(timeMs) === "before");
  const season = quiet ? seasonOf(quiet.timesMs, quiet.values) : seasonOf(known, valuesOn("before", own, side));
  const usual =
    season === null
      ? []
      : own.timesMs.flatMap((timeMs) => (side(timeMs) === "during" ? (season.expectedAt(timeMs) ?? []) : []));
  if (season === null || usual.length === 0) return { own, past: quiet?.values ?? [], periodMs: null };
  const level = median(usual);
  const flat = ({ timesMs, values }: Series): number[] =>
    values.map((value, at) => value - (season.expectedAt(timesMs[at] ?? 0) ?? level) + level);
  return { own: { ...own, values: flat(own) }, past: quiet ? flat(quiet) : [], periodMs: season.periodMs };
}

/**
 * The whole change is at most this many noise units: small moves before it are not its start. A series that is quiet at
 * zero has almost no noise of its own, so every small move would add up.
 */
const MAX_UNITS = 20;

/**
 * Time at which the series left its baseline level for at least two samples, in Unix ms; null if it never did. Where
 * both directions hurt, both are searched.
 */
function onsetOf(
  { timesMs, values }: Series,
  { before, after, scale, direction }: Shift,
  bothWays: boolean,
): number | null {
  const unit = Math.max(scale, Math.abs(after - before) / MAX_UNITS);
  const departure = cusumOnset(
    values.map((value) => (value - before) / unit),
    bothWays ? ["up", "down"] : [direction],
  );
  return departure === null ? null : (timesMs[departure.at] ?? null);
}

/**
 * Time since which a series has been back in its baseline range until the end of the incident, in Unix ms; null if it
 * has not recovered.
 */
function backSince(
  { timesMs, values }: Series,
  { before, scale, direction }: Shift,
  side: (timeMs: number) => Side,
): number | null {
  const sign = direction === "up" ? 1 : -1;
  const during = timesMs.flatMap((timeMs, at) =>
    side(timeMs) === "during" ? [{ timeMs, away: (sign * ((values[at] ?? before) - before)) / scale }] : [],
  );
  const back = during.length - 1 - during.findLastIndex(({ away }) => away >= MIN_SHIFT);
  const [first, since, last] = [during[0], during[during.length - back], during.at(-1)];
  if (back < MIN_BACK_SAMPLES || back === during.length || !first || !since || !last) return null;
  const lastedMs = last.timeMs - since.timeMs;
  return lastedMs >= Math.max(MIN_BACK_MS, MIN_BACK_SHARE * (last.timeMs - first.timeMs)) ? since.timeMs : null;
}
