import { logChiSquaredTail } from "../stats/chi-squared.ts";
import { g2OfCounts } from "../stats/g2.ts";
import { median } from "../stats/quantile.ts";
import type { LogSeverity } from "./lines/severity.ts";
import { START_NS, type TemplateCounts } from "./template-counts.ts";

/** Fewer lines than these are neither new nor a burst. */
const MIN_NEW = 3;
const MIN_EXPECTED = 8;
/** A burst has at least this many times the expected rate. A rate below `VANISHED_RATIO` of it counts as vanished. */
const BURST_RATIO = 2.5;
const VANISHED_RATIO = 0.2;
/** The median change of fewer templates than this does not show the change of load. */
const MIN_FOR_LOAD = 8;
/** A count is not extrapolated to more than this many times the quiet time: a log's first lines show no rate. */
const MAX_EXTRAPOLATION = 10;
/** A line that came only in this first share of the quiet time belongs to a start, and is not expected later. */
const START_SHARE = 0.25;
/** The change of load that may differ from the change of time at most by this factor. */
const MAX_LOAD_CHANGE = 10;
/**
 * An error that came once or twice says something only if this much time passed without it, or half of a shorter
 * recording. Nanoseconds.
 */
const MIN_QUIET_FOR_RARE_NS = 300e9;
const MIN_QUIET_SHARE = 0.5;
/** What a rare error counts: healthy systems log odd errors too. */
const RARE_WEIGHT = 0.1;

/**
 * A template whose rate changed at `splitNs`. `expected`: its rate before, applied to the time and the load after.
 * `quietNs`: how long the time before was, for comparison. `rare`: an error that was never seen before, but so seldom
 * that chance may explain it.
 */
export type TemplateShift = {
  event: number;
  kind: "new" | "vanished" | "bursting";
  splitNs: number;
  before: number;
  after: number;
  expected: number;
  g2: number;
  quietNs: number;
  rare: boolean;
};

type Durations = { shared: number; parts: number[] };

/**
 * Finds templates whose rate changed beyond chance and beyond the change of load, each at the split that shows it best.
 *
 * @param maxLogP ln of the significance level of the whole family of tests. Splits are not counted as tests, because
 *   neighbouring splits hardly differ.
 * @param severityOf the severity of an event's lines. New errors count even if all came at once, a new fatal line even
 *   if it came once, and a new error as a weak sign.
 * @param nearNs a time shortly before the alarm. An error that came once or twice before it is no sign if other errors
 *   came as seldom in the quiet time.
 */
export function shiftedTemplates(
  counts: readonly TemplateCounts[],
  splits: readonly number[],
  durations: Durations,
  maxLogP: number,
  severityOf: (event: number) => LogSeverity,
  nearNs = Number.NEGATIVE_INFINITY,
): TemplateShift[] {
  const limit = maxLogP - Math.log(Math.max(1, counts.length));
  const usual = counts.filter(({ event }) => !isFailing(severityOf(event)));
  const recordedNs = durations.shared + total(durations.parts);
  const quietForRareNs = Math.min(MIN_QUIET_FOR_RARE_NS, MIN_QUIET_SHARE * recordedNs);
  const isOddUsual = counts.some(
    ({ event, shared, parts, lastNs }) =>
      isFailing(severityOf(event)) && shared === 0 && total(parts) < MIN_NEW && lastNs < (splits[0] ?? 0),
  );
  const scenes = splits.map((splitNs, index) => sceneAt(counts, usual, index, splitNs, durations));
  return counts.flatMap((count): TemplateShift[] => {
    const severity = severityOf(count.event);
    let best: TemplateShift | null = null;
    for (const [index, scene] of scenes.entries()) {
      const shift = shiftAt(count, index, scene, durations, severity);
      if (shift !== null && (best === null || shift.g2 > best.g2)) best = shift;
    }
    if (best === null) return [];
    const isRemarkable = count.firstNs >= nearNs || !isOddUsual;
    const isFatal = best.kind === "new" && severity === "fatal" && isRemarkable;
    const isBeyondChance = best.after >= MIN_NEW || best.kind !== "new";
    if (isFatal || (isBeyondChance && logChiSquaredTail(best.g2, 1) <= limit)) return [best];
    const isRareError = best.kind === "new" && isFailing(severity) && isRemarkable && best.quietNs >= quietForRareNs;
    return isRareError ? [{ ...best, g2: best.g2 * RARE_WEIGHT, rare: true }] : [];
  });
}

/**
 * Errors and fatal lines of a log that no quiet time can be compared with, such as one that is silent while all is
 * well.
 *
 * @param quietNs how long other sources observed the system before the first line.
 */
export const uncomparedErrors = (
  counts: readonly TemplateCounts[],
  severityOf: (event: number) => LogSeverity,
  { quietNs, lastsNs }: { quietNs: number; lastsNs: number },
): TemplateShift[] =>
  counts.flatMap(({ event, shared, parts, firstNs }): TemplateShift[] => {
    const after = total(parts);
    if (!isFailing(severityOf(event)) || after === 0 || shared > 0) return [];
    // without any quiet time, as if half of the time had been quiet
    const [before, during] = quietNs > 0 ? [quietNs, Math.max(lastsNs, 1)] : [1, 1];
    const g2 = g2OfCounts(0, before, after, during);
    return [{ event, kind: "new", splitNs: firstNs, before: 0, after, expected: 0, g2, quietNs, rare: quietNs === 0 }];
  });

