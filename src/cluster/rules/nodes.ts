import { type Abnormal, HINT, type Knows, type Meaning, shortened } from "../abnormal.ts";
import type { Names } from "../names.ts";
import type { ClusterNode, ClusterState } from "../state.ts";

/** Agents of a node by their names, with the card of each. */
const AGENTS: readonly { words: RegExp; cause: string }[] = [
  { words: /kubelet/, cause: "kubelet_down" },
  { words: /containerd|crio|cri-o|docker/, cause: "container_runtime_down" },
  { words: /kube-proxy/, cause: "kube_proxy_down" },
  { words: /kube-scheduler/, cause: "kube_scheduler_down" },
];

/** Conditions that are bad when true, with their cards. Distributions add harmless ones, such as `EtcdIsVoter`. */
const BAD_WHEN_TRUE: readonly { words: RegExp; cause?: string }[] = [
  { words: /^DiskPressure$/, cause: "node_disk_pressure" },
  { words: /^MemoryPressure$/, cause: "node_memory_pressure" },
  { words: /^PIDPressure$/, cause: "node_pid_pressure" },
  { words: /^NetworkUnavailable$/, cause: "node_network_unavailable" },
  { words: /Pressure|Unavailable|Unhealthy|Deadlock|Readonly|Frequent|Corrupt|Problem|Fail|Error|OutOfDisk/i },
];

/** Finds nodes that are not ready, under pressure, without one of their agents, or cordoned. */
export function judgeNodes({ nodes }: ClusterState, names: Names, knows: Knows): Abnormal[] {
  return nodes.flatMap((node): Abnormal[] => {
    const entity = names.node(node.name);
    const base = { kind: "cluster.node-trouble" as const, entity, source: node.source };
    const down = node.agents.filter(({ state }) => state !== "active" && state !== "reloading");
    const unready = node.conditions.find(({ type, status }) => type === "Ready" && status !== "True");
    const why = whyUnready(unready, knows);
    const others = node.conditions.flatMap((condition) => {
      const { type, status } = condition;
      if (type !== "Ready" && type.endsWith("Ready"))
        return status === "True" ? [] : [{ ...condition, cause: undefined }];
      const bad = status === "True" && BAD_WHEN_TRUE.find(({ words }) => words.test(type));
      return bad ? [{ ...condition, cause: bad.cause }] : [];
    });
    return [
      ...down.flatMap(({ name, state, source }): Abnormal[] => {
        const cause = AGENTS.find(({ words }) => words.test(name))?.cause;
        const summary = `${entity.id}: ${name} is not running`;
        const known = cause === undefined ? {} : { cause };
        return [{ ...base, ...known, source, strength: 6, summary, facts: { agent: name, state } }];
      }),
      ...(!node.ready || unready
        ? [
            {
              ...base,
              ...(why.cause === undefined ? {} : { cause: why.cause }),
              strength: 5,
              summary: `${entity.id}: not ready${why.says}`,
              facts: { reason: unready?.reason ?? "NotReady", message: shortened(unready?.message ?? "") },
            },
          ]
        : []),
      ...others.map(({ type, reason, message, cause }): Abnormal => ({
        ...base,
        ...(cause === undefined ? {} : { cause }),
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

/** What the Ready condition of a node says about its agents. */
function whyUnready(unready: ClusterNode["conditions"][number] | undefined, knows: Knows): Meaning {
  const { status = "", message = "" } = unready ?? {};
  if (/runtime is down/.test(message) && knows("container_runtime_down"))
    return { says: ", its container runtime is down", cause: "container_runtime_down" };
  if (/certificate has expired|x509/i.test(message) && knows("node_certificate_expired"))
    return { says: ", its certificate has expired", cause: "node_certificate_expired" };
  if (/cni (config|plugin)|network plugin/i.test(message) && knows("node_network_unavailable"))
    return { says: ", its network plugin is not ready", cause: "node_network_unavailable" };
  return status === "Unknown" && knows("kubelet_down")
    ? { says: ", its kubelet does not report", cause: "kubelet_down" }
    : { says: "" };
}
