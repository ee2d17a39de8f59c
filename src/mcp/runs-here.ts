import type { Causeway } from "../app/causeway.ts";
import { IncidentError, messageOf } from "../domain/errors.ts";
import type { AnalysisRun, AnalysisRuns, AnalysisRunState } from "./ports.ts";
import { withinWait } from "./within-wait.ts";

/** Analyses that a session remembers. */
const MAX_REMEMBERED = 200;

/** `waiting`: calls that wait for it. It ends when the last of them is cancelled. */
type Run = {
  state: AnalysisRunState;
  ended: Promise<void>;
  stop: AbortController;
  waiting: number;
  listeners: Set<(step: string) => void>;
};

/**
 * Runs analyses in this process. A second call for the same incident waits for the same analysis, and gets the same
 * result, unless it asks for a new one. `stopAll` ends those that run.
 */
export function runsHere(causeway: Pick<Causeway, "analyse">): AnalysisRuns & { stopAll(): Promise<void> } {
  const runs = new Map<string, Run>();

  const start = (incidentId: string, by: string): Run => {
    const stop = new AbortController();
    const listeners: Run["listeners"] = new Set();
    const emit = (step: string): void => listeners.forEach((listener) => listener(step));
    const state: AnalysisRunState = { analysisId: null, status: "running", why: null };
    const run: Run = { state, ended: Promise.resolve(), stop, waiting: 0, listeners };
    run.ended = causeway
      .analyse(incidentId, {
        by,
        signal: stop.signal,
        onStart: (node) => emit(`${node}: started`),
        onStep: (node, found) => emit(found === 0 ? `${node}: done` : `${node}: ${found} findings`),
        onNote: ({ text }) => emit(text),
      })
      .then(
        ({ analysisId, status }) => void Object.assign(run, { state: { analysisId, status, why: null } }),
        (error: unknown) => {
          runs.delete(incidentId);
          if (error instanceof IncidentError && error.code === "NOT_FOUND") throw error;
          run.state = { analysisId: null, status: "failed", why: messageOf(error) };
        },
      );
    run.ended.catch(() => undefined); // whoever waits gets it
    runs.delete(incidentId);
    runs.set(incidentId, run);
    const [oldest] = runs.keys();
    if (runs.size > MAX_REMEMBERED && oldest !== undefined && runs.get(oldest)?.state.status !== "running")
      runs.delete(oldest);
    return run;
  };

  return {
    async run(incidentId, { by, force, waitMs, signal, onProgress }: AnalysisRun) {
      const known = runs.get(incidentId);
      const isKnown = known !== undefined && (known.state.status === "running" || !force);
      const run = isKnown ? known : start(incidentId, by);
      run.listeners.add(onProgress);
      run.waiting += 1;
      try {
        await withinWait(run.ended, waitMs, signal);
      } finally {
        run.listeners.delete(onProgress);
        run.waiting -= 1;
        if (signal.aborted && run.waiting === 0) run.stop.abort();
      }
      return run.state;
    },
    async stopAll() {
      for (const { stop } of runs.values()) stop.abort();
      await Promise.allSettled([...runs.values()].map(({ ended }) => ended));
    },
  };
}
