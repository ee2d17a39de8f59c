import type { Side } from "../domain/periods.ts";
import { g2OfCounts, ONE_IN_A_MILLION } from "../stats/g2.ts";
import type { SpanForest } from "./forest.ts";

/** Calls of `callee` per span of `operation` in `caller`, before and during. `g2`: G², one degree of freedom. */
export type MissingCall = {
  caller: string;
  callee: string;
  operation: string;
  before: number;
  during: number;
  spans: number;
  g2: number;
};

/** Finds calls that used to be made and no longer are: the callee may be gone, or the caller fails before the call. */
export function missingCalls(
  forest: SpanForest,
  side: (timeMs: number) => Side,
  quietForest: SpanForest | null,
): MissingCall[] {
  const made = new Map<string, { caller: string; callee: string; operation: string; before: number; during: number }>();
  const spansOf = new Map<string, { before: number; during: number }>();
  const addTree = (tree: SpanForest, sideAt: (timeMs: number) => Side): void => {
    const entryOf = entryOperations(tree);
    for (const [index, span] of tree.spans.entries()) {
      const where = sideAt(tree.timesMs[index] ?? 0);
      if (where === "between") continue;
      const entry = entryOf[index] ?? index;
      const operation = tree.spans[entry]?.operation ?? span.operation;
      const key = `${span.service}\u0000${operation}`;
      if (entry === index) {
        const count = spansOf.get(key) ?? { before: 0, during: 0 };
        count[where] += 1;
        spansOf.set(key, count);
      }
      const callee = tree.callee[index];
      if (callee == null) continue;
      const call = made.get(`${key}\u0000${callee}`) ?? {
        caller: span.service,
        callee,
        operation,
        before: 0,
        during: 0,
      };
      call[where] += 1;
      made.set(`${key}\u0000${callee}`, call);
    }
  };
  addTree(forest, side);
  if (quietForest) addTree(quietForest, () => "before");

  return [...made.values()].flatMap(({ caller, callee, operation, before, during }) => {
    const spans = spansOf.get(`${caller}\u0000${operation}`);
    if (!spans || spans.before === 0 || spans.during === 0) return [];
    const fewer = during / spans.during < before / spans.before;
    const g2 = fewer ? g2OfCounts(before, spans.before, during, spans.during) : 0;
    if (g2 < ONE_IN_A_MILLION) return [];
    return [
      {
        caller,
        callee,
        operation,
        before: before / spans.before,
        during: during / spans.during,
        spans: spans.during,
        g2,
      },
    ];
  });
}

/** For each span, the topmost span of its own service above it: the operation that was called on the service. */
function entryOperations({ spans, parent }: SpanForest): Int32Array {
  const entry = new Int32Array(spans.length).fill(-1);
  for (let index = 0; index < spans.length; index++) {
    const path: number[] = [];
    let at = index;
    while (entry[at] === -1) {
      path.push(at);
      entry[at] = at; // also ends the walk on a circular trace
      const above = parent[at] ?? -1;
      if (above < 0 || spans[above]?.service !== spans[at]?.service) break;
      at = above;
    }
    const top = entry[at] ?? at;
    for (const passed of path) entry[passed] = top;
  }
  return entry;
}
