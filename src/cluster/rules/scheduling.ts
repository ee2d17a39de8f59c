import { type Abnormal, shortened } from "../abnormal.ts";
import type { Names } from "../names.ts";
import type { ClusterState, Pod } from "../state.ts";
import { whyUnbound } from "./storage.ts";

/** Finds pods without a node, with the reason of the scheduler. */
export function judgeScheduling(state: ClusterState, names: Names): Abnormal[] {
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
    const why = whyNoNode(refusal.message, pod, state);
    return [
      {
        ...base,
        strength: 5,
        summary: `${entity.id}: no node accepts it: ${why}`,
        facts: { pod: pod.name, reason: "FailedScheduling", message: shortened(refusal.message) },
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
function whyNoNode(refusal: string, pod: Pod, state: ClusterState): string {
  const message = refusal.replace(/preemption:.*/s, "");
  if (/persistentvolumeclaim/i.test(message)) return whyUnbound(message, pod, state);
  if (/Insufficient cpu/.test(message)) return "insufficient cpu";
  if (/Insufficient memory/.test(message)) return "insufficient memory";
  const scarce = /Insufficient (\S+?)\.?(?:,|\s|$)/.exec(message)?.[1];
  if (scarce !== undefined) return `insufficient ${scarce}`;
  if (/volume node affinity/.test(message)) return "its volume is on another node";
  if (/anti-affinity/.test(message)) return "pod anti-affinity forbids every node";
  if (/pod affinity/.test(message)) return "no node satisfies its pod affinity";
  if (/topology spread/.test(message)) return "its topology spread constraint cannot be met";
  if (/free ports/.test(message)) return "its host port is taken on every node";
  if (/untolerated taint \{(?!node(-role)?\.kubernetes\.io\/)/.test(message)) return "an untolerated taint";
  if (/unschedulable/.test(message) && state.nodes.some(({ cordoned, controlPlane }) => cordoned && !controlPlane))
    return "the nodes that it may run on are cordoned";
  if (/affinity\/selector|node selector|node affinity/.test(message))
    return `its ${hasNodeSelector(pod, state) ? "node selector" : "node affinity"} matches no node`;
  if (/untolerated taint/.test(message)) return "an untolerated taint";
  return /unschedulable/.test(message) ? "the nodes that it may run on are cordoned" : "see the scheduler's message";
}

function hasNodeSelector({ nodeSelector, workload }: Pod, { manifests }: ClusterState): boolean {
  if (Object.keys(nodeSelector).length > 0) return true;
  return manifests.some(({ objects }) =>
    objects.some(
      ({ metadata, spec }) =>
        metadata.name === workload && Object.keys(spec?.template?.spec?.nodeSelector ?? {}).length > 0,
    ),
  );
}
