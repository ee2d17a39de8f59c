import { type Abnormal, type Knows, type Meaning, shortened } from "../abnormal.ts";
import type { Names } from "../names.ts";
import type { ClusterState, Pod } from "../state.ts";
import { whyUnbound } from "./storage.ts";

/** Finds pods without a node, with the reason of the scheduler. */
export function judgeScheduling(state: ClusterState, names: Names, knows: Knows): Abnormal[] {
  return state.pods.flatMap((pod): Abnormal[] => {
    if (pod.status !== "Pending" || pod.node !== null) return [];
    const refusal = pod.events.findLast(
      ({ reason, message }) => reason === "FailedScheduling" && /nodes are available/.test(message),
    );
    const entity = names.ofPod(pod);
    const base = { kind: "cluster.unschedulable" as const, entity, source: pod.source };
    if (!refusal) {
      const orphaned = schedulerIsDown(state);
      const why = orphaned ? "the scheduler is not running" : "the scheduler recorded no reason";
      return [
        {
          ...base,
          strength: orphaned ? 1 : pod.isDescribed ? 3 : 2,
          summary: `${entity.id}: pending without a node: ${why}`,
          facts: { pod: pod.name, status: pod.status },
        },
      ];
    }
    const { says, cause } = whyNoNode(refusal.message, pod, state, knows);
    return [
      {
        ...base,
        ...(cause === undefined ? {} : { cause }),
        strength: 5,
        summary: `${entity.id}: no node accepts it: ${says}`,
        facts: {
          pod: pod.name,
          reason: "FailedScheduling",
          message: shortened(refusal.message),
          ...(cause === CORDONED.cause ? { cordoned_node: firstCordoned(state) } : {}),
        },
      },
    ];
  });
}

export const schedulerIsDown = ({ nodes }: Pick<ClusterState, "nodes">): boolean =>
  nodes.some(({ agents }) => agents.some(({ name, state }) => name.includes("scheduler") && state !== "active"));

/**
 * Picks the refusal that matters. A cordoned or control-plane node always refuses every pod, so "unschedulable" comes
 * last, unless somebody cordoned an ordinary node.
 */
