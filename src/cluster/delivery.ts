import type { KubernetesObject } from "./kubernetes-object.ts";
import type { Names } from "./names.ts";
import { workloadEntity } from "./rules/rule.ts";
import type { ClusterState } from "./state.ts";

/**
 * The tool that keeps an object as it is declared elsewhere. `source`: the application or release there; null if
 * unknown.
 */
export type Delivery = { tool: "Argo CD" | "Flux" | "Helm"; source: string | null };

const WORKLOADS = new Set(["deployments", "statefulsets", "daemonsets"]);

/**
 * Who delivers a workload, by its labels and annotations. Argo CD and Flux install charts of Helm too, so they go
 * first.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/
 * @see https://fluxcd.io/flux/components/kustomize/kustomizations/
 * @see https://helm.sh/docs/chart_best_practices/labels/
 */
export function deliveryOf({ labels, annotations }: Pick<KubernetesObject, "labels" | "annotations">): Delivery | null {
  const argo = annotations["argocd.argoproj.io/tracking-id"]?.split(":")[0] ?? labels["argocd.argoproj.io/instance"];
  if (argo !== undefined) return { tool: "Argo CD", source: argo };
  const flux = labels["kustomize.toolkit.fluxcd.io/name"] ?? labels["helm.toolkit.fluxcd.io/name"];
  if (flux !== undefined) return { tool: "Flux", source: flux };
  const release = annotations["meta.helm.sh/release-name"];
  return release !== undefined || labels["app.kubernetes.io/managed-by"] === "Helm"
    ? { tool: "Helm", source: release ?? null }
    : null;
}

/** Who delivers each workload that somebody does, by the id of its entity. */
export const deliveries = (state: ClusterState, names: Names): Record<string, Delivery> =>
  Object.fromEntries(
    state.objects
      .filter(({ type }) => WORKLOADS.has(type))
      .flatMap((object) => {
        const delivery = deliveryOf(object);
        return delivery === null ? [] : [[workloadEntity(state, names, object).id, delivery]];
      }),
  );
