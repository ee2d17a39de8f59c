import { metricNameOf } from "../domain/metric-name.ts";
import { readSignal, signalWords } from "../domain/signals.ts";
import type { Series } from "../domain/telemetry.ts";

/** Last words of counter names. @see OpenMetrics 1.0, "Counter" and "Histogram". */
const CUMULATIVE = new Set(["total", "count", "sum", "bucket"]);
/** A gauge may rise by chance for fewer samples than this. */
const MIN_SAMPLES = 9;
/** A counter that restarts drops to near zero: below this share of its last value. A gauge falls by less. */
const RESET_SHARE = 0.5;
/** Share of the moves that may be restarts of the counted process, or of a sum of counters that lost a member. */
const MAX_RESETS = 0.1;
const MAX_FALLS = 0.02;
/** OpenMetrics promises that `_total` is a counter, so a process that restarts again and again may reset it often. */
const MAX_RESETS_OF_TOTAL = 0.5;
/** A name that does not say so is a counter only after this many rises without a fall: no gauge does that by chance. */
const MIN_UNNAMED_RISES = 40;
/** Gauges that may climb for as long as a recording lasts. */
const CLIMBING = new Set(["memory", "queue", "pool", "threads", "restart", "instance", "availability"]);
const CLIMBING_WORDS = new Set(
  "age uptime time timestamp epoch size length lag usage used space percent pct ratio utilization rate last start p50 p90 p95 p99".split(
    " ",
  ),
);

const HELD = new Set(["usage", "used", "use", "inuse", "resident", "rss", "working"]);

type Moves = { rises: number; resets: number; falls: number; longEnough: boolean };

/**
 * The metrics, without labels, that are raw counters, judged by all their series together: one series of a rare status
 * code shows too little. A counter only rises, apart from restarts; its name ends in a word such as `total`, or it
 * rises too long to be anything else.
 */
export function counterNames(series: readonly Pick<Series, "metric" | "values">[]): Set<string> {
  const counters = new Set<string>();
  for (const [base, members] of Map.groupBy(series, ({ metric }) => metricNameOf(metric).base)) {
    const isNamed = CUMULATIVE.has(signalWords(base).at(-1) ?? "") && !isHeld(base);
    if (!isNamed && members.every(({ metric }) => climbs(metric))) continue;
    const moves = members.map(({ values }) => movesOf(values)).reduce(joined);
    if (countsUp(moves, isNamed, signalWords(base).at(-1) === "total")) counters.add(base);
  }
  return counters;
}

function countsUp({ rises, resets, falls, longEnough }: Moves, isNamed: boolean, isTotal: boolean): boolean {
  const moves = rises + resets + falls;
  if (!longEnough || falls > MAX_FALLS * moves || (!isNamed && rises < MIN_UNNAMED_RISES)) return false;
  const restartedOnce = isNamed && resets === 1 && rises > 2;
  return restartedOnce || resets <= (isTotal ? MAX_RESETS_OF_TOTAL : MAX_RESETS) * moves;
}

/** True for an amount in use (`container.memory.usage.total`): what grows and is killed looks like a counter. */
const isHeld = (base: string): boolean =>
  readSignal(base).family === "memory" && signalWords(base).some((word) => HELD.has(word));

/** True if the metric may rise for hours and is no counter: what is in use, waits, or ages. */
function climbs(metric: string): boolean {
  const { family, unit } = readSignal(metric);
  return (
    CLIMBING.has(family) ||
    unit === "percent" ||
    unit === "ratio" ||
    signalWords(metric).some((word) => CLIMBING_WORDS.has(word))
  );
}

function movesOf(values: readonly number[]): Moves {
  const moves: Moves = { rises: 0, resets: 0, falls: 0, longEnough: values.length >= MIN_SAMPLES };
  for (let at = 1; at < values.length; at++) {
    const [was, is] = [values[at - 1] ?? 0, values[at] ?? 0];
    if (is > was) moves.rises += 1;
    else if (is < was && is >= 0 && is < RESET_SHARE * was) moves.resets += 1;
    else if (is < was) moves.falls += 1;
  }
  return moves;
}

const joined = (a: Moves, b: Moves): Moves => ({
  rises: a.rises + b.rises,
  resets: a.resets + b.resets,
  falls: a.falls + b.falls,
  longEnough: a.longEnough || b.longEnough,
});

/**
 * Converts a counter to a rate per second, dated at the later of each two samples. After a counter reset the full
 * value counts as the increase. A smaller fall is a sum that lost a member: its increase is unknown.
 *
 * @param series n samples, times ascending. @returns at most n − 1 samples; two samples at the same time give none.
 * @see Prometheus, `rate()`, without its extrapolation.
 */
export function ratesOf({ timesMs, values, ...about }: Series): Series {
  const steps = timesMs.flatMap((timeMs, at) => {
    const [since, was, is] = [timesMs[at - 1], values[at - 1], values[at]];
    if (since === undefined || was === undefined || is === undefined || timeMs <= since) return [];
    if (is < was && is >= RESET_SHARE * was) return [];
    return [{ timeMs, rate: (is < was ? is : is - was) / ((timeMs - since) / 1000) }];
  });
  return { ...about, timesMs: steps.map(({ timeMs }) => timeMs), values: steps.map(({ rate }) => rate) };
}