function whyNoNode(refusal: string, pod: Pod, state: ClusterState, knows: Knows): Meaning {
  const message = refusal.replace(/preemption:.*/s, "");
  if (/persistentvolumeclaim/i.test(message)) return whyUnbound(message, pod, state, knows);
  const isNodeDown = state.nodes.some(({ ready, controlPlane }) => !ready && !controlPlane);
  if (isNodeDown && /untolerated taint \{node\.kubernetes\.io\/(not-ready|unreachable)/.test(message))
    return { says: "a node that it could run on is not ready" };
  // a refusal that no rule reads may be the one that matters
  if (refusalsIn(message).some((part) => !isRead(part, knows))) return UNREAD;
  const reason = REASONS.find(({ words, cause }) => knows(cause) && words.test(message));
  if (reason) return reason;
  const scarce = SCARCE.exec(message)?.[1];
  if (scarce !== undefined) return { says: `insufficient ${scarce}`, cause: "unschedulable_device" };
  const isCordoned = state.nodes.some(({ cordoned, controlPlane }) => cordoned && !controlPlane);
  if (/unschedulable/.test(message) && isCordoned && knows(CORDONED.cause)) return CORDONED;
  if (/affinity\/selector|node selector|node affinity/.test(message)) {
    const matching = hasNodeSelector(pod, state) ? BY_SELECTOR : BY_AFFINITY;
    return knows(matching.cause) ? matching : UNREAD;
  }
  if (/untolerated taint/.test(message) && knows(TAINTED.cause)) return TAINTED;
  return /unschedulable/.test(message) && knows(CORDONED.cause) ? CORDONED : UNREAD;
}

/** An ordinary node that is cordoned and ready: one is enough for a pod. */
const firstCordoned = ({ nodes }: Pick<ClusterState, "nodes">): string | null =>
  nodes.find(({ cordoned, ready, controlPlane }) => cordoned && ready && !controlPlane)?.name ?? null;

/** `0/4 nodes are available: 1 node(s) were unschedulable, 3 Insufficient cpu.` Reasons may hold commas. */
const refusalsIn = (message: string): string[] =>
  (/nodes are available: (.*)/s.exec(message)?.[1] ?? "")
    .split(/,\s+(?=\d+ )|\.\s*$/)
    .filter((part) => /^\d+ /.test(part));

/** True if a rule reads this refusal, or if it is one that ordinary control-plane nodes give to every pod. */
function isRead(part: string, knows: Knows): boolean {
  if (REASONS.some(({ words, cause }) => words.test(part) && knows(cause))) return true;
  if (/untolerated taint \{node(-role)?\.kubernetes\.io\//.test(part)) return true;
  if (/affinity\/selector|node selector|node affinity/.test(part))
    return knows(BY_SELECTOR.cause) || knows(BY_AFFINITY.cause);
  if (/unschedulable/.test(part)) return knows(CORDONED.cause);
  if (/taint/.test(part)) return knows(TAINTED.cause);
  return SCARCE.test(part) && knows("unschedulable_device");
}

/** A resource without a rule of its own, such as `nvidia.com/gpu`. */
const SCARCE = /Insufficient (?!(?:cpu|memory|pods|ephemeral-storage)\b)(\S+?)\.?(?:,|\s|$)/;

const UNREAD: Meaning = { says: "see the scheduler's message" };
const CORDONED = { says: "the nodes that it could run on are cordoned", cause: "unschedulable_cordon" };
const BY_SELECTOR = { says: "its node selector matches no node", cause: "unschedulable_selector" };
const BY_AFFINITY = { says: "its node affinity matches no node", cause: "unschedulable_affinity" };
const TAINTED = { says: "an untolerated taint", cause: "unschedulable_taint" };

/** Refusals in the scheduler's words, those that are never a side effect first. */
const REASONS: readonly { words: RegExp; says: string; cause: string }[] = [
  { words: /Insufficient cpu/, says: "insufficient cpu", cause: "unschedulable_cpu" },
  { words: /Insufficient memory/, says: "insufficient memory", cause: "unschedulable_memory" },
  { words: /Insufficient ephemeral-storage/, says: "insufficient ephemeral storage", cause: "unschedulable_ephemeral" },
  {
    words: /Too many pods|Insufficient pods/,
    says: "every node has reached its maximum number of pods",
    cause: "unschedulable_pod_count",
  },
  { words: /volume node affinity/, says: "its volume is on another node", cause: "volume_on_other_node" },
  {
    words: /anti-affinity/,
    says: "pod anti-affinity forbids every node",
    cause: "unschedulable_anti_affinity",
  },
  { words: /pod affinity/, says: "no node satisfies its pod affinity", cause: "unschedulable_pod_affinity" },
  {
    words: /topology spread/,
    says: "its topology spread constraint cannot be met",
    cause: "unschedulable_topology_spread",
  },
  { words: /free ports/, says: "its host port is in use on every node", cause: "unschedulable_host_port" },
  {
    words: /exceed max volume count/,
    says: "every node has reached its maximum number of volumes",
    cause: "volume_count_limit",
  },
  { ...TAINTED, words: /untolerated taint \{(?!node(-role)?\.kubernetes\.io\/)/ },
];

function hasNodeSelector({ nodeSelector, workload }: Pod, { manifests }: ClusterState): boolean {
  if (Object.keys(nodeSelector).length > 0) return true;
  return manifests.some(({ objects }) =>
    objects.some(
      ({ metadata, spec }) =>
        metadata.name === workload && Object.keys(spec?.template?.spec?.nodeSelector ?? {}).length > 0,
    ),
  );
}
