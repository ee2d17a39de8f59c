import { logChiSquaredTail } from "../stats/chi-squared.ts";
import { g2OfHistograms } from "../stats/g2.ts";
import { partOf } from "./candidate-splits.ts";
import { creditFirstSurprises } from "./first-surprise.ts";
import { type FlowChange, flowKey } from "./flow-change.ts";
import type { Transitions } from "./transitions.ts";

/** Both sides of a change need at least this many sequences. */
const MIN_BEFORE = 5;
const MIN_AFTER = 3;
/**
 * The share of at least one next event must change by this much. In large recordings, tiny shifts are significant too.
 */
const MIN_SHIFT = 0.05;
/** A next event with less than this share before is a surprise. */
const RARE = 0.05;

/**
 * The events that followed one event, with counts in the other recording and in each part of this one. For START: the
 * first events.
 */
type Flow = { service: number; from: number; next: Map<number, { shared: number; parts: number[] }> };

/**
 * Compares what followed each event before and after a split, and picks for each event the split that shows the
 * difference best.
 *
 * @param maxLogP ln of the significance level of the whole family of tests.
 * @returns significant changes, unordered.
 */
export function changedFlows(transitions: Transitions, splits: readonly number[], maxLogP: number): FlowChange[] {
  const flows = countFlows(transitions, splits);
  const tests = Math.max(1, [...flows.values()].filter(({ next }) => next.size > 1).length);
  const changes = new Map<number, FlowChange>();
  for (const [key, flow] of flows) {
    const best = splits
      .map((splitNs, index) => compare(flow, index, splitNs))
      .reduce<FlowChange | null>(
        (a, b) => (b !== null && b.logP <= maxLogP - Math.log(tests) && (a === null || b.g2 > a.g2) ? b : a),
        null,
      );
    if (best !== null) changes.set(key, best);
  }
  creditFirstSurprises(transitions, changes);
  return [...changes.values()];
}

function countFlows(transitions: Transitions, splits: readonly number[]): Map<number, Flow> {
  const flows = new Map<number, Flow>();
  for (let i = 0; i < transitions.from.length; i += 1) {
    const from = transitions.from[i] as number;
    const service = transitions.service[i] as number;
    const to = transitions.to[i] as number;
    const flow = flows.get(flowKey(from, service)) ?? {
      service,
      from,
      next: new Map<number, { shared: number; parts: number[] }>(),
    };
    flows.set(flowKey(from, service), flow);
    const cell = flow.next.get(to) ?? { shared: 0, parts: Array.from({ length: splits.length + 1 }, () => 0) };
    flow.next.set(to, cell);
    if (transitions.isOwn[i] === true) {
      const part = partOf(splits, transitions.atNs[i] as number);
      cell.parts[part] = (cell.parts[part] as number) + (transitions.weight[i] as number);
    } else cell.shared += transitions.weight[i] as number;
  }
  return flows;
}

function compare(
  { service, from, next }: Flow,
  splitIndex: number,
  splitNs: number,
): (FlowChange & { logP: number }) | null {
  const cells = [...next].map(([to, { shared, parts }]) => {
    const own = total(parts.slice(0, splitIndex + 1));
    return { to, shared, own, before: shared + own, after: total(parts.slice(splitIndex + 1)) };
  });
  const n0 = total(cells.map(({ before }) => before));
  const n1 = total(cells.map(({ after }) => after));
  if (n0 < MIN_BEFORE || n1 < MIN_AFTER || cells.length < 2) return null;
  const moves = cells.map((cell) => ({ ...cell, move: cell.after / n1 - cell.before / n0 }));
  const shift = total(moves.map(({ move }) => Math.abs(move))) / 2;
  if (shift < MIN_SHIFT) return null;
  const raw = g2OfHistograms(
    cells.map(({ before }) => before),
    cells.map(({ after }) => after),
  );
  // Two quiet periods differ as well. A change must exceed that difference, so g2 is divided by it.
  const quiet = g2OfHistograms(
    cells.map(({ shared }) => shared),
    cells.map(({ own }) => own),
  );
  const g2 = raw.g2 / Math.max(1, quiet.df === 0 ? 1 : quiet.g2 / quiet.df);
  const novel = cells.filter(({ before, after }) => after > 0 && before <= n0 * RARE);
  const lost = moves.reduce((a, b) => (b.move < a.move ? b : a));
  const gained = moves.reduce((a, b) => (b.move > a.move ? b : a));
  return {
    service,
    from,
    splitNs,
    lost: lost.to,
    gained: gained.to,
    before: n0,
    after: n1,
    lostBefore: lost.before,
    lostAfter: lost.after,
    gainedBefore: gained.before,
    gainedAfter: gained.after,
    shift,
    novelty: total(novel.map(({ after }) => after)) / n1,
    novel: new Set(novel.map(({ to }) => to)),
    g2,
    firstSurprises: 0,
    logP: logChiSquaredTail(g2, Math.max(1, raw.df)),
  };
}

const total = (counts: readonly number[]): number => counts.reduce((sum, k) => sum + k, 0);
