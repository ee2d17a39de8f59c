import type { Incident } from "../domain/incident.ts";
import { FAR_BACK_MS, incidentEndMs, splitOf } from "../domain/periods.ts";
import { bestStep } from "../stats/step.ts";
import { quantileOf, sorted } from "../stats/quantile.ts";
import { isError, type SpanForest } from "./forest.ts";

/** Maximum distance from the onset that all signals agree on, or from the alarm, either way. Milliseconds. */
const ALARM_SLACK_MS = 120_000;
const BIN_MS = 5_000;
const MAX_BINS = 10_000;
/** A smaller step (in e-folds of added time) does not override the known time. */
const MIN_STEP = 1;
/** A smaller step long before the alarm is chance: there are many more places for one. */
const MIN_FAR_STEP = 2;
/** Kinds with fewer spans have no baseline range. */
const MIN_SPANS = 5;
/** Weight of a failed span, in microseconds of lost time. */
const ERROR_US = 1_000_000;

/**
 * Finds when spans began to be slow or to fail: the greatest step in the logarithm of the time that spans add beyond
 * the baseline 95th percentile of their kind. It lies within two minutes of the onset, or else of the alarm; without
 * an onset and such a step, in the two hours before the alarm. The baseline is the shared fault-free recording, else
 * the earlier half of what precedes them. Normal noise doubles times and a fault multiplies them; the logarithm keeps
 * noise from outweighing a fault.
 *
 * @returns Unix ms; the onset or the alarm if no step is found; null without them.
 */
export function splitOfSpans(forest: SpanForest, quiet: SpanForest | null, incident: Incident): number | null {
  const anchorMs = splitOf(incident);
  const times = sorted(forest.timesMs);
  if (times.length === 0) return anchorMs;
  // ignore outliers: one clock that is years off must not stretch the axis
  const [first, last] = [quantileOf(times, 0.001), quantileOf(times, 0.999)];
  const anchorInSpans = anchorMs === null ? last : Math.min(Math.max(anchorMs, first), last);
  const bounds = quiet
    ? quietBounds(quiet, Number.POSITIVE_INFINITY)
    : quietBounds(forest, (first + anchorInSpans) / 2);

  const levels = levelsOf(forest, bounds, first, Math.min(last, incidentEndMs(incident)));
  // a shared recording counts as time before: all of the incident's own spans may be faulty
  const before = quiet ? quietLevels(quiet, bounds) : [];
  const timeOf = (index: number): number => first + (index - before.length) * levels.binMs;
  const stepWithin = (fromMs: number, toMs: number, least: number): number | null => {
    const isPossible = (index: number): boolean =>
      index >= before.length && timeOf(index) >= fromMs && timeOf(index) <= toMs;
    const step = bestStep([...before, ...levels.values], isPossible);
    return step !== null && step.height >= least ? timeOf(step.at) : null;
  };
  if (anchorMs === null) return stepWithin(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, MIN_STEP);
  const near = stepWithin(anchorMs - ALARM_SLACK_MS, anchorMs + ALARM_SLACK_MS, MIN_STEP);
  if (near !== null || incident.onset != null) return near ?? anchorMs;
  const fromMs = Math.max(anchorMs - FAR_BACK_MS, incident.window?.startMs ?? 0);
  return stepWithin(fromMs, anchorMs, MIN_FAR_STEP) ?? anchorMs;
}

/** ln(1 + mean µs that a span adds beyond its bound), per bin of time. */
function levelsOf(
  forest: SpanForest,
  bounds: ReadonlyMap<string, number>,
  firstMs: number,
  endMs: number,
): { values: number[]; binMs: number } {
  const binMs = Math.max(BIN_MS, (endMs - firstMs) / MAX_BINS);
  const added = new Float64Array(Math.max(1, Math.floor((endMs - firstMs) / binMs) + 1));
  const spans = new Float64Array(added.length);
  for (const [index, span] of forest.spans.entries()) {
    const bin = Math.floor(((forest.timesMs[index] ?? 0) - firstMs) / binMs);
    const bound = bounds.get(forest.kind[index] ?? "");
    if (bound === undefined || bin < 0 || bin >= added.length) continue;
    added[bin] = (added[bin] ?? 0) + Math.max(0, (forest.selfUs[index] ?? 0) - bound) + (isError(span) ? ERROR_US : 0);
    spans[bin] = (spans[bin] ?? 0) + 1;
  }
  return { values: Array.from(added, (us, bin) => Math.log1p(us / Math.max(1, spans[bin] ?? 0))), binMs };
}

function quietLevels(quiet: SpanForest, bounds: ReadonlyMap<string, number>): number[] {
  const times = sorted(quiet.timesMs);
  return times.length === 0 ? [] : levelsOf(quiet, bounds, quantileOf(times, 0.001), quantileOf(times, 0.999)).values;
}

function quietBounds(forest: SpanForest, untilMs: number): Map<string, number> {
  const selfOf = new Map<string, number[]>();
  for (const [index, kind] of forest.kind.entries()) {
    if ((forest.timesMs[index] ?? 0) > untilMs) continue;
    const known = selfOf.get(kind);
    if (known) known.push(forest.selfUs[index] ?? 0);
    else selfOf.set(kind, [forest.selfUs[index] ?? 0]);
  }
  return new Map(
    [...selfOf].flatMap(([kind, self]) => (self.length < MIN_SPANS ? [] : [[kind, quantileOf(sorted(self), 0.95)]])),
  );
}
