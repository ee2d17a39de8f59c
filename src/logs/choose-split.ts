import { g2OfHistograms } from "../stats/g2.ts";
import { type Transitions } from "./transitions.ts";

/** How far the alarm may stand from the onset. */
export const ALARM_SLACK_NS = 150e9;
const CANDIDATES = 48;
/** Either side of a split must hold this share of the incident's own events, unless other records make up the before-part. */
const MIN_SHARE = 0.08;

/** Where the incident's own records part into before and after, and how clear the cut is. */
export type Split = { atNs: number; gain: number };

/**
 * Finds the time at which what follows what changed most. The alarm says when a person was told, so it only narrows the search.
 *
 * @param alarmNs null when not told. @returns null where there is nothing to compare.
 */
export function chooseSplit(transitions: Transitions, alarmNs: number | null): Split | null {
  const own = transitions.isOwn.flatMap((isOwn, index) => (isOwn ? [index] : []));
  if (own.length === 0) return null;
  const times = own.map((index) => transitions.atNs[index] as number).sort((a, b) => a - b);
  const hasShared = own.length < transitions.isOwn.length;
  const first = times[0] as number;
  const last = times.at(-1) as number;
  const lowest = hasShared ? first : (times[Math.floor(times.length * MIN_SHARE)] as number);
  const highest = times[Math.floor(times.length * (1 - MIN_SHARE))] as number;
  const from = alarmNs === null ? lowest : Math.max(lowest, Math.min(alarmNs - ALARM_SLACK_NS, highest));
  const to = alarmNs === null ? highest : Math.min(highest, Math.max(alarmNs + ALARM_SLACK_NS, lowest));
  const candidates = new Set([from]);
  for (let i = 1; i <= CANDIDATES; i += 1) candidates.add(from + ((to - from) * i) / CANDIDATES);
  if (alarmNs !== null && alarmNs >= from && alarmNs <= to) candidates.add(alarmNs);
  const counts = binCounts(transitions, [...candidates].sort((a, b) => a - b), last);
  return counts;
}

/** Scores every candidate in one sweep: histograms of what follows, before and after, per event. */
function binCounts(transitions: Transitions, candidates: number[], last: number): Split {
  const histograms = new Map<number, Map<number, number[]>>();
  const bins = candidates.length + 1;
  for (let i = 0; i < transitions.from.length; i += 1) {
    const from = transitions.from[i] as number;
    const key = from < 0 ? -10 - (transitions.service[i] as number) : from;
    const byNext = histograms.get(key) ?? new Map<number, number[]>();
    histograms.set(key, byNext);
    const row = byNext.get(transitions.to[i] as number) ?? new Array<number>(bins).fill(0);
    byNext.set(transitions.to[i] as number, row);
    const bin = transitions.isOwn[i] === true ? upperBound(candidates, transitions.atNs[i] as number) : 0;
    row[bin] = (row[bin] as number) + 1;
  }
  const gains = new Array<number>(candidates.length).fill(0);
  for (const byNext of histograms.values()) {
    if (byNext.size < 2) continue;
    const rows = [...byNext.values()];
    const before = rows.map(() => 0);
    const after = rows.map((row) => row.reduce((sum, k) => sum + k, 0));
    for (let s = 0; s < candidates.length; s += 1) {
      for (const [r, row] of rows.entries()) {
        before[r] = (before[r] as number) + (row[s] as number);
        after[r] = (after[r] as number) - (row[s] as number);
      }
      const { g2, df } = g2OfHistograms(before, after);
      gains[s] = (gains[s] as number) + Math.max(0, g2 - df - 3 * Math.sqrt(2 * df));
    }
  }
  let best = 0;
  for (const [s, gain] of gains.entries()) if (gain > (gains[best] as number)) best = s;
  return { atNs: Math.min(candidates[best] as number, last), gain: gains[best] as number };
}

/** @returns how many of `ascending` are ≤ x. */
function upperBound(ascending: readonly number[], x: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] as number) <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}
