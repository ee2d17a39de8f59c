import { readState } from "../cluster/read-state.ts";
import type { Pod } from "../cluster/state.ts";
import type { ClusterAnswer } from "../domain/telemetry.ts";

const HEALTHY = new Set(["Running", "Completed", "Succeeded"]);

/** What a person sees first in a list of pods, the plainest sign first. */
const SIGNS: readonly ((pod: Pod) => boolean)[] = [
  ({ status }) => status !== "" && !HEALTHY.has(status),
  ({ ready, total, status }) => ready < total && status === "Running",
  ({ restarts }) => restarts > 0,
];

/**
 * The workload of the only pods that do not run; where all run, of the only ones that are not ready; where all are, of
 * the only ones that restarted. Null where no workload or several show the sign.
 */
export function notReadyWorkload(answers: readonly ClusterAnswer[]): string | null {
  const { pods } = readState(answers);
  for (const hasSign of SIGNS) {
    const workloads = new Set(pods.filter(hasSign).map(({ workload }) => workload));
    const [only] = workloads;
    if (workloads.size > 0) return workloads.size === 1 ? (only ?? null) : null;
  }
  return null;
}