const isFailing = (severity: LogSeverity): boolean => severity === "error" || severity === "fatal";
const total = (counts: readonly number[]): number => counts.reduce((sum, k) => sum + k, 0);

/**
 * The two sides of a split. `scale`: change of load from before to after. `ratio`: how many times longer the time after
 * is. `most`: lines that the time after holds, or would hold if all had come as before.
 */
type Scene = { splitNs: number; scale: number; ratio: number; quietNs: number; most: number; startNs: number };

function sceneAt(
  counts: readonly TemplateCounts[],
  usual: readonly TemplateCounts[],
  index: number,
  splitNs: number,
  durations: Durations,
): Scene {
  const ownNs = total(durations.parts.slice(0, index + 1));
  const quietNs = durations.shared + ownNs;
  const afterNs = total(durations.parts.slice(index + 1));
  const ratio = quietNs > 0 ? afterNs / quietNs : Number.POSITIVE_INFINITY;
  const before = counts.reduce((sum, { shared, parts }) => sum + shared + total(parts.slice(0, index + 1)), 0);
  const after = counts.reduce((sum, { parts }) => sum + total(parts.slice(index + 1)), 0);
  return {
    splitNs,
    scale: loadRatio(usual, index, ratio),
    ratio,
    quietNs,
    most: Math.max(after, before * Math.min(ratio, MAX_EXTRAPOLATION)),
    startNs: durations.shared > 0 ? -Infinity : splitNs - ownNs + START_SHARE * ownNs,
  };
}

function shiftAt(
  { event, shared, parts, firstNs, lastNs, starting }: TemplateCounts,
  index: number,
  { splitNs, scale, ratio, quietNs, most, startNs }: Scene,
  durations: Durations,
  severity: LogSeverity,
): TemplateShift | null {
  const own = total(parts.slice(0, index + 1));
  const before = shared + own;
  const after = total(parts.slice(index + 1));
  const expected = Math.min(before * scale, most);
  const kind = kindOf(before, after, expected, severity);
  if (kind === null || (kind !== "new" && ratio > MAX_EXTRAPOLATION)) return null;
  // a failure that stopped does not explain what fails now
  if (kind === "vanished" && (isFailing(severity) || (lastNs < startNs && firstNs < startNs))) return null;
  // what a program wrote when it started shows no rate
  const sinceStart = shared > 0 ? expected : ((own - starting) * scale * quietNs) / Math.max(1, quietNs - START_NS);
  if (kind === "vanished" && after > sinceStart * VANISHED_RATIO) return null;
  const bunching = kind === "new" && isFailing(severity) ? 1 : dispersion(shared, own, parts, index, durations);
  const g2 = g2OfCounts(before, 1, after, Math.max(scale, Number.MIN_VALUE)) / bunching;
  return Number.isFinite(g2) ? { event, kind, splitNs, before, after, expected, g2, quietNs, rare: false } : null;
}

function kindOf(before: number, after: number, expected: number, severity: LogSeverity): TemplateShift["kind"] | null {
  if (before === 0) return after >= (isFailing(severity) ? 1 : MIN_NEW) ? "new" : null;
  if (expected >= MIN_EXPECTED && after <= expected * VANISHED_RATIO) return "vanished";
  return after >= MIN_EXPECTED && after >= expected * BURST_RATIO ? "bursting" : null;
}

/**
 * Variance over mean of the counts on each side, 1 for Poisson. Log lines come in bunches, and quiet periods differ.
 */
function dispersion(
  shared: number,
  own: number,
  parts: readonly number[],
  index: number,
  durations: Durations,
): number {
  const ownTime = total(durations.parts.slice(0, index + 1));
  const quiet =
    shared + own > 0 && durations.shared > 0 && ownTime > 0 ? g2OfCounts(shared, durations.shared, own, ownTime) : 1;
  return Math.max(
    1,
    quiet,
    chiSquaredPerPart(parts.slice(0, index + 1), durations.parts),
    chiSquaredPerPart(parts.slice(index + 1), durations.parts.slice(index + 1)),
  );
}

function chiSquaredPerPart(counts: readonly number[], times: readonly number[]): number {
  const rate = total(counts) / total(times.slice(0, counts.length));
  if (!(rate > 0) || !Number.isFinite(rate)) return 1;
  const terms = counts.flatMap((k, i) => {
    const expected = rate * (times[i] as number);
    return expected > 0 ? [(k - expected) ** 2 / expected] : [];
  });
  return terms.length < 2 ? 1 : total(terms) / (terms.length - 1);
}

/**
 * The change of load: the median of the templates' ratios of after to before. Failing templates are left out, and a few
 * other faulty ones cannot move it.
 *
 * @param byTime the change of load if it goes by time alone.
 */
function loadRatio(usual: readonly TemplateCounts[], index: number, byTime: number): number {
  const ratios = usual.flatMap(({ shared, parts }) => {
    const k0 = shared + total(parts.slice(0, index + 1));
    const k1 = total(parts.slice(index + 1));
    return k0 >= MIN_EXPECTED && k1 > 0 ? [k1 / k0] : [];
  });
  if (ratios.length < MIN_FOR_LOAD || !Number.isFinite(byTime)) return byTime;
  return Math.max(byTime / MAX_LOAD_CHANGE, Math.min(median(ratios), byTime * MAX_LOAD_CHANGE));
}
