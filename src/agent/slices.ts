import type { Incident } from "../domain/incident.ts";
import type { Slice } from "../domain/ports.ts";
import type { TimeWindow } from "../domain/time.ts";

/** The smallest window that holds both; all there is (null) when neither is told. */
export function union(a: TimeWindow | null, b: TimeWindow | null): TimeWindow | null {
  if (a === null || b === null) return a ?? b;
  return { startMs: Math.min(a.startMs, b.startMs), endMs: Math.max(a.endMs, b.endMs) };
}

/**
 * What to fetch for an incident. `own`: its recording, incident and quiet time before it in one piece. `shared`: the
 * recording that holds its baseline, where that is another one; then the baseline's window lies there, not in its own.
 */
export function slicesOf({ window, baseline }: Pick<Incident, "window" | "baseline">): {
  own: Slice;
  shared: Slice | null;
} {
  return {
    own: { window: union(window, baseline.window) },
    shared: baseline.shared === null ? null : { window: null, shared: baseline.shared },
  };
}
