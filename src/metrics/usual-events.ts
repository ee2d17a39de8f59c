import type { Series } from "../domain/telemetry.ts";
import { median } from "../stats/quantile.ts";
import { type UsualRange, usualRangeOf } from "./usual-range.ts";

/**
 * An abnormal stretch of a series, from its first to its last sample. `score`: its greatest distance from the usual
 * range.
 */
export type MetricEvent = { startMs: number; endMs: number; score: number };

/**
 * Settings of the detector, the same for all series. `high`: score that starts an event, for hourly samples.
 * `perDecade`: added to it for each tenfold sampling rate, because more samples reach higher extremes by chance. `low`:
 * share of it that continues an event. `bridge`: usual samples allowed between two parts of one event.
 */
export type EventSettings = { high: number; perDecade: number; low: number; bridge: number };

export const OFFLINE: EventSettings = { high: 6.5, perDecade: 1.5, low: 0.4, bridge: 5 };
/** An immediate decision needs a higher threshold, and cannot join later samples. */
export const ONLINE: EventSettings = { high: 8, perDecade: 1.5, low: 0.3, bridge: 0 };

/** The online detector reads this many samples before it judges one. */
const WARM_UP = 48;
const HOUR_MS = 3_600_000;
/** The online detector learns again each hour, or when its history has grown by this factor. */
const GROWTH = 1.01;

type Points = Pick<Series, "timesMs" | "values">;

/** Finds the events of a series, compared with the usual range of the whole series. */
export const eventsOf = (points: Points, settings: EventSettings = OFFLINE): MetricEvent[] =>
  points.values.length === 0 ? [] : eventsAgainst(points, points, settings);

/**
 * Finds the events of a series, compared with the usual range of its history. @throws {RangeError} without a history.
 */
export function eventsAgainst(history: Points, points: Points, settings: EventSettings = OFFLINE): MetricEvent[] {
  const range = usualRangeOf(history.timesMs, history.values);
  const lost = lostSamples(points, range);
  const scores = points.values.map((value, at) => (lost.has(at) ? 0 : range.scoreOf(points.timesMs[at] ?? 0, value)));
  return eventsFrom(points.timesMs, scores, settings);
}

const DAY_MS = 24 * HOUR_MS;
/** A history this long is enough to compare hours of the day. */
const MIN_HISTORY_MS = 2 * DAY_MS;
/** A sample with a lower score is usual. */
const USUAL_SCORE = 2;

/**
 * True if a history of days shows that most of `during` is usual for its hours of the day: a daily peak, a nightly
 * batch. False if the history is too short.
 */
export function isUsualAtThisHour(history: Points, during: Points): boolean {
  const [first, last] = [history.timesMs[0] ?? 0, history.timesMs.at(-1) ?? 0];
  if (during.values.length === 0 || last - first < MIN_HISTORY_MS) return false;
  const range = usualRangeOf(history.timesMs, history.values);
  return median(during.values.map((value, at) => range.scoreOf(during.timesMs[at] ?? 0, value))) < USUAL_SCORE;
}

/** Finds the events of a series online: each sample is judged only by itself and earlier samples. */
export const eventsOnline = (points: Points, settings: EventSettings = ONLINE): MetricEvent[] =>
  eventsFrom(points.timesMs, onlineScores(points), settings);

function onlineScores({ timesMs, values }: Points): number[] {
  const past = { timesMs: [] as number[], values: [] as number[] };
  let known: { range: UsualRange; atMs: number; samples: number } | null = null;
  let zeroSinceMs: number | null = null;
  return values.map((value, at) => {
    const timeMs = timesMs[at] ?? 0;
    const samples = past.values.length;
    const isStale = known === null || (timeMs - known.atMs >= HOUR_MS && samples >= GROWTH * known.samples);
    if (samples >= WARM_UP && isStale)
      known = { range: usualRangeOf(past.timesMs, past.values), atMs: timeMs, samples };
    zeroSinceMs = value <= 0 ? (zeroSinceMs ?? timesMs[at - 1] ?? timeMs) : null;
    if (known !== null && zeroSinceMs !== null && known.range.isLost(value, timeMs - zeroSinceMs)) return 0;
    past.timesMs.push(timeMs);
    past.values.push(value);
    return known === null ? 0 : known.range.scoreOf(timeMs, value);
  });
}

/** Samples of lost scrapes: zeros for a few minutes in a series that is never zero otherwise. */
function lostSamples({ timesMs, values }: Points, range: UsualRange): Set<number> {
  const lost = new Set<number>();
  for (let from = 0; from < values.length; from++) {
    if ((values[from] ?? 1) > 0) continue;
    let to = from;
    while ((values[to + 1] ?? 1) <= 0) to += 1;
    const lastedMs = (timesMs[to + 1] ?? timesMs[to] ?? 0) - (timesMs[from] ?? 0);
    if (range.isLost(values[from] ?? 1, lastedMs)) for (let at = from; at <= to; at++) lost.add(at);
    from = to;
  }
  return lost;
}

/** Joins scores to events. With `bridge` 0 an event begins where `high` is reached; else at the run's first sample. */
function eventsFrom(
  timesMs: readonly number[],
  scores: readonly number[],
  { high, perDecade, low, bridge }: EventSettings,
): MetricEvent[] {
  const begin = high + perDecade * Math.max(0, Math.log10(HOUR_MS / usualStep(timesMs)));
  const isOn = (score: number, isOpen: boolean): boolean =>
    score >= low * begin && (isOpen || bridge > 0 || score >= begin);
  const events: Run[] = [];
  for (let at = 0; at < scores.length; at++) {
    const from = at;
    let score = 0;
    while (isOn(scores[at] ?? 0, at > from)) score = Math.max(score, scores[at++] ?? 0);
    if (score >= begin)
      addRun(events, { startMs: timesMs[from] ?? 0, endMs: timesMs[at - 1] ?? 0, score, from, to: at - 1 }, bridge);
  }
  return events.map(({ startMs, endMs, score }) => ({ startMs, endMs, score }));
}

type Run = MetricEvent & { from: number; to: number };

/** Adds a run of samples, or joins it to the event before. */
function addRun(events: Run[], run: Run, bridge: number): void {
  const last = events.at(-1);
  if (last === undefined || bridge === 0 || run.from - last.to - 1 > bridge) events.push(run);
  else Object.assign(last, { endMs: run.endMs, to: run.to, score: Math.max(last.score, run.score) });
}

/**
 * Usual time between samples, in ms; one hour for fewer than two. Uses the first samples only, so that it does not look
 * ahead.
 */
function usualStep(timesMs: readonly number[]): number {
  const steps = timesMs.slice(1, WARM_UP).map((timeMs, at) => timeMs - (timesMs[at] ?? timeMs));
  return steps.length === 0 ? HOUR_MS : Math.max(1, median(steps));
}
