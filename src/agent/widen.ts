import type { TimeWindow } from "../domain/time.ts";

type Windows = { window: TimeWindow | null; baseline: TimeWindow | null };

/** Where a wider window may begin at the earliest: half of the quiet time must stay, or there is nothing to compare with. */
const earliestStartMs = (window: TimeWindow, baseline: TimeWindow | null): number =>
  baseline === null ? Number.NEGATIVE_INFINITY : (baseline.startMs + Math.min(baseline.endMs, window.startMs)) / 2;

/** Whether there is telemetry before the window, or nobody knows that there is none. A window without edges holds all there is. */
export const canWiden = ({ window, baseline }: Windows): boolean =>
  window !== null && earliestStartMs(window, baseline) < window.startMs;

/** The window, begun earlier by its own length; the baseline ends where it begins. */
export function widened({ window, baseline }: Windows): Windows {
  if (window === null) return { window, baseline };
  const startMs = Math.max(
    window.startMs - (window.endMs - window.startMs),
    Math.ceil(earliestStartMs(window, baseline)),
  );
  return {
    window: { startMs, endMs: window.endMs },
    baseline:
      baseline === null
        ? null
        : { startMs: baseline.startMs, endMs: Math.max(baseline.startMs, Math.min(baseline.endMs, startMs)) },
  };
}
