import type { CauseCard } from "../../domain/cause.ts";
import { reported } from "./card.ts";

/** What a node reports of itself. */
export const KUBERNETES_NODE_STATES: readonly CauseCard[] = [
  reported({
    id: "node_disk_pressure",
    title: "node runs out of disk",
    systemLevel: "Operating System",
    faultType: "Network/Storage Issue",
    why: "the kubelet reports disk pressure",
    refutedBy: "the node reports no disk pressure",
    entityKinds: ["node"],
    runbooks: ["node-pressure"],
  }),
  reported({
    id: "node_memory_pressure",
    title: "node runs out of memory",
    systemLevel: "Operating System",
    faultType: "Operation Error",
    why: "the kubelet reports memory pressure",
    refutedBy: "the node reports no memory pressure",
    entityKinds: ["node"],
    runbooks: ["node-pressure"],
  }),
  reported({
    id: "node_pid_pressure",
    title: "node runs out of process ids",
    systemLevel: "Operating System",
    faultType: "Operation Error",
    why: "the kubelet reports a lack of process ids",
    refutedBy: "the node reports no lack of process ids",
    entityKinds: ["node"],
    runbooks: ["node-pressure"],
  }),
  reported({
    id: "node_network_unavailable",
    title: "node network not set up",
    systemLevel: "Operating System",
    faultType: "Network/Storage Issue",
    why: "the network plugin of the node is not ready",
    refutedBy: "other pods on the node reach the network",
    entityKinds: ["node"],
    runbooks: ["pod-network"],
  }),
  reported({
    id: "node_certificate_expired",
    title: "node certificate expired",
    systemLevel: "Operating System",
    faultType: "Authentication Issue",
    why: "the API server refuses its certificate",
    refutedBy: "its certificate is valid",
    entityKinds: ["node"],
    runbooks: ["node-agents"],
  }),
];
