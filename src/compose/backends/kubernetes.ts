import { topologyOfCluster } from "../../cluster/topology.ts";
import type { KubernetesConfig } from "../../config.ts";
import type { ServiceOf } from "../../connectors/changes/parts.ts";
import { openKubernetes as openCluster } from "../../connectors/kubernetes/open-kubernetes.ts";
import type { BackendDeps, LiveBackend } from "./types.ts";

/** The state of a cluster, the changes in it, and how its objects are related. */
export const openKubernetes = (
  config: KubernetesConfig,
  { proxy }: BackendDeps,
  parts: { now: () => number; serviceOf: ServiceOf },
): LiveBackend => openCluster({ ...config, proxy }, { ...parts, topologyOf: topologyOfCluster });
