/**
 * One failure as OpenRCA answers it. Null: not asked for, or not given. Time: `YYYY-MM-DD HH:MM:SS`, without a zone.
 */
export type OpenRcaElements = { time: string | null; component: string | null; reason: string | null };
export type OpenRcaScore = { points: number; of: number; score: number; isCorrect: boolean };

/** Seconds within which a time is right. */
const TOLERANCE_S = 60;
/** The search for the best order takes n·2^n steps; OpenRCA's queries have up to four failures. */
const MAX_FAILURES = 12;

const TIME = /^(\d{4})-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{1,2}):(\d{1,2})$/;

/** Seconds of a time without a zone; null if it is none. */
function secondsOf(text: string): number | null {
  const parts = TIME.exec(text)?.slice(1).map(Number);
  if (parts === undefined) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const at = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const isReal = at.getUTCMonth() === month - 1 && at.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  return isReal ? at.getTime() / 1000 : null;
}

function isWithinTolerance(truth: string, given: string | null): boolean {
  const [a, b] = [secondsOf(truth), given === null ? null : secondsOf(given)];
  return a !== null && b !== null && Math.abs(a - b) <= TOLERANCE_S;
}

/** The elements of one failure that an answer has right. */
const pointsOf = (truth: OpenRcaElements, given: OpenRcaElements): number =>
  Number(truth.component !== null && truth.component === given.component) +
  Number(truth.reason !== null && truth.reason === given.reason) +
  Number(truth.time !== null && isWithinTolerance(truth.time, given.time));

/** The most points over all ways to give each failure one of the answers. Both lists have the same length. */
function bestAssignment(truths: readonly OpenRcaElements[], given: readonly OpenRcaElements[]): number {
  const best = Array.from({ length: 1 << given.length }, () => 0);
  for (let taken = 1; taken < best.length; taken += 1) {
    const members = given.flatMap((_, at) => ((taken >> at) & 1 ? [at] : []));
    const truth = truths[members.length - 1];
    best[taken] = members.reduce((most, at) => {
      const answer = given[at];
      const points = truth === undefined || answer === undefined ? 0 : pointsOf(truth, answer);
      return Math.max(most, (best[taken & ~(1 << at)] ?? 0) + points);
    }, 0);
  }
  return best.at(-1) ?? 0;
}

/**
 * Scores an answer as OpenRCA does: component and reason to the letter, time within 60 s, in the order of the answers
 * that is best. Another number of failures than the true one scores 0. `score`: share of the points, to two digits.
 * `isCorrect`: all points, which is what OpenRCA publishes.
 *
 * @param truths at least one; only the elements that the query asks for.
 * @throws {RangeError} on no truth, or more than 12.
 * @see https://github.com/microsoft/OpenRCA (main/evaluate.py)
 */
export function scoreOpenRca(given: readonly OpenRcaElements[], truths: readonly OpenRcaElements[]): OpenRcaScore {
  if (truths.length === 0 || truths.length > MAX_FAILURES)
    throw new RangeError(`a query has 1 to ${MAX_FAILURES} failures, not ${truths.length}`);
  const of = truths.flatMap(({ time, component, reason }) =>
    [time, component, reason].filter((one) => one !== null),
  ).length;
  const points = given.length === truths.length ? bestAssignment(truths, given) : 0;
  const score = of === 0 ? 0 : Math.round((points / of) * 100) / 100;
  return { points, of, score, isCorrect: score === 1 };
}

const element = (name: string): string => String.raw`(?:"root cause ${name}":\s*"(.*?)")?,?\s*`;
const ANSWER = new RegExp(
  String.raw`\{\s*${element("occurrence datetime")}${element("component")}${element("reason")}\}`,
  "g",
);

/**
 * Reads the failures in the text of an answer: `{"1": {"root cause occurrence datetime": "…", "root cause component":
 * "…", "root cause reason": "…"}}`, each element optional, in this order.
 */
export function readOpenRcaAnswer(text: string): OpenRcaElements[] {
  return [...text.matchAll(ANSWER)].map(([, time = null, component = null, reason = null]) => ({
    time,
    component,
    reason,
  }));
}

const POINT = {
  component: /The (?:\d+-th|only) predicted root cause component is ([^\n]+)/g,
  reason: /The (?:\d+-th|only) predicted root cause reason is ([^\n]+)/g,
  time: /The (?:\d+-th|only) root cause occurrence time is within 1 minutes \(i\.e\., <=1min\) of ([^\n]+)/g,
};

/** Reads the failures from the scoring points of a query: the elements that it asks for, and what is right. */
export function readScoringPoints(text: string): OpenRcaElements[] {
  const valuesOf = (pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, value = ""]) => value);
  const [components, reasons, times] = [valuesOf(POINT.component), valuesOf(POINT.reason), valuesOf(POINT.time)];
  const failures = Math.max(components.length, reasons.length, times.length);
  return Array.from({ length: failures }, (_, at) => ({
    component: components[at] ?? null,
    reason: reasons[at] ?? null,
    time: times[at] ?? null,
  }));
}
