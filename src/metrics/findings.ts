import type { Finding } from "../domain/finding.ts";
import type { Incident } from "../domain/incident.ts";
import { type Side, sideOf } from "../domain/periods.ts";
import type { Series } from "../domain/telemetry.ts";
import { isoTime } from "../domain/time.ts";
import { cusumOnset } from "../stats/cusum.ts";
import { median } from "../stats/quantile.ts";
import { metricCall, metricMeaning } from "./family.ts";
import { type RestartGauge, restartGauge, restartTimes } from "./restarts.ts";
import { flooredShift, type Shift } from "./shift.ts";

/** Below this a shift is everyday noise. */
export const MIN_SHIFT = 3;
/** What the alarm itself is about is looked at more closely, everywhere it is measured. */
const MIN_ASKED_SHIFT = 0.5;
/** Times of one instance's siblings are taken for its past when its own is shorter than this. */
const MIN_OWN_PAST = 4;
/** Hard cap; the strongest stay. */
export const MAX_FINDINGS = 400;

/** A restart is as odd as a shift this strong. */
const RESTART_STRENGTH = 30;

export type MetricInput = { own: readonly Series[]; shared: readonly Series[]; incident: Incident; connector: string; query: string };

/** A series is back at its quiet level once so many samples in a row were, for so long, and for a good part of the incident. */
const MIN_BACK_SAMPLES = 3;
const MIN_BACK_MS = 60_000;
const MIN_BACK_SHARE = 0.25;

/** Rounds to four significant digits: what a person reads, and what a claim may quote. */
const rounded = (value: number): number => Number(value.toPrecision(4));

/**
 * One finding for each series that left its quiet range, strongest first.
 * Before the split and in the shared recording is the baseline; after it, up to the window's end, the incident.
 */
export function metricFindings({ own, shared, incident, connector, query }: MetricInput): Finding[] {
  const splitMs = splitOf(own, incident);
  if (splitMs === null) return [];
  // a scrape a minute or slower straddles the alarm: the sample before it still belongs to the quiet side
  const side = sideOf(incident, splitMs);
  const quiet = new Map(shared.map((series) => [seriesKey(series), series.values]));
  const siblings = pastOfCalls(own, side);
  const traffic = trafficOf(own, side);
  const found = own.flatMap((series): Finding[] => {
    const finding = shiftFinding(series, quiet.get(seriesKey(series)) ?? [], siblings, side, { connector, query, incident });
    const asked = traffic.get(series.entity);
    if (finding && asked !== undefined) finding.evidence.facts.traffic = rounded(asked);
    return finding ? [finding] : [];
  });
  return found.toSorted((a, b) => b.strength - a.strength || (a.summary < b.summary ? -1 : 1)).slice(0, MAX_FINDINGS);
}

const seriesKey = ({ entity, metric }: Series): string => `${entity}\u0000${metric}`;

/** The alarm, else two thirds into what was recorded: without an alarm somebody asks about the end of it. */
function splitOf(own: readonly Series[], incident: Incident): number | null {
  if (incident.alarmAtMs !== null) return incident.alarmAtMs;
  const times = own.flatMap(({ timesMs }) => [timesMs[0], timesMs.at(-1)].filter((time) => time !== undefined));
  if (times.length === 0) return null;
  const first = times.reduce((a, b) => Math.min(a, b));
  const last = times.reduce((a, b) => Math.max(a, b));
  return first + ((last - first) * 2) / 3;
}

/** What every instance measured of a call (`Latency:a->b`) before the incident: the past that a new instance lacks. */
function pastOfCalls(own: readonly Series[], side: (timeMs: number) => Side): Map<string, number[]> {
  const past = new Map<string, number[]>();
  for (const { metric, timesMs, values } of own) {
    if (metricCall(metric) === null) continue;
    const known = past.get(metric) ?? [];
    for (const [index, timeMs] of timesMs.entries()) if (side(timeMs) === "before") known.push(values[index] ?? 0);
    past.set(metric, known);
  }
  return past;
}

/** How much an entity is asked during the incident, in the unit of its traffic metric: what few ask for hurts few. */
function trafficOf(own: readonly Series[], side: (timeMs: number) => Side): Map<string, number> {
  const traffic = new Map<string, number>();
  for (const { entity, metric, timesMs, values } of own) {
    const { family, ofCalls } = metricMeaning(metric);
    if (family !== "traffic" || ofCalls || metricCall(metric) !== null) continue;
    const during = values.filter((_, index) => side(timesMs[index] ?? 0) === "during");
    if (during.length > 0) traffic.set(entity, Math.max(traffic.get(entity) ?? 0, median(during)));
  }
  return traffic;
}

