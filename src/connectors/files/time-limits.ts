import type { TimeWindow } from "../../domain/time.ts";

const NANOS_PER_MS = 1_000_000n;
/**
 * The last time that a `Date` can hold. A later one is no time: one such record must not stop the reading of the
 * others.
 */
const LAST_MS = 8.64e15;

/** Selects records of a file by time. A record later than `asOfMs` is treated as if it did not exist. */
export type TimeLimits = {
  readonly asOfMs: number | null;
  ofMs(ms: number): "inside" | "outside" | "later";
  ofNanos(nanos: bigint): "inside" | "outside" | "later";
};

/** @param range null: every time, for metadata. @param asOfMs Unix milliseconds; null for no limit. */
export function timeLimits(range: TimeWindow | null, asOfMs: number | null): TimeLimits {
  const startMs = Math.max(range?.startMs ?? -LAST_MS, -LAST_MS);
  const endMs = Math.min(range?.endMs ?? LAST_MS, LAST_MS);
  const nowMs = asOfMs ?? Infinity;
  const start = toNanos(startMs, Math.ceil);
  const end = toNanos(endMs, Math.floor);
  const now = toNanos(nowMs, Math.floor);
  return {
    asOfMs,
    ofMs: (ms) => (ms > nowMs ? "later" : ms >= startMs && ms <= endMs ? "inside" : "outside"),
    ofNanos(nanos) {
      if (now !== null && nanos > now) return "later";
      return (start === null || nanos >= start) && (end === null || nanos <= end) ? "inside" : "outside";
    },
  };
}

function toNanos(ms: number, round: (nanos: number) => number): bigint | null {
  if (!Number.isFinite(ms)) return null;
  const whole = Math.floor(ms);
  return BigInt(whole) * NANOS_PER_MS + BigInt(round((ms - whole) * Number(NANOS_PER_MS)));
}

/** The first whole millisecond at or before, and at or after, a time in nanoseconds. */
export const floorMs = (nanos: bigint): number => Number(nanos / NANOS_PER_MS);
export const ceilMs = (nanos: bigint): number => Number((nanos + NANOS_PER_MS - 1n) / NANOS_PER_MS);
