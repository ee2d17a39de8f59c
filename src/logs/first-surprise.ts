import { type FlowChange, flowKey } from "./flow-change.ts";
import { END, type Transitions } from "./transitions.ts";

/**
 * A fault deep in a trace makes its callers surprising too. So each trace credits one change: that of the earliest
 * unexpected event. If a sequence broke off before that event, it credits the deepest (latest) break, because the
 * callers of what broke had started earlier.
 *
 * @param changes by flow key. Their `firstSurprises` are counted up.
 */
export function creditFirstSurprises(transitions: Transitions, changes: ReadonlyMap<number, FlowChange>): void {
  const byTrace = new Map<number, { seen: number; breaks: number[] }>();
  for (let i = 0; i < transitions.from.length; i += 1) {
    const change = changeAt(transitions, changes, i);
    if (change === undefined || transitions.isOwn[i] !== true || (transitions.atNs[i] as number) < change.splitNs)
      continue;
    if (!change.novel.has(transitions.to[i] as number)) continue;
    const key = transitions.trace[i] === -1 ? -1 - i : (transitions.trace[i] as number);
    const found = byTrace.get(key) ?? { seen: -1, breaks: [] };
    byTrace.set(key, found);
    if (transitions.to[i] === END) found.breaks.push(i);
    else if (found.seen === -1 || (transitions.seenNs[i] as number) < (transitions.seenNs[found.seen] as number))
      found.seen = i;
  }
  for (const { seen, breaks } of byTrace.values()) {
    const limit = seen === -1 ? Infinity : (transitions.seenNs[seen] as number);
    let chosen = seen;
    let latest = -Infinity;
    for (const i of breaks) {
      const at = transitions.atNs[i] as number;
      if (at < limit && at > latest) [chosen, latest] = [i, at];
    }
    const change = changeAt(transitions, changes, chosen);
    if (change !== undefined) change.firstSurprises += 1;
  }
}

const changeAt = (
  transitions: Transitions,
  changes: ReadonlyMap<number, FlowChange>,
  i: number,
): FlowChange | undefined => changes.get(flowKey(transitions.from[i] as number, transitions.service[i] as number));