function shiftFinding(
  series: Series, quiet: readonly number[], siblings: ReadonlyMap<string, readonly number[]>, side: (timeMs: number) => Side, { connector, query, incident }: Pick<MetricInput, "connector" | "query" | "incident">,
): Finding | null {
  const gauge = restartGauge(series.metric);
  if (gauge !== null) return restartFinding(series, gauge, side, { connector, query, incident });
  const { family, bad, ofNode, ofCalls } = metricMeaning(series.metric);
  const before = [...quiet];
  const during: number[] = [];
  for (const [index, timeMs] of series.timesMs.entries()) {
    const value = series.values[index];
    if (value === undefined) continue;
    const where = side(timeMs);
    if (where === "before") before.push(value);
    else if (where === "during") during.push(value);
  }
  const past = before.length < MIN_OWN_PAST ? (siblings.get(series.metric) ?? before) : before;
  const shift = flooredShift(past, during, bad);
  if (!shift || shift.score < (series.metric === incident.target?.metric ? MIN_ASKED_SHIFT : MIN_SHIFT)) return null;
  const onsetMs = onsetOf(series, shift);
  const backMs = backSince(series, shift, side);
  const call = metricCall(series.metric);
  const [was, is] = [rounded(shift.before), rounded(shift.after)];
  const how = shift.direction === "up" ? "rose" : "fell";
  return {
    signal: "metric",
    kind: "metric.shift",
    entity: { id: series.entity, kind: series.entityKind },
    strength: shift.score,
    onsetMs,
    peer: call ? (call.callee === series.entity ? call.caller : call.callee) : null,
    summary: `${series.entity}: ${series.metric} ${how} from ${was} to ${is}`,
    evidence: {
      connector,
      query: `${query} entity=${series.entity} metric=${series.metric}`,
      window: incident.window,
      facts: {
        metric: series.metric, family, direction: shift.direction, before: was, after: is, score: rounded(shift.score),
        of_node: ofNode ? "yes" : "no", of_calls: ofCalls ? "yes" : "no", samples_before: before.length, samples_during: during.length,
        ...(onsetMs === null ? {} : { onset: isoTime(onsetMs) }), ...(backMs === null ? {} : { back_since: isoTime(backMs) }), ...call,
      },
    },
  };
}

/** Restarts since shortly before the alarm. One before that is the system's everyday life. */
function restartFinding(series: Series, gauge: RestartGauge, side: (timeMs: number) => Side, { connector, query, incident }: Pick<MetricInput, "connector" | "query" | "incident">): Finding | null {
  const times = restartTimes(series, gauge).filter((timeMs) => side(timeMs) !== "before");
  const [first] = times;
  if (first === undefined) return null;
  const facts = { metric: series.metric, family: "restart", direction: "up", restarts: times.length, onset: isoTime(first) };
  return {
    signal: "metric", kind: "metric.restart", entity: { id: series.entity, kind: series.entityKind }, strength: RESTART_STRENGTH * times.length, onsetMs: first, peer: null,
    summary: `${series.entity} was started anew ${times.length} times since ${isoTime(first)}`,
    evidence: { connector, query: `${query} entity=${series.entity} metric=${series.metric}`, window: incident.window, facts },
  };
}

/** When the series began to leave its quiet level for good, in Unix ms; null if it never did for two samples or more. */
function onsetOf({ timesMs, values }: Series, { before, scale, direction }: Shift): number | null {
  const sign = direction === "up" ? 1 : -1;
  const at = cusumOnset(values.map((value) => (sign * (value - before)) / scale));
  return at === null ? null : (timesMs[at] ?? null);
}

/** Since when a series that had left its quiet range has been back in it, up to the end of the incident; Unix ms, null while it is not. */
function backSince({ timesMs, values }: Series, { before, scale, direction }: Shift, side: (timeMs: number) => Side): number | null {
  const sign = direction === "up" ? 1 : -1;
  const during = timesMs.flatMap((timeMs, at) => (side(timeMs) === "during" ? [{ timeMs, away: (sign * ((values[at] ?? before) - before)) / scale }] : []));
  const back = during.length - 1 - during.findLastIndex(({ away }) => away >= MIN_SHIFT);
  const [first, since, last] = [during[0], during[during.length - back], during.at(-1)];
  if (back < MIN_BACK_SAMPLES || back === during.length || !first || !since || !last) return null;
  const lastedMs = last.timeMs - since.timeMs;
  return lastedMs >= Math.max(MIN_BACK_MS, MIN_BACK_SHARE * (last.timeMs - first.timeMs)) ? since.timeMs : null;
}
