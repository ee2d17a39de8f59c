import { shellQuoted } from "../shell-quoted.ts";

/** Name of the tool whose answers are the last lines of containers before they restarted. */
export const PREVIOUS_LOGS_TOOL = "KubernetesErrorLogs";

/** A type of object that is listed. `isOptional`: the cluster may not have it, which is no gap. */
export type Resource = { type: string; group: string; isNamespaced: boolean; isOptional: boolean };

const rows = (group: string, types: string, isNamespaced: boolean, isOptional = false): Resource[] =>
  types.split(" ").map((type) => ({ type, group, isNamespaced, isOptional }));

/**
 * What is read, the most telling first: where limits end the reading, the rest is missing. Secrets are never read, not
 * even their names: who may list them may read them.
 */
export const RESOURCES: readonly Resource[] = [
  ...rows("/api/v1", "pods events", true),
  ...rows("/api/v1", "nodes", false),
  ...rows("/apis/apps/v1", "deployments replicasets statefulsets daemonsets", true),
  ...rows("/api/v1", "services", true),
  ...rows("/apis/discovery.k8s.io/v1", "endpointslices", true),
  ...rows("/api/v1", "persistentvolumeclaims configmaps resourcequotas limitranges", true),
  ...rows("/apis/batch/v1", "jobs cronjobs", true),
  ...rows("/apis/autoscaling/v2", "horizontalpodautoscalers", true),
  ...rows("/apis/policy/v1", "poddisruptionbudgets", true),
  ...rows("/apis/networking.k8s.io/v1", "ingresses networkpolicies", true),
  ...rows("/apis/networking.k8s.io/v1", "ingressclasses", false),
  ...rows("/api/v1", "persistentvolumes namespaces", false),
  ...rows("/apis/storage.k8s.io/v1", "storageclasses", false),
  ...rows("/apis/apps/v1", "controllerrevisions", true),
  ...rows(
    "/apis/admissionregistration.k8s.io/v1",
    "validatingwebhookconfigurations mutatingwebhookconfigurations",
    false,
    true,
  ),
  ...rows("/apis/gateway.networking.k8s.io/v1", "gateways httproutes", true, true),
  ...rows("/apis/cert-manager.io/v1", "certificates", true, true),
];

/**
 * Types of objects that people change by hand. Their lists are small enough to read who wrote each object, and when;
 * of pods and events, that would double the time.
 */
export const WRITTEN_TYPES: readonly string[] =
  "services configmaps resourcequotas limitranges horizontalpodautoscalers ingresses networkpolicies".split(" ");
export const namesItsWriters = ({ type }: Resource): boolean => WRITTEN_TYPES.includes(type);

/** The types that show how objects are related. */
export const TOPOLOGY_TYPES: readonly string[] =
  "pods nodes deployments replicasets statefulsets daemonsets services configmaps".split(" ");

/** What Flux and Argo CD applied. Only changes are read from these objects. */
export const DELIVERY_RESOURCES: readonly Resource[] = [
  ...rows("/apis/kustomize.toolkit.fluxcd.io/v1", "kustomizations", true, true),
  ...rows("/apis/helm.toolkit.fluxcd.io/v2", "helmreleases", true, true),
  ...rows("/apis/argoproj.io/v1alpha1", "applications", true, true),
];
/** Everything that is read. */
export const ALL_RESOURCES: readonly Resource[] = [...RESOURCES, ...DELIVERY_RESOURCES];

/** One list to read. `namespace` null: of all namespaces, or of none for objects without one. */
export type ObjectListRequest = { resource: Resource; namespace: string | null };

export const pathOf = ({ resource: { group, type }, namespace }: ObjectListRequest): string =>
  namespace === null ? `${group}/${type}` : `${group}/namespaces/${encodeURIComponent(namespace)}/${type}`;

/** The arguments of an answer, which name its list in evidence. */
export const argsOf = ({
  resource: { type },
  namespace,
}: ObjectListRequest): { resource_type: string; namespace: string } => ({
  resource_type: type,
  namespace: namespace ?? "",
});

/** The same list as a person would ask for it. */
export function kubectlOf({ resource, namespace }: ObjectListRequest, context: string | null): string {
  const where = namespace !== null ? ` --namespace=${namespace}` : resource.isNamespaced ? " --all-namespaces" : "";
  const which = contextOption(context);
  const group = /^\/apis\/([^/]+)\//.exec(resource.group)?.[1];
  return `kubectl get ${resource.type}${group?.includes(".") ? `.${group}` : ""}${where}${which} --output=json`;
}

export const contextOption = (context: string | null): string =>
  context === null ? "" : ` --context=${shellQuoted(context)}`;
