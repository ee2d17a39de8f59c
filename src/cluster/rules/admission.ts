import { type Abnormal, shortened } from "../abnormal.ts";
import type { Names } from "../names.ts";
import { quantity } from "../read-storage.ts";
import type { ClusterState, Quota } from "../state.ts";

/** Kinds of manifest objects, with their names in lists and quotas. */
const LISTED: Readonly<Record<string, { type: string; quota: RegExp; words: string }>> = {
  Service: { type: "services", quota: /^(count\/)?services/, words: "services" },
  PersistentVolumeClaim: { type: "persistentvolumeclaims", quota: /storage|persistentvolumeclaims/, words: "storage" },
};

/** Finds objects that the API server refused to create, from its message or from their absence. */
export const judgeAdmission = (state: ClusterState, names: Names): Abnormal[] => [
  ...refusedPods(state, names),
  ...absentObjects(state, names),
];

/** Finds workloads that lack pods because their creation is refused. A past refusal does not count. */
function refusedPods({ workloads, pods }: ClusterState, names: Names): Abnormal[] {
  return workloads.flatMap((workload): Abnormal[] => {
    const made = pods.filter((pod) => pod.workload === workload.name && pod.namespace === workload.namespace).length;
    const refusal = workload.events.findLast(({ reason }) => reason === "FailedCreate");
    if (!refusal || workload.desired === null || made >= workload.desired) return [];
    const { message } = refusal;
    const entity = names.ofWorkload(workload);
    const facts = {
      workload: workload.name,
      namespace: workload.namespace,
      desired: workload.desired,
      made,
      reason: "FailedCreate",
      message: shortened(message),
    };
    const quota = /exceeded quota: ([^,]+), requested: ([^,]+).*?used: ([^,]+).*?limited: (\S+)/.exec(message);
    if (quota) {
      const [, name = "", requested = "", used = "", limit = ""] = quota;
      const resource = requested.split("=")[0] ?? "";
      const space = names.namespace(workload.namespace);
      return [
        {
          kind: "cluster.admission",
          entity: space,
          source: workload.source,
          strength: 5,
          peer: entity.id,
          summary: `${space.id}: a quota on ${wordsOf(resource)} is exceeded and refuses pods of ${workload.name}`,
          facts: { ...facts, quota: name, resource, requested, used, limit },
        },
      ];
    }
    return [
      {
        kind: "cluster.admission",
        entity,
        source: workload.source,
        strength: 5,
        summary: `${entity.id}: its pods are rejected: ${whyRefused(message)}`,
        facts,
      },
    ];
  });
}

function whyRefused(message: string): string {
  if (/service ?account .*not found/i.test(message)) return "its service account does not exist";
  if (/(maximum|minimum) \S+ usage per|limitrange/i.test(message)) return "a limit range forbids its resources";
  if (/failed quota: .* must specify/i.test(message))
    return "a quota requires resource requests and limits that it does not set";
  if (/PodSecurity|pod security/i.test(message)) return "pod security forbids it";
  if (/admission webhook/i.test(message)) return "an admission webhook denies it";
  return "see the message";
}

/** Names the resource of a quota: `requests.cpu` is cpu. */
function wordsOf(resource: string): string {
  const known = ["cpu", "memory", "storage", "services", "pods", "configmaps", "secrets"].find((word) =>
    resource.includes(word),
  );
  return known ?? (resource.includes("persistentvolumeclaims") ? "storage" : resource);
}

/**
 * Finds objects that a manifest declares and a complete list lacks. If a quota on their kind is used up, it is to
 * blame.
 */
function absentObjects({ manifests, listed, services, claims, quotas }: ClusterState, names: Names): Abnormal[] {
  return manifests.flatMap(({ app, source, objects }) =>
    objects.flatMap(({ kind, metadata, spec }): Abnormal[] => {
      const what = LISTED[kind];
      const namespace = metadata.namespace ?? "default";
      if (!what || !listed.has(`${namespace}/${what.type}`)) return [];
      const there = kind === "Service" ? services : claims;
      if (there.some((one) => one.name === metadata.name && one.namespace === namespace)) return [];
      const requested = kind === "Service" ? 1 : (quantity(spec?.resources?.requests?.storage ?? "") ?? 1);
      const quota = quotas.find(
        (one) => one.namespace === namespace && what.quota.test(one.resource) && isUsedUp(one, requested),
      );
      const entity = names.app(app);
      const facts = { object: metadata.name, object_kind: kind, namespace };
      if (!quota)
        return [
          {
            kind: "cluster.misconfiguration",
            entity,
            source,
            strength: 3,
            summary: `${entity.id}: its ${kind} is declared but does not exist`,
            facts,
          },
        ];
      const space = names.namespace(namespace);
      return [
        {
          kind: "cluster.admission",
          entity: space,
          source: quota.source,
          strength: 6,
          peer: entity.id,
          summary: `${space.id}: a quota on ${what.words} is used up: the ${kind} of ${app} was not created`,
          facts: {
            ...facts,
            quota: quota.name,
            resource: quota.resource,
            used: quota.used,
            hard: quota.hard,
            requested: requested,
          },
        },
      ];
    }),
  );
}

function isUsedUp({ used, hard, resource }: Quota, requested: number): boolean {
  const [now, most] = [quantity(used), quantity(hard)];
  return now !== null && most !== null && now + (resource === "persistentvolumeclaims" ? 1 : requested) > most;
}
