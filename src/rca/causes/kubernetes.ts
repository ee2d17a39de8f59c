import type { CauseCard } from "../../domain/cause.ts";
import { alert, card, finding } from "./card.ts";

/** What the orchestrator itself reports. */
export const KUBERNETES_CAUSES: readonly CauseCard[] = [
  card({
    id: "image_pull_failure",
    title: "image cannot be pulled",
    systemLevel: "Virtualization",
    faultType: "Misconfiguration",
    signature: [finding("cluster.image-pull", 5, "its image cannot be pulled")],
    refutedBy: "the image pulls on the same node by hand",
    runbooks: ["image-pull-failure"],
  }),
  card({
    id: "crash_loop",
    title: "crashes each time it starts",
    systemLevel: "Application",
    faultType: "Misconfiguration",
    signature: [
      finding("cluster.crash-loop", 3, "it crashes in a loop"),
      finding("cluster.restarting", 1, "it restarts again and again"),
    ],
    refutedBy: "no restart since the onset",
    runbooks: ["crash-loop"],
  }),
  card({
    id: "unschedulable",
    title: "no node takes it",
    systemLevel: "Virtualization",
    faultType: "Dependency Problem",
    signature: [finding("cluster.unschedulable", 5, "the scheduler finds no node for it")],
    refutedBy: "its pods are bound to nodes",
  }),
  card({
    id: "probe_misconfigured",
    title: "its probe fails",
    systemLevel: "Application",
    faultType: "Misconfiguration",
    signature: [finding("cluster.probe-failing", 4, "its probe fails")],
    refutedBy: "the probe's address answers from inside the pod",
  }),
  card({
    id: "service_misrouted",
    title: "its Service leads nowhere",
    systemLevel: "Virtualization",
    faultType: "Misconfiguration",
    signature: [
      finding("cluster.no-endpoints", 4, "its Service has no endpoints"),
      finding("cluster.no-endpoints", -4, "that follows from its pods", ["no pod is ready"]),
      finding("cluster.unreachable", 2, "nothing answers at its address"),
    ],
    refutedBy: "its endpoints are its ready pods, on the port that they listen on",
  }),
  card({
    id: "quota_exceeded",
    title: "a quota or policy refuses it",
    systemLevel: "Virtualization",
    faultType: "Operation Error",
    signature: [finding("cluster.admission", 5, "the API server refuses its pods")],
    refutedBy: "used below hard in every quota of the namespace",
  }),
  card({
    id: "node_failure",
    title: "node unwell",
    systemLevel: "Hardware",
    faultType: "Operation Error",
    entityKinds: ["node"],
    signature: [finding("cluster.node-trouble", 5, "the node is not ready or under pressure")],
    refutedBy: "the node is Ready, without pressure, and its agents run",
  }),
  card({
    id: "pod_failure",
    title: "not available",
    systemLevel: "Virtualization",
    faultType: "Operation Error",
    signature: [
      finding("cluster.not-ready", 2, "it is not ready"),
      finding("metric.silence", 1, "it stopped reporting"),
      alert("traffic", "down", 1.5, "it serves less than before"),
      alert("network", "down", 1, "its network falls silent"),
      alert("memory", "up", 1, "its memory alert fires: it was started anew"),
    ],
    refutedBy: "all of its pods ready since before the onset",
  }),
];
