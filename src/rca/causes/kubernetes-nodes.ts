import type { CauseCard } from "../../domain/cause.ts";
import { card, stated } from "./card.ts";

/** What fails on a node: its agents, its network, its image pulls. */
export const KUBERNETES_NODE_CAUSES: readonly CauseCard[] = [
  card({
    id: "kubelet_down",
    title: "kubelet does not run",
    systemLevel: "Virtualization",
    faultType: "Operation Error",
    entityKinds: ["node"],
    signature: [
      stated("cluster.node-trouble", ["kubelet does not run", "kubelet is silent"], "its kubelet does not run"),
    ],
    refutedBy: "systemctl on the node shows the kubelet active",
    runbooks: ["sick-node"],
  }),
  card({
    id: "container_runtime_down",
    title: "container runtime does not run",
    systemLevel: "Virtualization",
    faultType: "Operation Error",
    entityKinds: ["node"],
    signature: [
      stated(
        "cluster.node-trouble",
        [
          "containerd does not run",
          "crio does not run",
          "cri o does not run",
          "docker does not run",
          "container runtime is down",
        ],
        "its container runtime does not run",
      ),
    ],
    refutedBy: "the container runtime answers crictl info",
    runbooks: ["sick-node"],
  }),
  card({
    id: "kube_proxy_down",
    title: "kube-proxy does not run",
    systemLevel: "Virtualization",
    faultType: "Operation Error",
    entityKinds: ["node"],
    signature: [
      stated(
        "cluster.node-trouble",
        "kube proxy does not run",
        "its kube-proxy does not run: Service addresses go stale on it",
      ),
    ],
    refutedBy: "systemctl on the node shows kube-proxy active",
    runbooks: ["sick-node"],
  }),
  card({
    id: "kube_scheduler_down",
    title: "kube-scheduler does not run",
    systemLevel: "Virtualization",
    faultType: "Operation Error",
    entityKinds: ["node"],
    signature: [
      stated("cluster.node-trouble", "kube scheduler does not run", "the scheduler does not run: new pods wait"),
    ],
    refutedBy: "the scheduler runs and leads",
    runbooks: ["sick-node"],
  }),
  card({
    id: "node_network_delay",
    title: "network of the node is slow",
    systemLevel: "Operating System",
    faultType: "Network/Storage Issue",
    entityKinds: ["node"],
    signature: [
      stated(
        "cluster.node-trouble",
        "slow together",
        "what runs on it is slow together, and calls from elsewhere to elsewhere are not",
      ),
    ],
    refutedBy: "round trips to the node as short as to others",
    runbooks: ["network-delay"],
  }),
  card({
    id: "node_network_loss",
    title: "network of the node loses packets",
    systemLevel: "Operating System",
    faultType: "Network/Storage Issue",
    entityKinds: ["node"],
    signature: [stated("cluster.node-trouble", "retransmits", "packets to and from it are sent again")],
    refutedBy: "no more retransmissions on it than on others",
    runbooks: ["network-delay"],
  }),
  card({
    id: "image_reference_wrong",
    title: "its image does not exist under that name",
    systemLevel: "Virtualization",
    faultType: "Misconfiguration",
    signature: [stated("cluster.image-pull", "image reference names nothing", "the registry knows no such image")],
    refutedBy: "the registry lists that name and tag",
    runbooks: ["image-pull-failure"],
  }),
  card({
    id: "image_pull_secret_missing",
    title: "no right to pull its image",
    systemLevel: "Virtualization",
    faultType: "Authentication Issue",
    signature: [stated("cluster.image-pull", "pull secret", "the registry refuses, or its pull secret does not exist")],
    refutedBy: "its pull secret exists and logs in to the registry",
    runbooks: ["image-pull-failure"],
  }),
  card({
    id: "image_registry_unresolved",
    title: "name of the image registry does not resolve",
    systemLevel: "Virtualization",
    faultType: "Network/Storage Issue",
    signature: [stated("cluster.image-pull", "registry does not resolve", "the node cannot resolve the registry")],
    refutedBy: "the registry resolves on the node",
    runbooks: ["image-pull-failure"],
  }),
];
