import { type Abnormal, HINT, shortened } from "../abnormal.ts";
import type { Names } from "../names.ts";
import type { ClusterState } from "../state.ts";

/** Finds nodes that are not ready, under pressure, without one of their agents, or cordoned. */
export function judgeNodes({ nodes }: ClusterState, names: Names): Abnormal[] {
  return nodes.flatMap((node): Abnormal[] => {
    const entity = names.node(node.name);
    const base = { kind: "cluster.node-trouble" as const, entity, source: node.source };
    const down = node.agents.filter(({ state }) => state !== "active" && state !== "reloading");
    const conditions = node.conditions.filter(({ type, status }) =>
      type.endsWith("Ready") ? status !== "True" : status === "True",
    );
    const unready = conditions.find(({ type }) => type === "Ready");
    const because = /runtime is down/.test(unready?.message ?? "")
      ? ", its container runtime is down"
      : unready?.status === "Unknown"
        ? ", its kubelet does not report"
        : "";
    const others = conditions.filter(({ type }) => type !== "Ready");
    return [
      ...down.map(({ name, state, source }): Abnormal => ({
        ...base,
        source,
        strength: 6,
        summary: `${entity.id}: ${name} is not running`,
        facts: { agent: name, state },
      })),
      ...(!node.ready || unready
        ? [
            {
              ...base,
              strength: 5,
              summary: `${entity.id}: not ready${because}`,
              facts: { reason: unready?.reason ?? "NotReady", message: shortened(unready?.message ?? "") },
            },
          ]
        : []),
      ...others.map(({ type, reason, message }): Abnormal => ({
        ...base,
        strength: 4,
        summary: `${entity.id}: ${type}`,
        facts: { condition: type, reason, message: shortened(message) },
      })),
      // cordoning may be on purpose: a hint, which pods without a node make stronger
      ...(node.cordoned && !node.controlPlane
        ? [{ ...base, strength: HINT, summary: `${entity.id}: cordoned`, facts: { reason: "SchedulingDisabled" } }]
        : []),
    ];
  });
}
