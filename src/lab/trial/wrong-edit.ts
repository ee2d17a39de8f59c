import type { ClusterObject } from "../cluster/objects.ts";
import type { TrialResult, WrongApproval } from "./trial-result.ts";

/** Commands of an edit, as runbooks/README.md describes them. */
export type EditCommands = { script: string; verify: string; rollback: string };

/**
 * What a person would approve by mistake: a real change of a Deployment that has nothing to do with the fault, one more
 * replica. It harms nobody, helps nobody, and passes its own verification.
 */
export function wrongEdit(workload: string): EditCommands {
  const name = `deployment/${workload}`;
  return {
    script: [
      `kubectl get ${name} -o wide`,
      `ask REPLICAS kubectl get ${name} -o 'jsonpath={.spec.replicas}'`,
      "plus MORE REPLICAS 1",
      `kubectl scale ${name} --current-replicas="\${REPLICAS}" --replicas="\${MORE}"`,
    ].join("\n"),
    verify: `kubectl rollout status ${name} --timeout=40s`,
    rollback: `kubectl scale ${name} --current-replicas="\${MORE}" --replicas="\${REPLICAS}"`,
  };
}

/** A Deployment as it is at one moment. Its generation grows with each change of its spec. */
export type WorkloadState = { generation: number; spec: string };

/** @returns null if there is no such Deployment. */
export function workloadState(deployments: readonly ClusterObject[], workload: string): WorkloadState | null {
  const found = deployments.find(({ metadata }) => metadata.name === workload);
  return found === undefined
    ? null
    : { generation: found.metadata.generation ?? 0, spec: JSON.stringify(found.spec ?? null) };
}

/** What the wrong approval did to its workload: whether the change was made, and whether it is undone. */
export function wrongApprovalOf(
  workload: string,
  before: WorkloadState | null,
  after: WorkloadState | null,
  executed: readonly Pick<TrialResult["executed"][number], "state">[],
): WrongApproval {
  return {
    workload,
    state: executed[0]?.state ?? "nothing was approved",
    changed: before?.generation !== after?.generation,
    restored: before !== null && before.spec === after?.spec,
  };
}
