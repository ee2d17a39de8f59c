import type { Side } from "../domain/periods.ts";
import type { Series } from "../domain/telemetry.ts";
import { median } from "../stats/quantile.ts";
import type { Shift } from "./shift.ts";

const MINUTE_MS = 60_000;
/** A sample belongs to a spike from this share of the way to the shifted level on. */
const SPIKE_SHARE = 0.7;
/** A series with at least this many spikes as high in its quiet time is flapping. */
const MIN_SPIKES = 2;
/** Spikes of the incident may last up to this many times as long as the longest one before: jobs vary. */
const MAX_LONGER = 1.5;
/** Spikes may fill up to this many times the share of time that they fill in the quiet time. */
const MAX_MORE = 2;
/** Jobs run at the same minute of each hour or half hour. */
const CLOCK_MS = 30 * MINUTE_MS;
/** Spikes that fill more of the quiet time than this are its normal level. */
const MAX_QUIET_SHARE = 0.4;

/** `fromMs`: its first sample. `lastsMs`: up to its last sample plus one step, so a single sample lasts a step. */
type Spike = { fromMs: number; lastsMs: number };

/**
 * True if the shift consists of spikes that also occur in quiet time, as high, as long and as often: a flapping series,
 * or a scheduled job. One earlier spike is enough if it began at the same minute of the hour or half hour.
 */
export function isHabitual(series: Series, shift: Shift, side: (timeMs: number) => Side): boolean {
  const stepMs = usualStep(series.timesMs);
  const [before, during] = [
    spikesOn("before", series, shift, side, stepMs),
    spikesOn("during", series, shift, side, stepMs),
  ];
  if (before.spikes.length === 0 || during.spikes.length === 0 || before.share > MAX_QUIET_SHARE) return false;
  if (longest(during.spikes) > MAX_LONGER * longest(before.spikes)) return false;
  const isByTheClock = during.spikes.every(({ fromMs }) =>
    before.spikes.some((earlier) => isSameMinute(earlier.fromMs, fromMs, stepMs)),
  );
  if (isByTheClock) return true;
  // a spike that still lasts may be the start of a fault
  if (before.spikes.length < MIN_SPIKES || during.isOpen) return false;
  return during.spikes.length === 1 || during.share <= MAX_MORE * before.share;
}

const longest = (spikes: readonly Spike[]): number => spikes.reduce((most, { lastsMs }) => Math.max(most, lastsMs), 0);

/** True if two times are whole half hours apart, to within a sample or a minute. */
function isSameMinute(earlierMs: number, laterMs: number, stepMs: number): boolean {
  const apart = (laterMs - earlierMs) % CLOCK_MS;
  return laterMs - earlierMs > CLOCK_MS / 2 && Math.min(apart, CLOCK_MS - apart) <= Math.max(stepMs, MINUTE_MS);
}

/** Spikes on one side, the share of its samples that they fill, in [0, 1], and whether the last of them still lasts. */
function spikesOn(
  wanted: Side,
  { timesMs, values }: Series,
  { before, after, direction }: Shift,
  side: (timeMs: number) => Side,
  stepMs: number,
): { spikes: Spike[]; share: number; isOpen: boolean } {
  const edge = before + SPIKE_SHARE * (after - before);
  const spikes: Spike[] = [];
  let [all, high, open] = [0, 0, false];
  for (const [at, timeMs] of timesMs.entries()) {
    if (side(timeMs) !== wanted) continue;
    const value = values[at] ?? before;
    const isHigh = direction === "up" ? value >= edge : value <= edge;
    all += 1;
    if (isHigh) high += 1;
    const last = spikes.at(-1);
    if (isHigh && open && last !== undefined) last.lastsMs = timeMs - last.fromMs + stepMs;
    else if (isHigh) spikes.push({ fromMs: timeMs, lastsMs: stepMs });
    open = isHigh;
  }
  return { spikes, share: all === 0 ? 0 : high / all, isOpen: open };
}

const usualStep = (timesMs: readonly number[]): number =>
  timesMs.length < 2 ? MINUTE_MS : median(timesMs.slice(1).map((timeMs, at) => timeMs - (timesMs[at] ?? timeMs)));
