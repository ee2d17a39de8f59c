import type { Entity } from "../domain/entity.ts";
import { labelIndex } from "./label-index.ts";
import type { Names } from "./names.ts";
import type { ClusterState, KubernetesService } from "./state.ts";

/** Finds the entity that a Service stands for: the only workload behind it, else the Service. */
export function serviceTargets(
  { pods, workloads }: Pick<ClusterState, "pods" | "workloads">,
  names: Names,
): (service: KubernetesService) => Entity {
  const byLabels = labelIndex(pods, ({ labels }) => labels);
  const byName = new Map(workloads.map((workload) => [`${workload.namespace}/${workload.name}`, workload]));
  return (service) => {
    const entity = names.ofService(service);
    if (entity.id !== service.name) return entity;
    const behind = byLabels.selectedBy(service.selector).filter(({ namespace }) => namespace === service.namespace);
    const [only, ...more] = new Set(behind.map(({ workload }) => workload));
    const found = more.length > 0 ? undefined : byName.get(`${service.namespace}/${only}`);
    return found === undefined ? entity : names.ofWorkload(found);
  };
}
