import type { ReplicaState } from "../domain/replica-state.ts";
import { fieldsOf } from "./fields.ts";
import type { Names } from "./names.ts";
import type { ClusterState } from "./state.ts";

/** The state of each workload, by the id of its entity. An entity that stands for several workloads is left out. */
export function workloadStates({ workloads, objects }: ClusterState, names: Names): Record<string, ReplicaState> {
  const stopsFirst = new Set(
    objects
      .filter(({ type, spec }) => type === "deployments" && fieldsOf(spec.strategy).type === "Recreate")
      .map(({ namespace, name }) => `${namespace}/${name}`),
  );
  const byEntity = Map.groupBy(workloads, (workload) => names.ofWorkload(workload).id);
  return Object.fromEntries(
    [...byEntity].flatMap(([id, [first, ...others]]) =>
      first === undefined || others.length > 0
        ? []
        : [
            [
              id,
              {
                desired: first.desired,
                ready: first.ready,
                stopsFirst: stopsFirst.has(`${first.namespace}/${first.name}`),
              },
            ],
          ],
    ),
  );
}
