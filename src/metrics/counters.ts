import { metricNameOf } from "../domain/metric-name.ts";
import { readSignal, signalWords } from "../domain/signals.ts";
import type { Series } from "../domain/telemetry.ts";

/** Last words of counter names. @see OpenMetrics 1.0, "Counter" and "Histogram". */
const CUMULATIVE = new Set(["total", "count", "sum", "bucket"]);
/** With fewer samples, a gauge may rise all the time by chance. */
const MIN_SAMPLES = 9;
/**
 * The same for `_total` and buckets with `le`, names that OpenMetrics reserves, if nothing of the metric ever falls.
 */
const MIN_SAMPLES_OF_RESERVED = 4;
/** A counter that restarts drops to near zero: below this share of its last value. A gauge falls by less. */
const RESET_SHARE = 0.5;
/** Largest share of falls in a counter: restarts of the process, or a sum that lost a member. */
const MAX_RESETS = 0.1;
const MAX_FALLS = 0.02;
/** The same for `_total`, which OpenMetrics reserves for counters: a process that keeps restarting resets it often. */
const MAX_RESETS_OF_TOTAL = 0.5;
/** A metric without a counter name is a counter only after this many rises without a fall: chance does not do that. */
const MIN_UNNAMED_RISES = 40;
/** Families of gauges that may climb throughout a recording. */
const CLIMBING = new Set(["memory", "queue", "pool", "threads", "restart", "instance", "availability"]);
const CLIMBING_WORDS = new Set(
  "age uptime time timestamp epoch size length lag usage used space percent pct ratio utilization rate last start p50 p90 p95 p99".split(
    " ",
  ),
);

const HELD = new Set(["usage", "used", "use", "inuse", "resident", "rss", "working"]);

/** `samples`: of the longest series. */
type Moves = { rises: number; resets: number; falls: number; samples: number };

/**
 * The names, without labels, of the metrics that are raw counters. All series of a metric count together, because a
 * single one, such as a rare status code, shows too little. A counter only rises, apart from restarts; and its name
 * ends in a word such as `total`, or it rises for too long to be anything else.
 */
export function counterNames(series: readonly Pick<Series, "metric" | "values">[]): Set<string> {
  const counters = new Set<string>();
  for (const [base, members] of Map.groupBy(series, ({ metric }) => metricNameOf(metric).base)) {
    const isNamed = CUMULATIVE.has(signalWords(base).at(-1) ?? "") && !isHeld(base);
    if (!isNamed && members.every(({ metric }) => climbs(metric))) continue;
    const moves = members.map(({ values }) => movesOf(values)).reduce(joined);
    if (countsUp(moves, isNamed, signalWords(base).at(-1) === "total")) counters.add(base);
    else if (isNamed && isReserved(members) && countsUpShortly(moves)) counters.add(base);
  }
  // sum and count of a histogram, recorded for as short a time as its buckets
  for (const [base, members] of Map.groupBy(series, ({ metric }) => metricNameOf(metric).base)) {
    const bucket = base.replace(/([._])(?:sum|count)$/i, "$1bucket");
    if (
      bucket !== base &&
      counters.has(bucket) &&
      countsUpShortly(members.map(({ values }) => movesOf(values)).reduce(joined))
    )
      counters.add(base);
  }
  return counters;
}

/** A counter of a process that has not been scraped for long. */
const countsUpShortly = ({ rises, resets, falls, samples }: Moves): boolean =>
  samples >= MIN_SAMPLES_OF_RESERVED && rises > 0 && resets + falls === 0;

const isReserved = (members: readonly Pick<Series, "metric">[]): boolean =>
  members.every(({ metric }) => {
    const { base, labels } = metricNameOf(metric);
    return /_total$/i.test(base) || (/_bucket$/i.test(base) && labels.has("le"));
  });

function countsUp({ rises, resets, falls, samples }: Moves, isNamed: boolean, isTotal: boolean): boolean {
  const moves = rises + resets + falls;
  if (samples < MIN_SAMPLES || falls > MAX_FALLS * moves || (!isNamed && rises < MIN_UNNAMED_RISES)) return false;
  const restartedOnce = isNamed && resets === 1 && rises > 2;
  return restartedOnce || resets <= (isTotal ? MAX_RESETS_OF_TOTAL : MAX_RESETS) * moves;
}

/**
 * True for an amount in use (`container.memory.usage.total`): if it grows until the process is killed, it looks like a
 * counter.
 */
const isHeld = (base: string): boolean =>
  readSignal(base).family === "memory" && signalWords(base).some((word) => HELD.has(word));

/** True for a gauge that may rise for hours: an amount in use, a queue, an age. */
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
  const moves: Moves = { rises: 0, resets: 0, falls: 0, samples: values.length };
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
  samples: Math.max(a.samples, b.samples),
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
