import type { ClusterObject } from "./objects.ts";
import type { NetworkAddress, PodRuntime } from "./pod-runtime.ts";

/** `cpu`, `memory`: Kubernetes quantities, such as `2` and `1Gi`. */
export type LabNode = { name: string; cpu: string; memory: string; labels?: Readonly<Record<string, string>> };

/**
 * `folder`: where the kubeconfig and certificates are written. `nodes`: what pods are scheduled to.
 * `namespace`: is created, and is that of the kubeconfig's context.
 */
export type LabClusterOptions = {
  folder: string;
  runtime: PodRuntime;
  nodes: readonly LabNode[];
  namespace: string;
  /** The time of the cluster, Unix milliseconds; that of the computer if absent. */
  now?: () => number;
};

/** What happens to traffic on its way to a Service. `lossShare`: share of connections that hang, from 0 to 1. */
export type Impairment = { delayMs: number; jitterMs: number; lossShare: number };

/**
 * A running cluster of the lab. It is changed as any cluster is, by `kubectl` with `kubeconfig`; the functions here are
 * shortcuts for a program in this process.
 */
export type LabCluster = {
  url: string;
  /** Path of a kubeconfig whose user may do everything. Its context is named `lab`. */
  kubeconfig: string;
  /** Path of a kubeconfig whose user may only read. */
  viewerKubeconfig: string;
  /** Creates the object, or updates it to these fields, as `kubectl apply` would. */
  apply: (object: ClusterObject) => Promise<ClusterObject>;
  /** The objects of a type, such as `pods`, in the namespace of the options. */
  list: (type: string) => readonly ClusterObject[];
  /** As `resolve` of a container, from outside of every pod: for the load and for scraping. */
  resolve: (host: string, port: number) => Promise<NetworkAddress | null>;
  /** Impairs the traffic from pods to a Service; null ends it. */
  impair: (service: string, impairment: Impairment | null) => void;
  /** Ends every pod, and then the server. */
  close: () => Promise<void>;
};
