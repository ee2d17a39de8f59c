import type { ClusterEvent, Container, Description } from "./describe.ts";
import type { Manifest } from "./manifest.ts";

// Everything the answers said, gathered by object. `source` is the question that told it; "" where several did.

export type Pod = {
  name: string;
  namespace: string;
  source: string;
  workload: string;
  ready: number;
  total: number;
  status: string;
  restarts: number;
  /** Since the last restart, and since it was made; null where not told. */
  restartedAgoS: number | null;
  ageS: number | null;
  node: string | null;
  labels: Readonly<Record<string, string>>;
  containers: readonly Container[];
  events: ClusterEvent[];
  described: Description | null;
};

export type Workload = {
  kind: string;
  name: string;
  namespace: string;
  source: string;
  /** Replicas; null where not told. */
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
  external: boolean;
  /** Whether any address stands behind it; null where not told. */
  hasEndpoints: boolean | null;
};

export type ClusterNode = {
  name: string;
  source: string;
  ready: boolean;
  cordoned: boolean;
  controlPlane: boolean;
  conditions: { type: string; status: string; reason: string; message: string }[];
  /** Agents such as the kubelet, with their service manager's word for their state. */
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
/** A connection that was tried. */
export type Attempt = { service: string; namespace: string; port: string; source: string; failed: boolean };
export type ManifestOf = { app: string; source: string; objects: readonly Manifest[] };
/** What one service logged as errors: lines, how many, and their share of its log where told. */
export type ErrorLog = { service: string; source: string; lines: { text: string; count: number }[] };

/** An abnormal thing that an alert tells, in the words of whoever raised it. */
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
  services: readonly KubernetesService[];
  nodes: readonly ClusterNode[];
  claims: readonly VolumeClaim[];
  volumes: readonly Volume[];
  storageClasses: readonly string[];
  quotas: readonly Quota[];
  attempts: readonly Attempt[];
  manifests: readonly ManifestOf[];
  errorLogs: readonly ErrorLog[];
  alerts: readonly RaisedAlert[];
  /** `namespace/type` of every list that was given whole: what it lacks does not exist. */
  listed: ReadonlySet<string>;
  calls: readonly { from: string; to: string }[];
};
