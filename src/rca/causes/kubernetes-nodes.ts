import type { CauseCard } from "../../domain/cause.ts";
import { card, metricNamed, stated } from "./card.ts";
import { LOST_PACKETS } from "./network.ts";

/** Causes on a node: its agents, its network, its image pulls. */
export const KUBERNETES_NODE_CAUSES: readonly CauseCard[] = [
  card({
    id: "kubelet_down",
    title: "kubelet is down",
    systemLevel: "Virtualization",
    faultType: "Operation Error",
    entityKinds: ["node"],
    signature: [
      stated(
        "cluster.node-trouble",
        ["kubelet is not running", "kubelet does not report"],
        "its kubelet is not running",
      ),
    ],
    refutedBy: "systemctl on the node shows an active kubelet",
    runbooks: ["node-agents"],
  }),
  card({
    id: "container_runtime_down",
    title: "container runtime is down",
    systemLevel: "Virtualization",
    faultType: "Operation Error",
    entityKinds: ["node"],
    signature: [
      stated(
        "cluster.node-trouble",
        [
          "containerd is not running",
          "crio is not running",
          "cri o is not running",
          "docker is not running",
          "container runtime is down",
        ],
        "its container runtime is not running",
      ),
    ],
    refutedBy: "the container runtime answers crictl info",
    runbooks: ["node-agents"],
  }),
  card({
    id: "kube_proxy_down",
    title: "kube-proxy is down",
    systemLevel: "Virtualization",
    faultType: "Operation Error",
    entityKinds: ["node"],
    signature: [
      stated(
        "cluster.node-trouble",
        "kube proxy is not running",
        "its kube-proxy is not running, so its Service addresses go stale",
      ),
    ],
    refutedBy: "systemctl on the node shows an active kube-proxy",
    runbooks: ["node-agents"],
  }),
  card({
    id: "kube_scheduler_down",
    title: "kube-scheduler is down",
    systemLevel: "Virtualization",
    faultType: "Operation Error",
    entityKinds: ["node"],
    signature: [
      stated(
        "cluster.node-trouble",
        "kube scheduler is not running",
        "the scheduler is not running, so new pods stay pending",
      ),
    ],
    refutedBy: "a scheduler is running and is the leader",
    runbooks: ["control-plane"],
  }),
  card({
    id: "node_network_delay",
    title: "node network is slow",
    systemLevel: "Operating System",
    faultType: "Network/Storage Issue",
    entityKinds: ["node"],
    signature: [
      stated(
        "cluster.node-trouble",
        "slow at the same time",
        "all calls to and from its pods are slow, other calls are not",
      ),
    ],
    refutedBy: "round trips to the node are as short as to other nodes",
    runbooks: ["network-delay"],
  }),
  card({
    id: "node_network_loss",
    title: "node network loses packets",
    systemLevel: "Operating System",
    faultType: "Network/Storage Issue",
    entityKinds: ["node"],
    signature: [
      stated("cluster.node-trouble", "retransmits", "packets to and from it are retransmitted"),
      metricNamed(LOST_PACKETS, 3, "its packets get lost or damaged"),
    ],
    refutedBy: "it retransmits no more than other nodes",
    runbooks: ["network-delay"],
  }),
  card({
    id: "image_reference_wrong",
    title: "image does not exist",
    systemLevel: "Virtualization",
    faultType: "Misconfiguration",
    signature: [stated("cluster.image-pull", "image does not exist", "the registry has no such image")],
    refutedBy: "the registry lists that name and tag",
    runbooks: ["image-pull-failure"],
  }),
  card({
    id: "image_pull_secret_missing",
    title: "no permission to pull its image",
    systemLevel: "Virtualization",
    faultType: "Authentication Issue",
    signature: [
      stated("cluster.image-pull", "pull secret", "the registry denies access, or its pull secret does not exist"),
    ],
    refutedBy: "its pull secret exists and logs in to the registry",
    runbooks: ["registry-unavailable"],
  }),
  card({
    id: "image_registry_unresolved",
    title: "image registry name does not resolve",
    systemLevel: "Virtualization",
    faultType: "Network/Storage Issue",
    signature: [
      stated("cluster.image-pull", "registry does not resolve", "the node cannot resolve the registry's name"),
    ],
    refutedBy: "the registry's name resolves on the node",
    runbooks: ["registry-unavailable"],
  }),
];
