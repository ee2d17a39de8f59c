import type { CauseCard } from "../../domain/cause.ts";

/** What the platform itself states outweighs what follows from it. */
const SAID = 8;

/** Why a pod was not made, or found no place, volume or image; and what is wrong with a node. */
export const KUBERNETES_PLACEMENT_CAUSES: readonly CauseCard[] = [
  {
    id: "unschedulable_cpu", title: "no node has the CPU that it asks for", systemLevel: "Virtualization", faultType: "Operation Error", entityKinds: [],
    signature: [{ kinds: ["cluster.unschedulable"], words: ["insufficient cpu"], about: "self", weight: SAID, why: "the scheduler finds no node with enough CPU" }],
    refutedBy: "a node with that much CPU unreserved", runbooks: [],
  },
  {
    id: "unschedulable_memory", title: "no node has the memory that it asks for", systemLevel: "Virtualization", faultType: "Operation Error", entityKinds: [],
    signature: [{ kinds: ["cluster.unschedulable"], words: ["insufficient memory"], about: "self", weight: SAID, why: "the scheduler finds no node with enough memory" }],
    refutedBy: "a node with that much memory unreserved", runbooks: [],
  },
  {
    id: "unschedulable_taint", title: "a taint that it does not tolerate keeps it off", systemLevel: "Virtualization", faultType: "Misconfiguration", entityKinds: [],
    signature: [{ kinds: ["cluster.unschedulable"], words: ["untolerated taint"], about: "self", weight: SAID, why: "the nodes that would do carry a taint that it does not tolerate" }],
    refutedBy: "its tolerations cover the taints of a node that would do", runbooks: [],
  },
  {
    id: "unschedulable_selector", title: "its node selector fits no node", systemLevel: "Virtualization", faultType: "Misconfiguration", entityKinds: [],
    signature: [{ kinds: ["cluster.unschedulable"], words: ["node selector fits"], about: "self", weight: SAID, why: "no node carries the labels that it asks for" }],
    refutedBy: "a node with the labels of its selector", runbooks: [],
  },
  {
    id: "unschedulable_affinity", title: "its node affinity fits no node", systemLevel: "Virtualization", faultType: "Misconfiguration", entityKinds: [],
    signature: [{ kinds: ["cluster.unschedulable"], words: ["node affinity fits"], about: "self", weight: SAID, why: "no node meets the affinity that it demands" }],
    refutedBy: "a node that meets its required affinity", runbooks: [],
  },
  {
    id: "unschedulable_anti_affinity", title: "its pods may not share a node, and there are too few", systemLevel: "Virtualization", faultType: "Misconfiguration", entityKinds: [],
    signature: [{ kinds: ["cluster.unschedulable"], words: ["anti affinity"], about: "self", weight: SAID, why: "its anti-affinity forbids every node that is left" }],
    refutedBy: "a node without a pod that it must avoid", runbooks: [],
  },
  {
    id: "unschedulable_cordon", title: "the nodes that it may run on are cordoned", systemLevel: "Virtualization", faultType: "Operation Error", entityKinds: [],
    signature: [{ kinds: ["cluster.unschedulable"], words: ["cordoned"], about: "self", weight: SAID, why: "the nodes that it may run on take no pods" }],
    refutedBy: "a node that it may run on takes pods", runbooks: [],
  },
  {
    id: "claim_storage_class", title: "its volume claim names no storage class that exists", systemLevel: "Virtualization", faultType: "Misconfiguration", entityKinds: [],
    signature: [{ kinds: ["cluster.unschedulable"], words: ["storage class"], about: "self", weight: SAID, why: "the storage class of its claim does not exist" }],
    refutedBy: "kubectl get storageclass lists the class of its claim", runbooks: [],
  },
  {
    id: "claim_selector", title: "the selector of its volume claim fits no volume", systemLevel: "Virtualization", faultType: "Misconfiguration", entityKinds: [],
    signature: [{ kinds: ["cluster.unschedulable"], words: ["selector of its claim"], about: "self", weight: SAID, why: "no volume carries the labels that its claim asks for" }],
    refutedBy: "a free volume with those labels", runbooks: [],
  },
  {
    id: "claim_capacity", title: "its volume claim asks for more than any volume has", systemLevel: "Virtualization", faultType: "Misconfiguration", entityKinds: [],
    signature: [{ kinds: ["cluster.unschedulable"], words: ["more capacity"], about: "self", weight: SAID, why: "no volume is as large as its claim asks" }],
    refutedBy: "a free volume at least as large", runbooks: [],
  },
  {
    id: "claim_access_mode", title: "its volume claim asks for an access mode that no volume offers", systemLevel: "Virtualization", faultType: "Misconfiguration", entityKinds: [],
    signature: [{ kinds: ["cluster.unschedulable"], words: ["access mode"], about: "self", weight: SAID, why: "no volume offers the access mode of its claim" }],
    refutedBy: "a free volume with that access mode", runbooks: [],
  },
  {
    id: "claim_volume_taken", title: "the volume for its claim is bound to another", systemLevel: "Virtualization", faultType: "Operation Error", entityKinds: [],
    signature: [{ kinds: ["cluster.unschedulable"], words: ["bound to another claim"], about: "self", weight: SAID, why: "the volume is bound to another claim" }],
    refutedBy: "the volume is bound to its own claim", runbooks: [],
  },
  {
    id: "quota_cpu", title: "CPU quota used up", systemLevel: "Virtualization", faultType: "Operation Error", entityKinds: [],
    signature: [{ kinds: ["cluster.admission"], words: ["quota on cpu"], about: "self", weight: SAID, why: "a quota on CPU refuses its pods" }],
    refutedBy: "used below hard for CPU in every quota of the namespace", runbooks: [],
  },
  {
    id: "quota_memory", title: "memory quota used up", systemLevel: "Virtualization", faultType: "Operation Error", entityKinds: [],
    signature: [{ kinds: ["cluster.admission"], words: ["quota on memory"], about: "self", weight: SAID, why: "a quota on memory refuses its pods" }],
    refutedBy: "used below hard for memory in every quota of the namespace", runbooks: [],
  },
  {
    id: "quota_pods", title: "pod count quota used up", systemLevel: "Virtualization", faultType: "Operation Error", entityKinds: [],
    signature: [{ kinds: ["cluster.admission"], words: ["quota on pods"], about: "self", weight: SAID, why: "a quota on the number of pods refuses new ones" }],
    refutedBy: "fewer pods than every quota of the namespace allows", runbooks: [],
  },
  {
    id: "quota_services", title: "Service count quota used up", systemLevel: "Virtualization", faultType: "Operation Error", entityKinds: [],
    signature: [{ kinds: ["cluster.admission"], words: ["quota on services"], about: "self", weight: SAID, why: "a quota on the number of Services leaves no room" }],
    refutedBy: "fewer Services than every quota of the namespace allows", runbooks: [],
  },
  {
    id: "quota_storage", title: "storage quota used up", systemLevel: "Virtualization", faultType: "Operation Error", entityKinds: [],
    signature: [{ kinds: ["cluster.admission"], words: ["quota on storage"], about: "self", weight: SAID, why: "a quota on storage leaves no room" }],
    refutedBy: "its claims fit what the quota leaves", runbooks: [],
  },
  {
    id: "service_account_missing", title: "its service account does not exist", systemLevel: "Virtualization", faultType: "Misconfiguration", entityKinds: [],
    signature: [{ kinds: ["cluster.admission"], words: ["service account does not exist"], about: "self", weight: SAID, why: "the service account that it names does not exist" }],
    refutedBy: "kubectl get serviceaccount lists the name that it uses", runbooks: [],
  },
  {
    id: "kubelet_down", title: "kubelet does not run", systemLevel: "Virtualization", faultType: "Operation Error", entityKinds: ["node"],
    signature: [{ kinds: ["cluster.node-trouble"], words: ["kubelet does not run", "kubelet is silent"], about: "self", weight: SAID, why: "its kubelet does not run" }],
    refutedBy: "systemctl on the node shows the kubelet active", runbooks: ["sick-node"],
  },
  {
    id: "container_runtime_down", title: "container runtime does not run", systemLevel: "Virtualization", faultType: "Operation Error", entityKinds: ["node"],
    signature: [{ kinds: ["cluster.node-trouble"], words: ["containerd does not run", "crio does not run", "cri o does not run", "docker does not run", "container runtime is down"], about: "self", weight: SAID, why: "its container runtime does not run" }],
    refutedBy: "the container runtime answers crictl info", runbooks: ["sick-node"],
  },
  {
    id: "kube_proxy_down", title: "kube-proxy does not run", systemLevel: "Virtualization", faultType: "Operation Error", entityKinds: ["node"],
    signature: [{ kinds: ["cluster.node-trouble"], words: ["kube proxy does not run"], about: "self", weight: SAID, why: "its kube-proxy does not run: Service addresses go stale on it" }],
    refutedBy: "systemctl on the node shows kube-proxy active", runbooks: ["sick-node"],
  },
  {
    id: "kube_scheduler_down", title: "kube-scheduler does not run", systemLevel: "Virtualization", faultType: "Operation Error", entityKinds: ["node"],
    signature: [{ kinds: ["cluster.node-trouble"], words: ["kube scheduler does not run"], about: "self", weight: SAID, why: "the scheduler does not run: new pods wait" }],
    refutedBy: "the scheduler runs and leads", runbooks: ["sick-node"],
  },
  {
    id: "node_network_delay", title: "network of the node is slow", systemLevel: "Operating System", faultType: "Network/Storage Issue", entityKinds: ["node"],
    signature: [{ kinds: ["cluster.node-trouble"], words: ["slow together"], about: "self", weight: SAID, why: "what runs on it is slow together, and calls from elsewhere to elsewhere are not" }],
    refutedBy: "round trips to the node as short as to others", runbooks: ["network-delay"],
  },
  {
    id: "node_network_loss", title: "network of the node loses packets", systemLevel: "Operating System", faultType: "Network/Storage Issue", entityKinds: ["node"],
    signature: [{ kinds: ["cluster.node-trouble"], words: ["retransmits"], about: "self", weight: SAID, why: "packets to and from it are sent again" }],
    refutedBy: "no more retransmissions on it than on others", runbooks: ["network-delay"],
  },
  {
    id: "image_reference_wrong", title: "its image does not exist under that name", systemLevel: "Virtualization", faultType: "Misconfiguration", entityKinds: [],
    signature: [{ kinds: ["cluster.image-pull"], words: ["image reference names nothing"], about: "self", weight: SAID, why: "the registry knows no such image" }],
    refutedBy: "the registry lists that name and tag", runbooks: ["image-pull-failure"],
  },
  {
    id: "image_pull_secret_missing", title: "no right to pull its image", systemLevel: "Virtualization", faultType: "Authentication Issue", entityKinds: [],
    signature: [{ kinds: ["cluster.image-pull"], words: ["pull secret"], about: "self", weight: SAID, why: "the registry refuses, or its pull secret does not exist" }],
    refutedBy: "its pull secret exists and logs in to the registry", runbooks: ["image-pull-failure"],
  },
  {
    id: "image_registry_unresolved", title: "name of the image registry does not resolve", systemLevel: "Virtualization", faultType: "Network/Storage Issue", entityKinds: [],
    signature: [{ kinds: ["cluster.image-pull"], words: ["registry does not resolve"], about: "self", weight: SAID, why: "the node cannot resolve the registry" }],
    refutedBy: "the registry resolves on the node", runbooks: ["image-pull-failure"],
  },
];
