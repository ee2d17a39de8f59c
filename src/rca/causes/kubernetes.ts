import type { CauseCard } from "../../domain/cause.ts";

/** What the orchestrator itself reports. */
export const KUBERNETES_CAUSES: readonly CauseCard[] = [
  {
    id: "image_pull_failure", title: "image cannot be pulled", systemLevel: "Virtualization", faultType: "Misconfiguration", entityKinds: [],
    signature: [{ kinds: ["cluster.image-pull"], about: "self", weight: 5, why: "its image cannot be pulled" }],
    refutedBy: "the image pulls on the same node by hand", runbooks: ["image-pull-failure"],
  },
  {
    id: "crash_loop", title: "crashes each time it starts", systemLevel: "Application", faultType: "Misconfiguration", entityKinds: [],
    signature: [
      { kinds: ["cluster.crash-loop"], about: "self", weight: 3, why: "it crashes in a loop" },
      { kinds: ["cluster.restarting"], about: "self", weight: 1, why: "it restarts again and again" },
    ],
    refutedBy: "no restart since the onset", runbooks: ["crash-loop"],
  },
  {
    id: "unschedulable", title: "no node takes it", systemLevel: "Virtualization", faultType: "Dependency Problem", entityKinds: [],
    signature: [{ kinds: ["cluster.unschedulable"], about: "self", weight: 5, why: "the scheduler finds no node for it" }],
    refutedBy: "its pods are bound to nodes", runbooks: [],
  },
  {
    id: "probe_misconfigured", title: "its probe fails", systemLevel: "Application", faultType: "Misconfiguration", entityKinds: [],
    signature: [{ kinds: ["cluster.probe-failing"], about: "self", weight: 4, why: "its probe fails" }],
    refutedBy: "the probe's address answers from inside the pod", runbooks: [],
  },
  {
    id: "service_misrouted", title: "its Service leads nowhere", systemLevel: "Virtualization", faultType: "Misconfiguration", entityKinds: [],
    signature: [
      { kinds: ["cluster.no-endpoints"], about: "self", weight: 4, why: "its Service has no endpoints" },
      { kinds: ["cluster.no-endpoints"], words: ["no pod is ready"], about: "self", weight: -4, why: "that follows from its pods" },
      { kinds: ["cluster.unreachable"], about: "self", weight: 2, why: "nothing answers at its address" },
    ],
    refutedBy: "its endpoints are its ready pods, on the port that they listen on", runbooks: [],
  },
  {
    id: "quota_exceeded", title: "a quota or policy refuses it", systemLevel: "Virtualization", faultType: "Operation Error", entityKinds: [],
    signature: [{ kinds: ["cluster.admission"], about: "self", weight: 5, why: "the API server refuses its pods" }],
    refutedBy: "used below hard in every quota of the namespace", runbooks: [],
  },
  {
    id: "node_failure", title: "node unwell", systemLevel: "Hardware", faultType: "Operation Error", entityKinds: ["node"],
    signature: [{ kinds: ["cluster.node-trouble"], about: "self", weight: 5, why: "the node is not ready or under pressure" }],
    refutedBy: "the node is Ready, without pressure, and its agents run", runbooks: [],
  },
  {
    id: "pod_failure", title: "not available", systemLevel: "Virtualization", faultType: "Operation Error", entityKinds: [],
    signature: [
      { kinds: ["cluster.not-ready"], about: "self", weight: 2, why: "it is not ready" },
      { kinds: ["metric.silence"], about: "self", weight: 1, why: "it stopped reporting" },
      { kinds: ["alert.firing"], family: ["traffic"], direction: "down", about: "self", weight: 1.5, why: "it serves less than before" },
      { kinds: ["alert.firing"], family: ["network"], direction: "down", about: "self", weight: 1, why: "its network falls silent" },
      { kinds: ["alert.firing"], family: ["memory"], direction: "up", about: "self", weight: 1, why: "its memory alert fires: it was started anew" },
    ],
    refutedBy: "all of its pods ready since before the onset", runbooks: [],
  },
];
