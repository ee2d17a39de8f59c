import { logChiSquaredTail } from "../stats/chi-squared.ts";
import { g2OfHistograms } from "../stats/g2.ts";
import { END, START, type Transitions } from "./transitions.ts";

/** A change needs this many sequences on either side: fewer prove nothing. */
const MIN_BEFORE = 5;
const MIN_AFTER = 3;
/** And the share of one next event must move by this much: large recordings make tiny shifts significant. */
const MIN_SHIFT = 0.05;
/** Other than this, an event after `from` is a surprise. */
const SURPRISE = 0.02;

/** What follows `from` changed. `lost` fell most, `gained` rose most (END: the sequence stops there). */
export type FlowChange = {
  service: number;
  from: number;
  lost: number;
  gained: number;
  before: number;
  after: number;
  lostBefore: number;
  lostAfter: number;
  gainedBefore: number;
  gainedAfter: number;
  /** Total variation distance between the two distributions, 0..1. */
  shift: number;
  g2: number;
  /** ln p. */
  logP: number;
  /** Of the traces in which something surprising happened, how many were first surprised here. */
  firstSurprises: number;
  onsetNs: number | null;
};

type Cell = { before: number; after: number; firstSurpriseNs: number | null; firstSurprises: number };

/** Compares, for every event, the distribution of the next one before and after the split. @returns significant changes, unordered. */
export function changedFlows(transitions: Transitions, isBefore: (index: number) => boolean, maxLogP: number): FlowChange[] {
  const histograms = histogramsOf(transitions, isBefore);
  creditFirstSurprises(transitions, isBefore, histograms);
  const tests = [...histograms.values()].filter(({ cells }) => cells.size > 1).length;
  const out: FlowChange[] = [];
  for (const { service, from, cells } of histograms.values()) {
    const rows = [...cells];
    const before = rows.map(([, cell]) => cell.before);
    const after = rows.map(([, cell]) => cell.after);
    const n0 = total(before);
    const n1 = total(after);
    if (n0 < MIN_BEFORE || n1 < MIN_AFTER) continue;
    const { g2, df } = g2OfHistograms(before, after);
    const logP = df === 0 ? 0 : logChiSquaredTail(g2, df);
    if (logP > maxLogP - Math.log(Math.max(1, tests))) continue;
    const moves = rows.map(([to, cell]) => ({ to, cell, move: cell.after / n1 - cell.before / n0 }));
    const shift = moves.reduce((sum, { move }) => sum + Math.abs(move), 0) / 2;
    if (shift < MIN_SHIFT) continue;
    const lost = moves.reduce((a, b) => (b.move < a.move ? b : a));
    const gained = moves.reduce((a, b) => (b.move > a.move ? b : a));
    const surprised = rows.filter(([, cell]) => cell.firstSurpriseNs !== null).map(([, cell]) => cell.firstSurpriseNs as number);
    out.push({
      service, from, lost: lost.to, gained: gained.to, before: n0, after: n1,
      lostBefore: lost.cell.before, lostAfter: lost.cell.after, gainedBefore: gained.cell.before, gainedAfter: gained.cell.after,
      shift, g2, logP,
      firstSurprises: total(rows.map(([, cell]) => cell.firstSurprises)),
      onsetNs: surprised.length > 0 ? Math.min(...surprised) : null,
    });
  }
  return out;
}

type Histogram = { service: number; from: number; before: number; cells: Map<number, Cell> };

const total = (counts: readonly number[]): number => counts.reduce((sum, k) => sum + k, 0);
const keyOf = (from: number, service: number): number => (from === START ? -1 - service : from);

function histogramsOf(transitions: Transitions, isBefore: (index: number) => boolean): Map<number, Histogram> {
  const histograms = new Map<number, Histogram>();
  for (let i = 0; i < transitions.from.length; i += 1) {
    const from = transitions.from[i] as number;
    const service = transitions.service[i] as number;
    const key = keyOf(from, service);
    const histogram = histograms.get(key) ?? { service, from, before: 0, cells: new Map<number, Cell>() };
    histograms.set(key, histogram);
    const to = transitions.to[i] as number;
    const cell = histogram.cells.get(to) ?? { before: 0, after: 0, firstSurpriseNs: null, firstSurprises: 0 };
    histogram.cells.set(to, cell);
    if (isBefore(i)) {
      cell.before += 1;
      histogram.before += 1;
    } else cell.after += 1;
  }
  return histograms;
}

/**
 * A fault deep in a trace makes its callers surprising too. So each trace credits one surprise: the earliest unexpected event; or,
 * where a sequence broke off before that, the deepest (latest) break, because the callers of what broke had begun before it.
 */
function creditFirstSurprises(transitions: Transitions, isBefore: (index: number) => boolean, histograms: Map<number, Histogram>): void {
  const byTrace = new Map<number, { seen: number; breaks: number[] }>();
  for (let i = 0; i < transitions.from.length; i += 1) {
    if (isBefore(i)) continue;
    const histogram = histograms.get(keyOf(transitions.from[i] as number, transitions.service[i] as number));
    const cell = histogram?.cells.get(transitions.to[i] as number);
    if (histogram === undefined || cell === undefined || histogram.before < MIN_BEFORE) continue;
    if (cell.before > histogram.before * SURPRISE) continue;
    cell.firstSurpriseNs = Math.min(cell.firstSurpriseNs ?? Infinity, transitions.seenNs[i] as number);
    const key = transitions.trace[i] === -1 ? -1 - i : (transitions.trace[i] as number);
    const found = byTrace.get(key) ?? { seen: -1, breaks: [] };
    byTrace.set(key, found);
    if (transitions.to[i] === END) found.breaks.push(i);
    else if (found.seen === -1 || (transitions.seenNs[i] as number) < (transitions.seenNs[found.seen] as number)) found.seen = i;
  }
  for (const { seen, breaks } of byTrace.values()) {
    const limit = seen === -1 ? Infinity : (transitions.seenNs[seen] as number);
    let chosen = seen;
    let latest = -Infinity;
    for (const i of breaks) {
      const at = transitions.atNs[i] as number;
      if (at < limit && at > latest) [chosen, latest] = [i, at];
    }
    const cell = histograms.get(keyOf(transitions.from[chosen] as number, transitions.service[chosen] as number))?.cells.get(transitions.to[chosen] as number);
    if (cell !== undefined) cell.firstSurprises += 1;
  }
}
