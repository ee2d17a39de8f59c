import { type Abnormal, shortened } from "../abnormal.ts";
import { fieldWithBody } from "../describe.ts";
import type { Names } from "../names.ts";
import type { ClusterState, Pod } from "../state.ts";
import { whyUnbound } from "./storage.ts";

/** Pods that no node takes, with what the scheduler says about it. */
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
      const why = orphaned ? "the scheduler does not run" : "the scheduler has said nothing";
      return [
        {
          ...base,
          strength: orphaned ? 1 : pod.described ? 3 : 2,
          summary: `${entity.id}: waits for a node: ${why}`,
          facts: { pod: pod.name, status: pod.status },
        },
      ];
    }
    const why = whyNoNode(refusal.message, pod, state);
    return [
      {
        ...base,
        strength: 5,
        summary: `${entity.id}: no node takes it: ${why}`,
        facts: { pod: pod.name, reason: "FailedScheduling", message: shortened(refusal.message) },
      },
    ];
  });
}

export const schedulerIsDown = ({ nodes }: Pick<ClusterState, "nodes">): boolean =>
  nodes.some(({ agents }) => agents.some(({ name, state }) => name.includes("scheduler") && state !== "active"));

/**
 * The refusal that matters. A cordoned or control-plane node refuses every pod of every day, so that "unschedulable" comes last, unless an ordinary node
 * is cordoned, which someone did.
 */
function whyNoNode(refusal: string, pod: Pod, state: ClusterState): string {
  const said = refusal.replace(/preemption:.*/s, "");
  if (/persistentvolumeclaim/i.test(said)) return whyUnbound(said, pod, state);
  if (/Insufficient cpu/.test(said)) return "insufficient cpu";
  if (/Insufficient memory/.test(said)) return "insufficient memory";
  const scarce = /Insufficient (\S+?)\.?(?:,|\s|$)/.exec(said)?.[1];
  if (scarce !== undefined) return `insufficient ${scarce}`;
  if (/volume node affinity/.test(said)) return "its volume lies on another node";
  if (/anti-affinity/.test(said)) return "pod anti-affinity forbids every node";
  if (/pod affinity/.test(said)) return "pod affinity finds no companion";
  if (/topology spread/.test(said)) return "its topology spread cannot be kept";
  if (/free ports/.test(said)) return "its host port is taken on every node";
  if (/untolerated taint \{(?!node(-role)?\.kubernetes\.io\/)/.test(said)) return "an untolerated taint";
  if (/unschedulable/.test(said) && state.nodes.some(({ cordoned, controlPlane }) => cordoned && !controlPlane))
    return "the nodes that it may run on are cordoned";
  if (/affinity\/selector|node selector|node affinity/.test(said))
    return `its ${hasNodeSelector(pod, state) ? "node selector" : "node affinity"} fits no node`;
  if (/untolerated taint/.test(said)) return "an untolerated taint";
  return /unschedulable/.test(said) ? "the nodes that it may run on are cordoned" : "see the scheduler's message";
}

function hasNodeSelector({ described, workload }: Pod, { manifests }: ClusterState): boolean {
  const selector = described ? fieldWithBody(described, "Node-Selectors").trim() : "";
  if (selector !== "" && selector !== "<none>") return true;
  return manifests.some(({ objects }) =>
    objects.some(
      ({ metadata, spec }) =>
        metadata.name === workload && Object.keys(spec?.template?.spec?.nodeSelector ?? {}).length > 0,
    ),
  );
}
