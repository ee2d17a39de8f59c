import type { Incident } from "../domain/incident.ts";
import { nanosToMs } from "../domain/time.ts";
import { g2OfCounts } from "../stats/g2.ts";
import { quantileOf, sorted } from "../stats/quantile.ts";
import { isError, type SpanForest } from "./forest.ts";

/** How far the alarm may stand from the onset, either way. Milliseconds. */
const ALARM_SLACK_MS = 120_000;
const STEP_MS = 5_000;
/** χ² with one degree of freedom at p = 10⁻⁶. Below it the spans do not say when, and the alarm stands. */
const MIN_G2 = 24;
/** Fewer spans of a kind than this have no quiet range. */
const MIN_SPANS = 5;

/**
 * When the spans began to be slow or to fail: the time within two minutes of the alarm that best parts the incident's spans into few odd ones before
 * and many after (greatest G²). A span is odd where it failed, or where its self time exceeds the 95th percentile of its kind in quiet times: the shared
 * fault-free recording, else the earlier half of what lies before the alarm.
 *
 * @returns Unix ms; the alarm where the spans do not tell; null where there is neither alarm nor tell.
 */
export function splitOfSpans(forest: SpanForest, quiet: SpanForest | null, { alarmAtMs, window }: Incident): number | null {
  const times = sorted(forest.spans.map(({ startUnixNano }) => nanosToMs(startUnixNano)));
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return alarmAtMs;
  const told = alarmAtMs === null ? last : Math.min(Math.max(alarmAtMs, first), last);
  const bounds = quiet ? quietBounds(quiet, Number.POSITIVE_INFINITY) : quietBounds(forest, (first + told) / 2);
  const odd: { timeMs: number; isOdd: boolean }[] = [];
  for (const [index, span] of forest.spans.entries()) {
    const bound = bounds.get(kindOf(forest, index));
    if (bound !== undefined) odd.push({ timeMs: nanosToMs(span.startUnixNano), isOdd: isError(span) || (forest.selfUs[index] ?? 0) > bound });
  }
  odd.sort((a, b) => a.timeMs - b.timeMs);

  const from = alarmAtMs === null ? first : Math.max(first, alarmAtMs - ALARM_SLACK_MS);
  const to = Math.min(last, window?.endMs ?? last, alarmAtMs === null ? last : alarmAtMs + ALARM_SLACK_MS);
  let best = { g2: MIN_G2, atMs: alarmAtMs };
  let [oddBefore, before] = [0, 0];
  const oddInAll = odd.filter(({ isOdd }) => isOdd).length;
  let next = from;
  for (const { timeMs, isOdd } of odd) {
    if (timeMs >= next && timeMs <= to && before > 0) {
      const after = odd.length - before;
      const rises = (oddInAll - oddBefore) / after > oddBefore / before;
      const g2 = rises ? g2OfCounts(oddBefore, before, oddInAll - oddBefore, after) : 0;
      if (g2 > best.g2) best = { g2, atMs: timeMs };
      next = timeMs + STEP_MS;
    }
    before += 1;
    if (isOdd) oddBefore += 1;
  }
  return best.atMs;
}

const kindOf = ({ spans, callee }: SpanForest, index: number): string => `${spans[index]?.service}\u0000${spans[index]?.operation}\u0000${callee[index] ?? ""}`;

function quietBounds(forest: SpanForest, untilMs: number): Map<string, number> {
  const selfOf = new Map<string, number[]>();
  for (const [index, { startUnixNano }] of forest.spans.entries()) {
    if (nanosToMs(startUnixNano) > untilMs) continue;
    const kind = kindOf(forest, index);
    const known = selfOf.get(kind);
    if (known) known.push(forest.selfUs[index] ?? 0);
    else selfOf.set(kind, [forest.selfUs[index] ?? 0]);
  }
  return new Map([...selfOf].flatMap(([kind, self]) => (self.length < MIN_SPANS ? [] : [[kind, quantileOf(sorted(self), 0.95)]])));
}
