import { topologyOfCluster } from "../../cluster/topology.ts";
import type { KubernetesConfig } from "../../config.ts";
import { openKubernetes as openCluster } from "../../connectors/kubernetes/open-kubernetes.ts";
import type { BackendDeps, LiveBackend } from "./types.ts";

/** The state of a cluster, the rollouts of its workloads, and how its objects are related. */
export const openKubernetes = (config: KubernetesConfig, { proxy }: BackendDeps, now: () => number): LiveBackend =>
  openCluster({ ...config, proxy }, now, topologyOfCluster);
