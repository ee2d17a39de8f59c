import { logChiSquaredTail } from "../stats/chi-squared.ts";
import { g2OfCounts } from "../stats/g2.ts";
import { quantile } from "../stats/quantile.ts";

/** Fewer lines than this are neither a burst nor news. */
const MIN_NEW = 3;
const MIN_EXPECTED = 8;
/** A burst is at least this many times the usual; a rate below this share of it has all but vanished. */
const BURST_RATIO = 2.5;
const VANISHED_RATIO = 0.2;
/** So many templates are needed before their median tells the change of load. */
const MIN_FOR_LOAD = 8;

/** One template of one service: its counts, with the dispersion of its counts over time (1: Poisson). */
export type TemplateCount = { event: number; before: number; after: number; dispersion: number };
export type TemplateShift = TemplateCount & { kind: "new" | "vanished" | "bursting"; expected: number; g2: number };

/**
 * Finds templates whose rate changed beyond chance and beyond the change of load.
 *
 * @param durations of the two parts, any one unit. @param maxLogP ln of the level for one test; divided by the number of tests here.
 */
export function shiftedTemplates(counts: readonly TemplateCount[], durations: { before: number; after: number }, maxLogP: number): TemplateShift[] {
  const scale = loadRatio(counts, durations);
  const limit = maxLogP - Math.log(Math.max(1, counts.length));
  return counts.flatMap((count): TemplateShift[] => {
    const expected = count.before * scale;
    const g2 = g2OfCounts(count.before, 1, count.after, scale) / Math.max(1, count.dispersion);
    const kind = kindOf(count, expected);
    return kind !== null && logChiSquaredTail(g2, 1) <= limit ? [{ ...count, kind, expected, g2 }] : [];
  });
}

function kindOf({ before, after }: TemplateCount, expected: number): TemplateShift["kind"] | null {
  if (before === 0) return after >= MIN_NEW ? "new" : null;
  if (expected >= MIN_EXPECTED && after <= expected * VANISHED_RATIO) return "vanished";
  return after >= MIN_EXPECTED && after >= expected * BURST_RATIO ? "bursting" : null;
}

/** How much of everything there is in the after-part: the median template's ratio, which a few faulty ones cannot move. */
function loadRatio(counts: readonly TemplateCount[], durations: { before: number; after: number }): number {
  const byTime = durations.before > 0 ? durations.after / durations.before : 1;
  const steady = counts.filter(({ before, after }) => before >= MIN_EXPECTED && after > 0);
  if (steady.length < MIN_FOR_LOAD) return byTime;
  return quantile(steady.map(({ before, after }) => after / before), 0.5);
}
