import type { Abnormal } from "../abnormal.ts";
import type { Names } from "../names.ts";
import { placeIndex } from "../place-index.ts";
import type { ClusterState } from "../state.ts";

/** Finds workloads that were scaled to zero although they are declared to run, and workloads without any pod. */
export function judgeWorkloads({ workloads, pods, serviceIndex, manifests }: ClusterState, names: Names): Abnormal[] {
  const podsOf = placeIndex(pods, ({ workload }) => workload);
  const declaredToRun = new Set(
    manifests.flatMap(({ objects }) =>
      objects.flatMap(({ kind, metadata, spec }) =>
        spec && (spec.replicas ?? 1) > 0 ? [`${kind}/${metadata.name}`] : [],
      ),
    ),
  );
  return workloads.flatMap((workload): Abnormal[] => {
    const { name, namespace, kind, desired, ready, source } = workload;
    const entity = names.ofWorkload(workload);
    const facts = { workload: name, workload_kind: kind, desired, ready };
    if (desired === 0 && kind !== "DaemonSet") {
      const declared = declaredToRun.has(`${kind}/${name}`);
      const scaledDown = workload.events.some(
        ({ reason, message }) => reason === "ScalingReplicaSet" && /to 0\b/.test(message),
      );
      const awaited = serviceIndex.at(namespace, name) !== undefined;
      if (!declared && !scaledDown && !awaited) return []; // for all that is known, it was switched off on purpose
      return [
        {
          kind: "cluster.not-ready",
          cause: "scaled_to_zero",
          entity,
          source,
          strength: declared || scaledDown ? 6 : 3,
          summary: `${entity.id}: scaled to zero replicas`,
          facts,
        },
      ];
    }
    const made = podsOf.at(namespace, name) !== undefined;
    return desired !== null && desired > 0 && ready === 0 && !made
      ? [
          {
            kind: "cluster.not-ready",
            entity,
            source,
            strength: 2,
            summary: `${entity.id}: ${ready} of ${desired} replicas, and no pod was created`,
            facts,
          },
        ]
      : [];
  });
}
