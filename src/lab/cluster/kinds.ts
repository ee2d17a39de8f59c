/**
 * A kind that the API serves. `group` is empty for the core group. `model`: its type in the Kubernetes client, whose
 * fields are the schema. `subresources`: beside `status`, which every kind with a status has.
 */
export type ServedKind = {
  group: string;
  version: string;
  kind: string;
  plural: string;
  singular: string;
  shortNames: readonly string[];
  isNamespaced: boolean;
  model: string;
  subresources: readonly string[];
};

const pluralOf = (lower: string): string => {
  if (lower === "endpoints") return lower;
  if (/(s|x)$/.test(lower)) return `${lower}es`;
  return lower.endsWith("y") && !/[aeo]y$/.test(lower) ? `${lower.slice(0, -1)}ies` : `${lower}s`;
};

/** Each word: `Kind`, `Kind/short` or `Kind/short/subresource+subresource`. */
function served(groupVersion: string, isNamespaced: boolean, words: string): ServedKind[] {
  const [group = "", version = ""] = groupVersion.includes("/") ? groupVersion.split("/") : ["", groupVersion];
  return words.split(" ").map((word) => {
    const [kind = "", short = "", subresources = ""] = word.split("/");
    const singular = kind.toLowerCase();
    const model = kind === "Event" ? (group === "" ? "CoreV1Event" : "EventsV1Event") : version.toUpperCase() + kind;
    return {
      group,
      version,
      kind,
      plural: pluralOf(singular),
      singular,
      shortNames: short === "" ? [] : short.split("+"),
      isNamespaced,
      model,
      subresources: subresources === "" ? [] : subresources.split("+"),
    };
  });
}

/** Every kind that is stored, in the order of discovery. */
export const KINDS: readonly ServedKind[] = [
  ...served(
    "v1",
    true,
    "Pod/po/status+log+eviction+binding Event/ev Service/svc/status Endpoints/ep ConfigMap/cm Secret " +
      "PersistentVolumeClaim/pvc/status ResourceQuota/quota/status LimitRange/limits ServiceAccount/sa",
  ),
  ...served("v1", false, "Node/no/status Namespace/ns/status PersistentVolume/pv/status"),
  ...served(
    "apps/v1",
    true,
    "Deployment/deploy/status+scale ReplicaSet/rs/status+scale StatefulSet/sts/status+scale DaemonSet/ds/status " +
      "ControllerRevision",
  ),
  ...served("batch/v1", true, "Job//status CronJob/cj/status"),
  ...served("autoscaling/v2", true, "HorizontalPodAutoscaler/hpa/status"),
  ...served("policy/v1", true, "PodDisruptionBudget/pdb/status"),
  ...served("networking.k8s.io/v1", true, "Ingress/ing/status NetworkPolicy/netpol"),
  ...served("networking.k8s.io/v1", false, "IngressClass"),
  ...served("discovery.k8s.io/v1", true, "EndpointSlice"),
  ...served("storage.k8s.io/v1", false, "StorageClass/sc VolumeAttachment//status"),
  ...served("scheduling.k8s.io/v1", false, "PriorityClass/pc"),
  ...served("coordination.k8s.io/v1", true, "Lease"),
  ...served("rbac.authorization.k8s.io/v1", true, "Role RoleBinding"),
  ...served("rbac.authorization.k8s.io/v1", false, "ClusterRole ClusterRoleBinding"),
  ...served("admissionregistration.k8s.io/v1", false, "ValidatingWebhookConfiguration MutatingWebhookConfiguration"),
];

export const groupVersionOf = ({ group, version }: Pick<ServedKind, "group" | "version">): string =>
  group === "" ? version : `${group}/${version}`;

/** @param apiVersion such as `apps/v1`. @returns null if this kind is not served. */
export const kindOf = (apiVersion: string, kind: string): ServedKind | null =>
  KINDS.find((one) => one.kind === kind && groupVersionOf(one) === apiVersion) ?? null;

/** @param type a plural, such as `pods`. @throws {RangeError} if it is not served. */
export function kindOfType(type: string): ServedKind {
  const found = KINDS.find(({ plural }) => plural === type);
  if (found === undefined) throw new RangeError(`the lab's cluster has no type ${type}`);
  return found;
}
