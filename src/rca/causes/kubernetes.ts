import type { CauseCard } from "../../domain/cause.ts";
import { alert, card, finding } from "./card.ts";

/** General faults that Kubernetes reports; the other Kubernetes cards are more specific. */
export const KUBERNETES_CAUSES: readonly CauseCard[] = [
  card({
    id: "image_pull_failure",
    title: "image cannot be pulled",
    systemLevel: "Virtualization",
    faultType: "Misconfiguration",
    signature: [finding("cluster.image-pull", 5, "its image cannot be pulled")],
    refutedBy: "a pull by hand on the same node succeeds",
    runbooks: ["image-pull-failure"],
  }),
  card({
    id: "crash_loop",
    title: "crash loop",
    systemLevel: "Application",
    faultType: "Misconfiguration",
    signature: [
      finding("cluster.crash-loop", 3, "it is in a crash loop"),
      finding("cluster.restarting", 1, "it restarts repeatedly"),
    ],
    refutedBy: "it has not restarted since the onset",
    runbooks: ["crash-loop"],
  }),
  card({
    id: "unschedulable",
    title: "cannot be scheduled",
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
    title: "its Service has no endpoints",
    systemLevel: "Virtualization",
    faultType: "Misconfiguration",
    signature: [
      finding("cluster.no-endpoints", 4, "its Service has no endpoints"),
      finding("cluster.no-endpoints", -4, "this follows from its pods not being ready", ["no pod is ready"]),
      finding("cluster.unreachable", 2, "nothing answers at its address"),
    ],
    refutedBy: "its endpoints are its ready pods, on the port that they listen on",
  }),
  card({
    id: "quota_exceeded",
    title: "rejected by a quota or policy",
    systemLevel: "Virtualization",
    faultType: "Operation Error",
    signature: [finding("cluster.admission", 5, "the API server rejects its pods")],
    refutedBy: "use is below the limit of every quota in the namespace",
  }),
  card({
    id: "node_failure",
    title: "node failure",
    systemLevel: "Hardware",
    faultType: "Operation Error",
    entityKinds: ["node"],
    signature: [
      finding("cluster.node-trouble", 5, "the node is not ready or under resource pressure"),
      finding("metric.silence", 2, "the node stopped reporting"),
    ],
    refutedBy: "the node is Ready without pressure, and its agents are running",
  }),
  card({
    id: "pod_failure",
    title: "pods not available",
    systemLevel: "Virtualization",
    faultType: "Operation Error",
    signature: [
      finding("cluster.not-ready", 2, "it is not ready"),
      finding("metric.silence", 1, "it stopped reporting"),
      alert("traffic", "down", 1.5, "it serves fewer requests than before"),
      alert("network", "down", 1, "its network traffic stops"),
      alert("memory", "up", 1, "its memory alert fires, as after a restart"),
    ],
    refutedBy: "all of its pods have been ready since before the onset",
  }),
];
