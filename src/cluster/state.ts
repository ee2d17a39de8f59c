import type { Container } from "./containers.ts";
import type { ClusterEvent } from "./describe.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";
import type { Manifest } from "./manifest.ts";
import type { PlaceIndex } from "./place-index.ts";

// All answers, grouped by object. `source` is the query of the answer; "" if several answers were merged.

export type Pod = {
  name: string;
  namespace: string;
  source: string;
  workload: string;
  ready: number;
  total: number;
  status: string;
  restarts: number;
  /** Seconds since the last restart, and since its creation; null if not reported. */
  restartedAgoS: number | null;
  ageS: number | null;
  node: string | null;
  labels: Readonly<Record<string, string>>;
  /** Init containers first. */
  containers: readonly Container[];
  events: ClusterEvent[];
  /** True if more is known than a row of a list. The following are empty otherwise. */
  isDescribed: boolean;
  nodeSelector: Readonly<Record<string, string>>;
  /** Names of the volume claims that it mounts. */
  claims: readonly string[];
};

export type Workload = {
  kind: string;
  name: string;
  namespace: string;
  source: string;
  /** Replicas; null if not reported. */
  ready: number | null;
  desired: number | null;
  labels: Readonly<Record<string, string>>;
  containers: readonly Container[];
  events: ClusterEvent[];
};

export type ServicePort = { name: string | null; port: string; target: string | null; protocol: string };
export type KubernetesService = {
  name: string;
  namespace: string;
  source: string;
  selector: Readonly<Record<string, string>>;
  labels: Readonly<Record<string, string>>;
  ports: readonly ServicePort[];
  /** `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`; "" if not reported. */
  type: string;
  /** Its address in the cluster; null for a headless one, and if not reported. */
  clusterIp: string | null;
  /** False if the Service has no endpoints; null if not reported. */
  hasEndpoints: boolean | null;
  /** Ports of the pods behind it, as a list of endpoints shows them; empty if not reported. */
  endpointPorts: readonly string[];
};

export type ClusterNode = {
  name: string;
  source: string;
  ready: boolean;
  cordoned: boolean;
  controlPlane: boolean;
  conditions: { type: string; status: string; reason: string; message: string }[];
  /** Agents such as the kubelet, with their state as the service manager reports it. */
  agents: { name: string; state: string; source: string }[];
};

export type VolumeClaim = {
  name: string;
  namespace: string;
  source: string;
  status: string;
  storageClass: string;
  volume: string;
  events: readonly ClusterEvent[];
};
export type Volume = {
  name: string;
  source: string;
  status: string;
  capacity: string;
  accessModes: string;
  claim: string;
  storageClass: string;
  labels: Readonly<Record<string, string>>;
};
export type Quota = { name: string; namespace: string; source: string; resource: string; used: string; hard: string };
/** One attempt to connect to a Service. */
export type Attempt = {
  service: string;
  namespace: string;
  port: string;
  source: string;
  /** True if it failed from everywhere. */
  failed: boolean;
  /** Nodes from which it failed, if it succeeded from others. */
  failedFrom: readonly string[];
};
export type ManifestOf = { app: string; source: string; objects: readonly Manifest[] };
/** Error lines of one service, with counts. */
export type ErrorLog = { service: string; source: string; lines: { text: string; count: number }[] };

/** An alert, in the words of its sender. */
export type RaisedAlert = {
  subject: string;
  subjectKind: "node" | "app";
  source: string;
  texts: string[];
  count: number;
};

export type ClusterState = {
  pods: readonly Pod[];
  workloads: readonly Workload[];
  /** The same, to look up. A large cluster has tens of thousands. */
  workloadIndex: PlaceIndex<Workload>;
  services: readonly KubernetesService[];
  serviceIndex: PlaceIndex<KubernetesService>;
  nodes: readonly ClusterNode[];
  claims: readonly VolumeClaim[];
  volumes: readonly Volume[];
  storageClasses: readonly string[];
  quotas: readonly Quota[];
  attempts: readonly Attempt[];
  manifests: readonly ManifestOf[];
  errorLogs: readonly ErrorLog[];
  alerts: readonly RaisedAlert[];
  /** All listed events: tables in their order, then API objects, oldest first. */
  events: readonly ClusterEvent[];
  /** All objects that were read from the API, of every type but events, which take much memory. */
  objects: readonly KubernetesObject[];
  /** `namespace/type` of every complete list: an object that it lacks does not exist. */
  listed: ReadonlySet<string>;
  calls: readonly { from: string; to: string }[];
};
