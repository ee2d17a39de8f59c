import type { Entity } from "../domain/entity.ts";
import type { Incident } from "../domain/incident.ts";
import { labelIndex } from "./label-index.ts";
import type { ClusterState, Pod, KubernetesService, Workload } from "./state.ts";

/**
 * Maps cluster objects to entities. With a vocabulary, the entity that ends with `/<name>` is used; without one,
 * objects keep their own names.
 */
export type Names = {
  app(name: string): Entity;
  node(name: string): Entity;
  namespace(name: string): Entity;
  ofPod(pod: Pod): Entity;
  ofWorkload(workload: Workload): Entity;
  ofService(service: KubernetesService): Entity;
};

/** Labels that commonly hold an application's name. */
const NAME_LABELS = ["app.kubernetes.io/name", "app.kubernetes.io/instance", "app", "k8s-app"];

const labelled = (labels: Readonly<Record<string, string>>): string[] =>
  NAME_LABELS.flatMap((key) => labels[key] ?? []);

export function namesFor(
  { vocabulary }: Pick<Incident, "vocabulary">,
  { pods, services }: Pick<ClusterState, "pods" | "services">,
): Names {
  const entitiesByName = Map.groupBy(vocabulary?.entities ?? [], (entity) => entity.slice(entity.lastIndexOf("/") + 1));
  const known = (name: string, kind: string): Entity | null => {
    const [id] = (entitiesByName.get(name) ?? []).toSorted(
      (a, b) => Number(b.startsWith(kind)) - Number(a.startsWith(kind)),
    );
    return id === undefined ? null : { id, kind: id.includes("/") ? id.slice(0, id.indexOf("/")) : kind };
  };
  const named = (name: string, kind: string): Entity => known(name, kind) ?? { id: name, kind };
  const app = (name: string): Entity => known(name, "app") ?? { id: name, kind: "service" };
  /** The first name that the vocabulary knows, else the first name. */
  const firstKnown = (names: readonly string[]): Entity =>
    names.map((name) => known(name, "app")).find((entity) => entity !== null) ?? app(names[0] ?? "");
  const bySelector = labelIndex(services, ({ selector }) => selector);
  const byLabels = labelIndex(pods, ({ labels }) => labels);
  const servicesOf = (labels: Readonly<Record<string, string>>): string[] =>
    bySelector.selecting(labels).map(({ name }) => name);
  return {
    app,
    node: (name) => named(name, "node"),
    namespace: (name) => named(name, "namespace"),
    ofPod: ({ workload, labels }) => firstKnown([workload, ...labelled(labels), ...servicesOf(labels)]),
    ofWorkload: ({ name, labels }) => firstKnown([name, ...labelled(labels), ...servicesOf(labels)]),
    ofService: ({ name, selector, labels }) => {
      const behind = byLabels.selectedBy(selector).map(({ workload }) => workload);
      return firstKnown([name, ...behind, ...labelled(labels), ...labelled(selector)]);
    },
  };
}
