import { type Abnormal, type Knows, type Meaning, shortened } from "../abnormal.ts";
import type { Names } from "../names.ts";
import { placeIndex } from "../place-index.ts";
import { quantity } from "../read-storage.ts";
import type { ClusterState, Quota } from "../state.ts";

/** Kinds of manifest objects, with their names in lists and quotas. */
const LISTED: Readonly<Record<string, { type: string; quota: RegExp; words: string }>> = {
  Service: { type: "services", quota: /^(count\/)?services/, words: "services" },
  PersistentVolumeClaim: { type: "persistentvolumeclaims", quota: /storage|persistentvolumeclaims/, words: "storage" },
};

/** Finds objects that the API server refused to create, from its message or from their absence. */
export const judgeAdmission = (state: ClusterState, names: Names, knows: Knows): Abnormal[] => [
  ...refusedPods(state, names, knows),
  ...absentObjects(state, names, knows),
];

/** Finds workloads that lack pods because their creation is refused. A past refusal does not count. */
function refusedPods({ workloads, pods }: ClusterState, names: Names, knows: Knows): Abnormal[] {
  const podsOf = placeIndex(pods);
  return workloads.flatMap((workload): Abnormal[] => {
    const refusal = workload.events.findLast(({ reason }) => reason === "FailedCreate");
    if (!refusal || workload.desired === null) return [];
    const made = podsOf.in(workload.namespace).filter((pod) => pod.workload === workload.name).length;
    if (made >= workload.desired) return [];
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
    const [, name = "", requested = "", used = "", limit = ""] = quota ?? [];
    const resource = requested.split("=")[0] ?? "";
    const ofQuota = quotaCause(wordsOf(resource));
    if (quota && knows(ofQuota)) {
      const space = names.namespace(workload.namespace);
      return [
        {
          kind: "cluster.admission",
          cause: ofQuota,
          entity: space,
          source: workload.source,
          strength: 5,
          peer: entity.id,
          summary: `${space.id}: a quota on ${wordsOf(resource)} is exceeded and refuses pods of ${workload.name}`,
          facts: { ...facts, quota: name, resource, requested, used, limit },
        },
      ];
    }
    const why = REFUSALS.find(({ words, cause }) => knows(cause) && words.test(message)) ?? UNEXPLAINED;
    return [
      {
        kind: "cluster.admission",
        ...(why.cause === undefined ? {} : { cause: why.cause }),
        entity,
        source: workload.source,
        strength: 5,
        summary: `${entity.id}: its pods are rejected: ${why.says}`,
        facts,
      },
    ];
  });
}

const UNEXPLAINED: Meaning = { says: "see the message" };

/** Refusals in the API server's words. */
const REFUSALS: readonly (Required<Meaning> & { words: RegExp })[] = [
  {
    words: /service ?account .*not found/i,
    says: "its service account does not exist",
    cause: "service_account_missing",
  },
  {
    words: /(maximum|minimum) \S+ usage per|limitrange|max limit to request ratio/i,
    says: "a limit range forbids its resources",
    cause: "limit_range_refusal",
  },
  {
    words: /failed quota: .* must specify/i,
    says: "a quota requires resource requests and limits that it does not set",
    cause: "quota_requires_limits",
  },
  { words: /PodSecurity|pod security/i, says: "pod security forbids it", cause: "pod_security_refusal" },
  {
    words: /failed calling webhook/i,
    says: "an admission webhook does not answer",
    cause: "admission_webhook_unreachable",
  },
  { words: /admission webhook/i, says: "an admission webhook denies it", cause: "admission_webhook_denies" },
  {
    words: /no PriorityClass with name/i,
    says: "its priority class does not exist",
    cause: "priority_class_missing",
  },
  {
    words: /cannot (create|get|list|update|patch) resource/i,
    says: "its controller lacks a permission",
    cause: "rbac_forbidden",
  },
];

const quotaCause = (resource: string): string =>
  ["cpu", "memory", "pods", "services", "storage"].includes(resource) ? `quota_${resource}` : "quota_other";

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
function absentObjects(
  { manifests, listed, services, claims, quotas }: ClusterState,
  names: Names,
  knows: Knows,
): Abnormal[] {
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
      const ofQuota = quotaCause(what.words);
      if (!quota || !knows(ofQuota))
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
          cause: ofQuota,
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
