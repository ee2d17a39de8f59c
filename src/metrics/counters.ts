import type { Series } from "../domain/telemetry.ts";
import { signalWords } from "../domain/signals.ts";

/** Last words of counter names. @see OpenMetrics 1.0, "Counter" and "Histogram". */
const CUMULATIVE = new Set(["total", "count", "sum", "bucket"]);
/** A gauge may rise by chance for fewer steps than this. */
const MIN_STEPS = 8;
/** A counter that restarts drops to near zero: below this share of its last value. A gauge falls by less. */
const RESET_SHARE = 0.5;

/** True if the samples of a counter only rise, apart from restarts in at most one step of ten. */
export function countsUp(metric: string, values: readonly number[]): boolean {
  if (!CUMULATIVE.has(signalWords(metric).at(-1) ?? "") || values.length <= MIN_STEPS) return false;
  const falls = values.flatMap((value, at) =>
    at > 0 && value < (values[at - 1] ?? value) ? [{ from: values[at - 1] ?? 0, to: value }] : [],
  );
  return falls.every(({ from, to }) => to >= 0 && to < RESET_SHARE * from) && falls.length * 10 < values.length;
}

/**
 * Converts a counter to a rate per second, dated at the later of each two samples. After a counter reset the full
 * value counts as the increase.
 *
 * @param series n samples, times ascending. @returns at most n − 1 samples; two samples at the same time give none.
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
