import type { TimeWindow } from "../domain/time.ts";

type Windows = { window: TimeWindow | null; baseline: TimeWindow | null };

/** The earliest start of a wider window. Half of the baseline must remain, or nothing is left to compare with. */
const earliestStartMs = (window: TimeWindow, baseline: TimeWindow | null): number =>
  baseline === null ? Number.NEGATIVE_INFINITY : (baseline.startMs + Math.min(baseline.endMs, window.startMs)) / 2;

/** True if the window can start earlier. An incident without a window is already read whole. */
export const canWiden = ({ window, baseline }: Windows): boolean =>
  window !== null && earliestStartMs(window, baseline) < window.startMs;

/** Moves the start of the window earlier by its own length. The baseline then ends at the new start. */
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
