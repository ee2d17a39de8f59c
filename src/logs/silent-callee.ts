import type { FlowChange } from "./flow-change.ts";

/** The callee's event must have followed in at least this share of cases, and must now follow at most half as often. */
const USUAL = 0.5;
const MAX_KEPT = 0.5;

/**
 * Finds services that no longer write their usual line when they are called, although their caller behaves as before.
 * If the caller itself changed, it causes the missing line, and its own change reports that.
 *
 * @param across changes of the next event in whole traces.
 * @param within changes inside spans.
 * @returns changes of `across`, assigned to the service whose event is missing.
 */
export function silentCallees(
  across: readonly FlowChange[],
  within: readonly FlowChange[],
  serviceOf: (event: number) => number,
): FlowChange[] {
  const changedCallers = new Set(within.map(({ from }) => from));
  return across.flatMap((change) => {
    const { from, lost, before, after, lostBefore, lostAfter } = change;
    if (from < 0 || lost < 0 || changedCallers.has(from) || serviceOf(lost) === serviceOf(from)) return [];
    if (lostBefore < before * USUAL || lostAfter / after > (MAX_KEPT * lostBefore) / before) return [];
    return [{ ...change, service: serviceOf(lost) }];
  });
}
