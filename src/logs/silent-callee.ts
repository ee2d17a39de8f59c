import type { FlowChange } from "./flow-change.ts";

/** The callee's event must have followed in at least this share of cases, and now in at most half as many. */
const USUAL = 0.5;
const MAX_KEPT = 0.5;

/**
 * Finds services that no longer answer the call with their usual line although their caller goes on as ever. Where the caller
 * itself goes another way, the missing line is its doing, and its own change tells that.
 *
 * @param across changes of the next event in whole traces. @param within changes inside spans.
 * @returns changes of `across`, laid to the service whose event is missing.
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
