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
import { flooredShift, type Shift } from "./shift.ts";
import type { FindingSource } from "./source.ts";

/** Below this a shift is everyday noise. */
const MIN_SHIFT = 3;
/** What the alarm itself is about is looked at more closely, everywhere it is measured. */
const MIN_ASKED_SHIFT = 0.5;
/** Times of one instance's siblings are taken for its past when its own is shorter than this. */
const MIN_OWN_PAST = 4;

/** A series is back at its quiet level once so many samples in a row were, for so long, and for a good part of the incident. */
const MIN_BACK_SAMPLES = 3;
const MIN_BACK_MS = 60_000;
const MIN_BACK_SHARE = 0.25;

/** What is known beside the series: `quiet`, the same in a fault-free recording; `siblings`, what every instance measured before of the same call; whether it is a counter's rate; whether the alarm is about it. */
export type Known = {
  quiet: Series | undefined;
  siblings: readonly number[] | undefined;
  perSecond: boolean;
  isAsked: boolean;
};

/** The finding of a series that left its quiet range, or what is usual at that time of its season; null where it did not. */
export function shiftFinding(
  series: Series,
  { quiet, siblings, perSecond, isAsked }: Known,
  side: (timeMs: number) => Side,
  { connector, query, incident }: FindingSource,
): Finding | null {
  const { family, hurts, ofNode, ofCalls } = readSignal(series.metric);
  const { own, past, periodMs } = unseasoned(series, quiet, side);
  const before = [...past, ...valuesOn("before", own, side)];
  const during = valuesOn("during", own, side);
  const shift = flooredShift(before.length < MIN_OWN_PAST ? (siblings ?? before) : before, during, hurts);
  if (!shift || shift.score < (isAsked ? MIN_ASKED_SHIFT : MIN_SHIFT)) return null;
  const onsetMs = onsetOf(own, shift, hurts === "both");
  const backMs = backSince(own, shift, side);
  const call = metricCall(series.metric);
  const [was, is] = [rounded(shift.before), rounded(shift.after)];
  const how = `${perSecond ? "per second " : ""}${shift.direction === "up" ? "rose" : "fell"}`;
  return {
    signal: "metric",
    kind: "metric.shift",
    entity: { id: series.entity, kind: series.entityKind },
    strength: shift.score,
    onsetMs,
    peer: call ? (call.callee === series.entity ? call.caller : call.callee) : null,
    summary: `${series.entity}: ${series.metric} ${how} from ${was} to ${is}${periodMs === null ? "" : ", which is unusual even for the time"}`,
    evidence: {
      connector,
      query: `${query} entity=${series.entity} metric=${series.metric}`,
      window: incident.window,
      facts: {
        metric: series.metric,
        family,
        direction: shift.direction,
        before: was,
        after: is,
        score: rounded(shift.score),
        of_node: ofNode ? "yes" : "no",
        of_calls: ofCalls ? "yes" : "no",
        samples_before: before.length,
        samples_during: during.length,
        ...(isAsked ? { asked: series.metric === incident.target?.metric ? "by name" : "by kind" } : {}),
        ...(perSecond ? { per_second: "yes" } : {}),
        ...(periodMs === null ? {} : { season_minutes: periodMs / 60_000 }),
        ...(onsetMs === null ? {} : { onset: isoTime(onsetMs) }),
        ...(backMs === null ? {} : { back_since: isoTime(backMs) }),
        ...call,
      },
    },
  };
}

export const valuesOn = (wanted: Side, { timesMs, values }: Series, side: (timeMs: number) => Side): number[] =>
  values.filter((_, at) => side(timesMs[at] ?? 0) === wanted);

/** The series and its past as they would have been at the season's level of the incident. Unchanged where the history shows no season. */
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

/** When the series began to leave its quiet level for good, in Unix ms; null if it never did for two samples or more. What hurts both ways is watched both ways. */
function onsetOf({ timesMs, values }: Series, { before, scale, direction }: Shift, bothWays: boolean): number | null {
  const departure = cusumOnset(
    values.map((value) => (value - before) / scale),
    bothWays ? ["up", "down"] : [direction],
  );
  return departure === null ? null : (timesMs[departure.at] ?? null);
}

/** Since when a series that had left its quiet range has been back in it, up to the end of the incident; Unix ms, null while it is not. */
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
