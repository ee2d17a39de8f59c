import type { Side } from "../domain/periods.ts";
import { g2OfCounts, ONE_IN_A_MILLION } from "../stats/g2.ts";
import type { SpanForest } from "./forest.ts";

/** Calls of `callee` for each span of `operation` in `caller`, before and during; `surprise`: G², 1 degree of freedom. */
export type MissingCall = {
  caller: string;
  callee: string;
  operation: string;
  before: number;
  during: number;
  spans: number;
  surprise: number;
};

/** Calls that used to be made and no longer are: the callee may be gone, or the caller's flow broken before it. */
export function missingCalls(
  forest: SpanForest,
  side: (timeMs: number) => Side,
  quietForest: SpanForest | null,
): MissingCall[] {
  const made = new Map<string, { caller: string; callee: string; operation: string; before: number; during: number }>();
  const spansOf = new Map<string, { before: number; during: number }>();
  const tally = (tree: SpanForest, sideAt: (timeMs: number) => Side): void => {
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
  tally(forest, side);
  if (quietForest) tally(quietForest, () => "before");

  return [...made.values()].flatMap(({ caller, callee, operation, before, during }) => {
    const spans = spansOf.get(`${caller}\u0000${operation}`);
    if (!spans || spans.before === 0 || spans.during === 0) return [];
    const fewer = during / spans.during < before / spans.before;
    const surprise = fewer ? g2OfCounts(before, spans.before, during, spans.during) : 0;
    if (surprise < ONE_IN_A_MILLION) return [];
    return [
      {
        caller,
        callee,
        operation,
        before: before / spans.before,
        during: during / spans.during,
        spans: spans.during,
        surprise,
      },
    ];
  });
}

/** For each span the topmost span of its own service above it: the operation that the service was asked for. */
function entryOperations({ spans, parent }: SpanForest): Int32Array {
  const entry = new Int32Array(spans.length).fill(-1);
  for (let index = 0; index < spans.length; index++) {
    const way: number[] = [];
    let at = index;
    while (entry[at] === -1) {
      way.push(at);
      entry[at] = at; // also ends a walk round a broken, circular trace
      const above = parent[at] ?? -1;
      if (above < 0 || spans[above]?.service !== spans[at]?.service) break;
      at = above;
    }
    const top = entry[at] ?? at;
    for (const passed of way) entry[passed] = top;
  }
  return entry;
}
