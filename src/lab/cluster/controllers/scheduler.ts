import type { V1NodeSelectorTerm, V1Taint } from "@kubernetes/client-node";
import { quantity } from "../api/quantity.ts";
import { timeText } from "../api/registry.ts";
import { type ClaimObject, copyOf, type NodeObject, type PodObject, type Stored } from "../objects.ts";
import { type ClusterWrite, type Controller, event, isActive, withCondition } from "./controller.ts";

/** Puts pods on nodes that have room, that accept them, and that they accept. */
export const scheduler: Controller = {
  name: "default-scheduler",
  sync(view) {
    const pods = view.list<PodObject>("pods");
    const nodes = view.list<NodeObject>("nodes");
    // one pod at a time: the next one must see the room that this one takes
    const next = pods.filter((pod) => pod.spec.nodeName === undefined && isActive(pod));
    const claims = new Set(view.list<ClaimObject>("persistentvolumeclaims").map(({ metadata }) => idOf(metadata)));
    for (const pod of next) {
      const missing = claimsOf(pod).find((claim) => !claims.has(idOf({ ...pod.metadata, name: claim })));
      if (missing !== undefined) {
        const writes = waiting(pod, nodes.length, `persistentvolumeclaim "${missing}" not found`, view.nowMs);
        if (writes.length > 0) return writes;
        continue;
      }
      const refusals = nodes.map((node) => refusalOf(pod, node, pods));
      const fitting = nodes.filter((_, i) => refusals[i] === null);
      const best = fitting.toSorted((a, b) => load(a, pods) - load(b, pods))[0];
      if (best !== undefined) return bound(pod, best, view.nowMs);
      const writes = unschedulable(pod, refusals as string[], view.nowMs);
      if (writes.length > 0) return writes;
    }
    return [];
  },
};

const idOf = ({ namespace = "", name = "" }: { namespace?: string; name?: string }): string => `${namespace}/${name}`;

const claimsOf = ({ spec }: PodObject): string[] =>
  (spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);

const onNode = (node: NodeObject, pods: readonly PodObject[]): PodObject[] =>
  pods.filter(
    ({ spec, status }) => spec.nodeName === node.metadata.name && !/^(Succeeded|Failed)$/.test(status.phase ?? ""),
  );

const requested = ({ spec }: PodObject, resource: string): number =>
  spec.containers.reduce((sum, { resources }) => sum + (quantity(resources?.requests?.[resource]) ?? 0), 0);

const load = (node: NodeObject, pods: readonly PodObject[]): number => {
  const own = onNode(node, pods);
  const cpu = own.reduce((sum, pod) => sum + requested(pod, "cpu"), 0);
  return cpu / (quantity(node.status.allocatable?.cpu) ?? 1) + own.length / 1000;
};

/** Why a node does not take a pod, in the words of the scheduler; null if it does. */
export function refusalOf(pod: PodObject, node: NodeObject, pods: readonly PodObject[]): string | null {
  const taint = node.spec.taints?.find((one) => one.effect !== "PreferNoSchedule" && !tolerates(pod, one));
  if (taint?.key === "node.kubernetes.io/unschedulable") return "node(s) were unschedulable";
  if (taint !== undefined) return `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ""}}`;
  if (!isWanted(pod, node)) return "node(s) didn't match Pod's node affinity/selector";
  const own = onNode(node, pods);
  for (const resource of ["cpu", "memory"]) {
    const free =
      (quantity(node.status.allocatable?.[resource]) ?? 0) -
      own.reduce((sum, one) => sum + requested(one, resource), 0);
    if (requested(pod, resource) > free) return `Insufficient ${resource}`;
  }
  return own.length >= (quantity(node.status.allocatable?.pods) ?? Infinity) ? "Too many pods" : null;
}

const tolerates = ({ spec }: PodObject, taint: Stored<V1Taint>): boolean =>
  (spec.tolerations ?? []).some(
    ({ key, operator = "Equal", value, effect }) =>
      (key === undefined || key === taint.key) &&
      (effect === undefined || effect === taint.effect) &&
      (operator === "Exists" || (value ?? "") === (taint.value ?? "")),
  );

function isWanted({ spec }: PodObject, { metadata }: NodeObject): boolean {
  const labels = metadata.labels ?? {};
  const hasLabels = Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value);
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const fits = ({ matchExpressions = [] }: Stored<V1NodeSelectorTerm>): boolean =>
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === "Exists" || operator === "DoesNotExist")
        return (value !== undefined) === (operator === "Exists");
      if (operator === "Gt" || operator === "Lt")
        return operator === "Gt" ? Number(value) > Number(values[0]) : Number(value) < Number(values[0]);
      return (value !== undefined && values.includes(value)) === (operator === "In");
    });
  return hasLabels && (terms === undefined || terms.some(fits));
}

function bound(pod: PodObject, node: NodeObject, nowMs: number): ClusterWrite[] {
  const placed = copyOf(pod);
  placed.spec.nodeName = node.metadata.name;
  const scheduled = copyOf(placed);
  const condition = { type: "PodScheduled", status: "True" };
  scheduled.status.conditions = withCondition(pod.status.conditions, condition, timeText(nowMs)) as never;
  const message = `Successfully assigned ${pod.metadata.namespace}/${pod.metadata.name} to ${node.metadata.name}`;
  return [
    { verb: "update", type: "pods", object: placed },
    { verb: "status", type: "pods", object: scheduled },
    event(pod, "Normal", "Scheduled", message),
  ];
}

function unschedulable(pod: PodObject, refusals: readonly string[], nowMs: number): ClusterWrite[] {
  const counts = [...Map.groupBy(refusals, (why) => why)].map(([why, all]) => `${all.length} ${why}`).toSorted();
  return waiting(pod, refusals.length, counts.join(", "), nowMs);
}

/** Keeps the pod waiting, and says why. Writes nothing if that is already written. */
function waiting(pod: PodObject, nodes: number, why: string, nowMs: number): ClusterWrite[] {
  const message = `0/${nodes} nodes are available: ${why}.`;
  const condition = { type: "PodScheduled", status: "False", reason: "Unschedulable", message };
  const conditions = withCondition(pod.status.conditions, condition, timeText(nowMs));
  if (JSON.stringify(conditions) === JSON.stringify(pod.status.conditions)) return [];
  const object = copyOf(pod);
  object.status.conditions = conditions as never;
  return [{ verb: "status", type: "pods", object }, event(pod, "Warning", "FailedScheduling", message)];
}
