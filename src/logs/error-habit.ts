import { g2OfCounts } from "../stats/g2.ts";
import type { LogSeverity } from "./lines/severity.ts";
import type { TemplateCounts } from "./template-counts.ts";
import type { TemplateShift } from "./template-shift.ts";

/** Fewer errors before are no habit. */
const MIN_BEFORE = 3;
/** The statistic of a change that chance makes once in a hundred times. χ² with one degree of freedom. */
const ONE_IN_A_HUNDRED = 6.63;

/**
 * Tells errors that were never seen before, but came so seldom that they only continue what their service always does:
 * it logged errors before, and all its errors together became no more frequent.
 *
 * @param durations how long the other recording and each part of this one last, in nanoseconds.
 */
export function errorHabit(
  counts: readonly TemplateCounts[],
  splits: readonly number[],
  durations: { shared: number; parts: readonly number[] },
  of: { severityOf: (event: number) => LogSeverity; serviceOf: (event: number) => number },
): (shift: Pick<TemplateShift, "event" | "splitNs" | "rare">) => boolean {
  const failing = counts.filter(({ event }) => ["error", "fatal"].includes(of.severityOf(event)));
  const errorsOf = Map.groupBy(failing, ({ event }) => of.serviceOf(event));
  return ({ event, splitNs, rare }) => {
    const index = splits.indexOf(splitNs);
    if (!rare || index < 0 || of.severityOf(event) === "fatal") return false;
    const all = errorsOf.get(of.serviceOf(event)) ?? [];
    const before = all.reduce((sum, { shared, parts }) => sum + shared + total(parts.slice(0, index + 1)), 0);
    const after = all.reduce((sum, { parts }) => sum + total(parts.slice(index + 1)), 0);
    const quietNs = durations.shared + total(durations.parts.slice(0, index + 1));
    const afterNs = total(durations.parts.slice(index + 1));
    if (before < MIN_BEFORE || quietNs <= 0 || afterNs <= 0) return false;
    const isRising = after / afterNs > before / quietNs;
    return !isRising || g2OfCounts(before, quietNs, after, afterNs) < ONE_IN_A_HUNDRED;
  };
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
