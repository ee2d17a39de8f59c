import type { OnsetSign } from "../domain/onset.ts";
import { readSignal, type SignalFamily } from "../domain/signals.ts";
import type { Series } from "../domain/telemetry.ts";
import type { TimeWindow } from "../domain/time.ts";
import { changeOf } from "../stats/change-point.ts";
import { median, quantileOf } from "../stats/quantile.ts";
import { type Measure, measuresOf } from "./measures.ts";
import { restartGauge } from "./restarts.ts";

/** Users feel these families. Others count little, because load and deploys move them too. */
const FELT: ReadonlySet<SignalFamily> = new Set(["latency", "error", "availability", "instance", "queue"]);
const OTHER_WEIGHT = 0.25;
/** A change with this score, in usual spreads, is certain. */
const SURE_SCORE = 10;
/** Changes of fewer than `minRun` samples are spikes. */
const SEARCH = { minRun: 3, minScore: 3 };

/** Finds when each series changed in a harmful direction. Series with few samples show no change. */
export function metricSigns(own: readonly Series[], range: TimeWindow): OnsetSign[] {
  const measured = measuresOf(own.filter(({ metric }) => restartGauge(metric) === null));
  return measured.flatMap((measure) => signOf(measure, range) ?? []);
}

function signOf({ series, perSecond }: Measure, { startMs, endMs }: TimeWindow): OnsetSign | null {
  const { hurts, family, ofCalls } = readSignal(series.metric);
  const { timesMs, values } = series;
  const within = timesMs.flatMap((timeMs, at) =>
    timeMs >= startMs && timeMs <= endMs ? [{ timeMs, value: values[at] ?? 0 }] : [],
  );
  const ofRange = within.map(({ value }) => value);
  const change = isSteady(ofRange) ? null : changeOf(ofRange, SEARCH);
  const first = within[change?.at ?? -1];
  if (change === null || first === undefined || change.end - change.at < SEARCH.minRun) return null;
  if (hurts !== "both" && change.direction !== hurts) return null;
  // the rate of a counter of seconds follows the load as much as the latency
  const felt = FELT.has(family) && hurts !== "both" && !ofCalls && !(perSecond && family === "latency");
  const steps = within.slice(1).map(({ timeMs }, at) => timeMs - (within[at]?.timeMs ?? timeMs));
  return {
    signal: "metric",
    entity: series.entity,
    atMs: first.timeMs,
    stepMs: median(steps),
    endMs: within[change.end]?.timeMs ?? null,
    shape: change.shape,
    weight: Math.min(1, change.score / SURE_SCORE) * (felt ? 1 : OTHER_WEIGHT),
    felt,
  };
}

/**
 * Minimum distance of the levels of a changed series, in moves between neighbours: less than the 3 interquartile ranges
 * of normal noise that `SEARCH` needs.
 */
const STEADY_MOVES = 4;

/** Quickly recognises most unchanged series: all medians of three neighbours lie too close together for a change. */
function isSteady(values: readonly number[]): boolean {
  if (values.length < 3) return true;
  const moves = new Float64Array(values.length - 1);
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 1; at < values.length; at += 1) {
    const [a = 0, b = 0, c = b] = [values[at - 1], values[at], values[at + 1]];
    moves[at - 1] = Math.abs(b - a);
    const middle = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    [low, high] = [Math.min(low, middle), Math.max(high, middle)];
  }
  return high - low <= STEADY_MOVES * quantileOf(moves.sort(), 0.5);
}
