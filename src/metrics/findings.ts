import type { Finding } from "../domain/finding.ts";
import type { Incident } from "../domain/incident.ts";
import { type Side, sideOf, splitOf, splitWithin } from "../domain/periods.ts";
import { rounded } from "../domain/phrasing.ts";
import type { Series } from "../domain/telemetry.ts";
import { isoTime } from "../domain/time.ts";
import { median } from "../stats/quantile.ts";
import { type Demand, demandOf } from "./demand.ts";
import { errorShares } from "./error-share.ts";
import { measuresOf } from "./measures.ts";
import { metricCall } from "./metric-call.ts";
import { readSignal } from "../domain/signals.ts";
import { targetMatcher } from "./target-metric.ts";
import { restartFinding } from "./restart-finding.ts";
import { restartGauge } from "./restarts.ts";
import { saturationFindings } from "./saturation.ts";
import { plateauFindings } from "./plateau.ts";
import { MIN_BASELINE, type Shift } from "./shift.ts";
import { MIN_SHIFT, shiftFinding, valuesOn } from "./shift-finding.ts";
import type { FindingSource } from "./source.ts";

/** Hard cap; the strongest findings are kept. */
const MAX_FINDINGS = 400;

export type MetricInput = FindingSource & { own: readonly Series[]; shared: readonly Series[] };

/**
 * Reports each series that left its baseline range, each restart, and each resource at its limit, strongest first. The
 * baseline is what lies before the split, plus the shared recording; the incident lies after it, up to the end of the
 * window.
 */
export function metricFindings({ own, shared, ...source }: MetricInput): Finding[] {
  const splitMs = splitOfSeries(own, source.incident);
  if (splitMs === null) return [];
  // with scrape intervals of a minute or more, the sample just before the alarm still belongs to the baseline
  const side = sideOf(source.incident, splitMs);
  const quiet = new Map(measuresOf(shared, own).map(({ series }) => [seriesKey(series), series]));
  const restarts = own.flatMap((series) => {
    const gauge = restartGauge(series.metric);
    return gauge === null ? [] : (restartFinding(series, gauge, side, source) ?? []);
  });
  const measured = measuresOf(
    own.filter(({ metric }) => restartGauge(metric) === null),
    shared,
  );
  const shareShift = errorShares(measured, side);
  const steady = measured.map(({ series }) => series);
  const siblings = pastOfCalls(steady, side);
  const traffic = trafficOf(steady, side);
  const isTarget = targetMatcher(source.incident.target, new Set(steady.map(({ metric }) => metric)));
  const shifts = measured.flatMap((measure): Finding[] => {
    const { series, perSecond, rawMetrics } = measure;
    const context = {
      quiet: quiet.get(seriesKey(series)),
      perSecond,
      rawMetrics,
      siblings: siblings.get(series.metric),
      isTarget: isTarget(series.metric) || rawMetrics.some(isTarget),
    };
    const finding = shiftFinding(series, context, side, source);
    const known = finding && ofFailingShare(finding, shareShift(measure));
    const served = traffic.get(series.entity);
    if (known && served !== undefined) known.evidence.facts.traffic = rounded(served);
    return known ? [known] : [];
  });
  const levels = measured.flatMap(({ series, perSecond }) => (perSecond ? [] : [series]));
  const rates = new Set(measured.flatMap(({ series, perSecond }) => (perSecond ? [series] : [])));
  const full = saturationFindings(steady, rates, side, source);
  const demands = demandOf(steady, [...quiet.values()], side);
  return [...shifts, ...restarts, ...full, ...plateauFindings(levels, side, source, strainedIn(shifts))]
    .map((finding) => withDemand(finding, demands.get(finding.entity.id)))
    .toSorted((a, b) => b.strength - a.strength || (a.summary < b.summary ? -1 : 1))
    .slice(0, MAX_FINDINGS);
}

/**
 * Series with samples during the incident and a long enough baseline. For all others, the absence of a finding means
 * nothing.
 */
export function comparable({ own, shared, incident }: Pick<MetricInput, "own" | "shared" | "incident">): Series[] {
  const splitMs = splitOfSeries(own, incident);
  if (splitMs === null) return [];
  const side = sideOf(incident, splitMs);
  const quiet = new Map(measuresOf(shared, own).map(({ series }) => [seriesKey(series), series.values.length]));
  return measuresOf(own, shared).flatMap(({ series }) =>
    (quiet.get(seriesKey(series)) ?? 0) + valuesOn("before", series, side).length >= MIN_BASELINE &&
    valuesOn("during", series, side).length > 0
      ? [series]
      : [],
  );
}

/** Entities with slower requests or more waiting work. */
const strainedIn = (shifts: readonly Finding[]): Set<string> =>
  new Set(
    shifts.flatMap(({ entity, evidence: { facts } }) =>
      facts.direction === "up" && (facts.family === "latency" || facts.family === "queue" || waits(facts.metric))
        ? [entity.id]
        : [],
    ),
  );

const waits = (metric: unknown): boolean => /wait|pending/i.test(String(metric));

/** Replaces a rise in errors by the rise in the share of failed requests. @returns null if that share did not rise. */
function ofFailingShare(finding: Finding, share: Shift | "steady" | null): Finding | null {
  if (share === null || finding.evidence.facts.alarm_match !== undefined) return finding;
  if (share === "steady" || share.score < MIN_SHIFT) return null;
  const [was, is] = [rounded(share.before), rounded(share.after)];
  Object.assign(finding.evidence.facts, { share_before: was, share_after: is });
  return { ...finding, strength: Math.min(finding.strength, share.score) };
}

/** Adds how the demand on the entity compares with the highest quiet value. */
function withDemand(finding: Finding, demand: Demand | undefined): Finding {
  if (demand === undefined || demand.times === null) return finding;
  const { facts } = finding.evidence;
  facts.traffic_times = rounded(demand.times);
  if (demand.sinceMs !== null) facts.traffic_since = isoTime(demand.sinceMs);
  return finding;
}

const seriesKey = ({ entity, metric }: Series): string => `${entity}\u0000${metric}`;

function splitOfSeries(own: readonly Series[], incident: Incident): number | null {
  const times = own.flatMap(({ timesMs }) => [timesMs[0], timesMs.at(-1)].filter((time) => time !== undefined));
  if (times.length === 0) return splitOf(incident);
  const first = times.reduce((a, b) => Math.min(a, b));
  const last = times.reduce((a, b) => Math.max(a, b));
  return splitWithin(incident, first, last);
}

/**
 * Baseline values of each call metric (`Latency:a->b`), pooled over all instances: the past that a new instance lacks.
 */
function pastOfCalls(own: readonly Series[], side: (timeMs: number) => Side): Map<string, number[]> {
  const past = new Map<string, number[]>();
  for (const series of own) {
    const { metric } = series;
    if (metricCall(metric) === null) continue;
    const known = past.get(metric) ?? [];
    known.push(...valuesOn("before", series, side));
    past.set(metric, known);
  }
  return past;
}

/**
 * Median traffic of each entity during the incident, in the unit of its traffic metric. Trouble at low traffic affects
 * few users.
 */
function trafficOf(own: readonly Series[], side: (timeMs: number) => Side): Map<string, number> {
  const traffic = new Map<string, number>();
  for (const series of own) {
    const { entity, metric } = series;
    const { family, ofCalls } = readSignal(metric);
    if (family !== "traffic" || ofCalls || metricCall(metric) !== null) continue;
    const during = valuesOn("during", series, side);
    if (during.length > 0) traffic.set(entity, Math.max(traffic.get(entity) ?? 0, median(during)));
  }
  return traffic;
}
