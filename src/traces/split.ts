import type { Incident } from "../domain/incident.ts";
import { bestStep } from "../stats/step.ts";
import { quantileOf, sorted } from "../stats/quantile.ts";
import { isError, type SpanForest } from "./forest.ts";

/** How far the alarm may stand from the onset, either way. Milliseconds. */
const ALARM_SLACK_MS = 120_000;
const BIN_MS = 5_000;
const MAX_BINS = 10_000;
/** A step smaller than this (e-fold of added time) is not worth leaving the alarm's word for. */
const MIN_STEP = 1;
/** Fewer spans of a kind than this have no quiet range. */
const MIN_SPANS = 5;
/** What a failed span weighs, in microseconds of lost time. */
const ERROR_US = 1_000_000;

/**
 * When the spans began to be slow or to fail: the greatest step, within two minutes of the alarm, in the logarithm of the time that a span adds beyond the
 * 95th percentile of its kind in quiet times. Quiet times are the shared fault-free recording, else the earlier half of what lies before the alarm.
 * The logarithm keeps everyday noise, which doubles times, from outweighing a fault, which multiplies them.
 *
 * @returns Unix ms; the alarm where the spans do not tell; null where there is neither alarm nor tell.
 */
export function splitOfSpans(
  forest: SpanForest,
  quiet: SpanForest | null,
  { alarmAtMs, window }: Incident,
): number | null {
  const times = sorted(forest.timesMs);
  if (times.length === 0) return alarmAtMs;
  // a clock that is years off must not stretch the axis
  const [first, last] = [quantileOf(times, 0.001), quantileOf(times, 0.999)];
  const told = alarmAtMs === null ? last : Math.min(Math.max(alarmAtMs, first), last);
  const bounds = quiet ? quietBounds(quiet, Number.POSITIVE_INFINITY) : quietBounds(forest, (first + told) / 2);

  const levels = levelsOf(forest, bounds, first, Math.min(last, window?.endMs ?? last));
  // a recording of quiet times counts as time before: all of the incident's own spans may be of the fault
  const before = quiet ? quietLevels(quiet, bounds) : [];
  const timeOf = (index: number): number => first + (index - before.length) * levels.binMs;
  const near = (index: number): boolean =>
    index >= before.length && (alarmAtMs === null || Math.abs(timeOf(index) - alarmAtMs) <= ALARM_SLACK_MS);
  const step = bestStep([...before, ...levels.values], near);
  return step !== null && step.height >= MIN_STEP ? timeOf(step.at) : alarmAtMs;
}

/** ln(1 + µs that a span adds beyond its bound, on average) of each bin of time. */
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
