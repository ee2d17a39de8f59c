import type { Slice } from "../../domain/ports.ts";

const NANOS_PER_MS = 1_000_000n;

/** What of a recording may be given: `later`, after the time at which the analysis stands, is as if it did not exist. */
export type TimeLimits = {
  readonly window: Slice["window"];
  readonly asOfMs: number | null;
  ofMs(ms: number): "inside" | "outside" | "later";
  ofNanos(nanos: bigint): "inside" | "outside" | "later";
};

/** @param asOfMs the end of all knowledge, Unix milliseconds; null for none. */
export function timeLimits(window: Slice["window"], asOfMs: number | null): TimeLimits {
  const startMs = window?.startMs ?? -Infinity;
  const endMs = window?.endMs ?? Infinity;
  const nowMs = asOfMs ?? Infinity;
  const start = toNanos(startMs, Math.ceil);
  const end = toNanos(endMs, Math.floor);
  const now = toNanos(nowMs, Math.floor);
  return {
    window,
    asOfMs,
    ofMs: (ms) => (ms > nowMs ? "later" : ms >= startMs && ms <= endMs ? "inside" : "outside"),
    ofNanos(nanos) {
      if (now !== null && nanos > now) return "later";
      return (start === null || nanos >= start) && (end === null || nanos <= end) ? "inside" : "outside";
    },
  };
}

const toNanos = (ms: number, round: (ms: number) => number): bigint | null =>
  Number.isFinite(ms) ? BigInt(round(ms)) * NANOS_PER_MS : null;
