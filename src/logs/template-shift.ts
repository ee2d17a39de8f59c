import { logChiSquaredTail } from "../stats/chi-squared.ts";
import { g2OfCounts } from "../stats/g2.ts";
import { median } from "../stats/quantile.ts";
import type { LogSeverity } from "./lines/severity.ts";
import type { TemplateCounts } from "./template-counts.ts";

/** Fewer lines than these are neither new nor a burst. */
const MIN_NEW = 3;
const MIN_EXPECTED = 8;
/** A burst has at least this many times the expected rate. A rate below `VANISHED_RATIO` of it counts as vanished. */
const BURST_RATIO = 2.5;
const VANISHED_RATIO = 0.2;
/** The median change of fewer templates than this does not show the change of load. */
const MIN_FOR_LOAD = 8;

/** A template whose rate changed at `splitNs`. `expected`: its rate before, applied to the time and the load after. */
export type TemplateShift = {
  event: number;
  kind: "new" | "vanished" | "bursting";
  splitNs: number;
  before: number;
  after: number;
  expected: number;
  g2: number;
};

type Durations = { shared: number; parts: number[] };

/**
 * Finds templates whose rate changed beyond chance and beyond the change of load, each at the split that shows it best.
 *
 * @param maxLogP ln of the significance level of the whole family of tests. Splits are not counted as tests, because
 *   neighbouring splits hardly differ.
 * @param severityOf the severity of an event's lines. New errors count even if all came at once, and a new fatal line
 *   even if it came once.
 */
export function shiftedTemplates(
  counts: readonly TemplateCounts[],
  splits: readonly number[],
  durations: Durations,
  maxLogP: number,
  severityOf: (event: number) => LogSeverity,
): TemplateShift[] {
  const limit = maxLogP - Math.log(Math.max(1, counts.length));
  const scales = splits.map((_, index) => loadRatio(counts, index, durations));
  return counts.flatMap((count): TemplateShift[] => {
    let best: TemplateShift | null = null;
    for (const [index, splitNs] of splits.entries()) {
      const shift = shiftAt(count, index, splitNs, scales[index] as number, durations, severityOf(count.event));
      if (shift !== null && (best === null || shift.g2 > best.g2)) best = shift;
    }
    if (best === null) return [];
    const isFatal = best.kind === "new" && severityOf(best.event) === "fatal";
    return isFatal || logChiSquaredTail(best.g2, 1) <= limit ? [best] : [];
  });
}

const total = (counts: readonly number[]): number => counts.reduce((sum, k) => sum + k, 0);

function shiftAt(
  { event, shared, parts }: TemplateCounts,
  index: number,
  splitNs: number,
  scale: number,
  durations: Durations,
  severity: LogSeverity,
): TemplateShift | null {
  const own = total(parts.slice(0, index + 1));
  const before = shared + own;
  const after = total(parts.slice(index + 1));
  const expected = before * scale;
  const kind = kindOf(before, after, expected, severity);
  if (kind === null) return null;
  const bunching =
    kind === "new" && (severity === "error" || severity === "fatal")
      ? 1
      : dispersion(shared, own, parts, index, durations);
  return { event, kind, splitNs, before, after, expected, g2: g2OfCounts(before, 1, after, scale) / bunching };
}

function kindOf(before: number, after: number, expected: number, severity: LogSeverity): TemplateShift["kind"] | null {
  if (before === 0) return after >= (severity === "fatal" ? 1 : MIN_NEW) ? "new" : null;
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
 * The change of load: the median of all templates' ratios of after to before, which a few faulty templates cannot move.
 */
function loadRatio(counts: readonly TemplateCounts[], index: number, durations: Durations): number {
  const before = durations.shared + total(durations.parts.slice(0, index + 1));
  const byTime = before > 0 ? total(durations.parts.slice(index + 1)) / before : 1;
  const ratios = counts.flatMap(({ shared, parts }) => {
    const k0 = shared + total(parts.slice(0, index + 1));
    const k1 = total(parts.slice(index + 1));
    return k0 >= MIN_EXPECTED && k1 > 0 ? [k1 / k0] : [];
  });
  return ratios.length < MIN_FOR_LOAD ? byTime : median(ratios);
}
