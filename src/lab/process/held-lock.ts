import { setTimeout as sleep } from "node:timers/promises";
import type { ShopLog } from "./logger.ts";
import type { Defect } from "./messages.ts";
import type { SpanContext } from "./trace-context.ts";

/** A lock that requests pass, and that a job may hold. `hold` starts the job; it runs while the process lives. */
export type HeldLock = {
  admit: (trace: SpanContext) => Promise<void>;
  hold: (job: Extract<Defect, { kind: "hold_lock" }>) => void;
};

export function heldLock(log: ShopLog): HeldLock {
  let held: { until: Promise<unknown>; words: string } | null = null;
  return {
    async admit(trace) {
      if (held === null) return;
      const startedMs = performance.now();
      const { until, words } = held;
      await until;
      log("INFO", words, { parkedMs: Math.round(performance.now() - startedMs) }, trace);
    },
    hold({ everyMs, holdMs, words }) {
      const run = async (): Promise<void> => {
        held = { until: sleep(holdMs, undefined, { ref: false }), words };
        await held.until;
        held = null;
      };
      setInterval(() => void run(), everyMs).unref();
      void run();
    },
  };
}
