import type { Series } from "../domain/telemetry.ts";
import { signalWords } from "../domain/signals.ts";

/** How names of counters end. @see OpenMetrics 1.0, "Counter" and "Histogram". */
const CUMULATIVE = new Set(["total", "count", "sum", "bucket"]);
/** Fewer steps than this may rise all the way by chance. */
const MIN_STEPS = 8;
/** A counter that starts anew is back near zero: below this share of what it had counted. A gauge falls by less. */
const RESET_SHARE = 0.5;

/** Whether samples only ever count up, but for starts anew: at most one step in ten. */
export function countsUp(metric: string, values: readonly number[]): boolean {
  if (!CUMULATIVE.has(signalWords(metric).at(-1) ?? "") || values.length <= MIN_STEPS) return false;
  const falls = values.flatMap((value, at) =>
    at > 0 && value < (values[at - 1] ?? value) ? [{ from: values[at - 1] ?? 0, to: value }] : [],
  );
  return falls.every(({ from, to }) => to >= 0 && to < RESET_SHARE * from) && falls.length * 10 < values.length;
}

/**
 * What a counter counted per second, at the second of each two samples. After a start anew all that it shows was counted since.
 *
 * @param series n samples, times ascending. @returns n − 1 samples at most; none of two at the same time.
 * @see Prometheus, `rate()`, without its extrapolation.
 */
export function ratesOf({ timesMs, values, ...about }: Series): Series {
  const steps = timesMs.flatMap((timeMs, at) => {
    const [since, was, is] = [timesMs[at - 1], values[at - 1], values[at]];
    if (since === undefined || was === undefined || is === undefined || timeMs <= since) return [];
    return [{ timeMs, rate: (is < was ? is : is - was) / ((timeMs - since) / 1000) }];
  });
  return { ...about, timesMs: steps.map(({ timeMs }) => timeMs), values: steps.map(({ rate }) => rate) };
}
