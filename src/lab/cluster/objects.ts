import type * as k8s from "@kubernetes/client-node";

/** A type of the Kubernetes client as it is in JSON: times are text (RFC 3339). */
export type Stored<T> = T extends Date
  ? string
  : T extends readonly (infer One)[]
    ? Stored<One>[]
    : T extends object
      ? { [Key in keyof T]: Stored<T[Key]> }
      : T;

/** Metadata with what the API server always sets. `namespace` is absent for kinds of the whole cluster. */
export type ObjectMeta = Stored<k8s.V1ObjectMeta> & { name: string };

/** An object of the API. */
export type ClusterObject = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec?: unknown;
  status?: unknown;
  [field: string]: unknown;
};

/** The parts of an object that admission makes sure are there. */
type With<T, Part extends keyof T = never> = Omit<Stored<T>, "apiVersion" | "kind" | "metadata" | Part> & {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
} & { [Key in Part]-?: NonNullable<Stored<T[Key]>> };

export type PodObject = With<k8s.V1Pod, "spec" | "status">;
export type NodeObject = With<k8s.V1Node, "spec" | "status">;
export type DeploymentObject = With<k8s.V1Deployment, "spec" | "status">;
export type ReplicaSetObject = With<k8s.V1ReplicaSet, "spec" | "status">;
export type StatefulSetObject = With<k8s.V1StatefulSet, "spec" | "status">;
export type DaemonSetObject = With<k8s.V1DaemonSet, "spec" | "status">;
export type JobObject = With<k8s.V1Job, "spec" | "status">;
export type ServiceObject = With<k8s.V1Service, "spec">;
export type EndpointSliceObject = With<k8s.V1EndpointSlice>;
export type ConfigMapObject = With<k8s.V1ConfigMap>;
export type SecretObject = With<k8s.V1Secret>;
export type QuotaObject = With<k8s.V1ResourceQuota, "spec" | "status">;
export type ClaimObject = With<k8s.V1PersistentVolumeClaim, "spec" | "status">;
export type StorageClassObject = With<k8s.V1StorageClass>;
export type DisruptionBudgetObject = With<k8s.V1PodDisruptionBudget, "spec" | "status">;
export type NetworkPolicyObject = With<k8s.V1NetworkPolicy, "spec">;
export type RevisionObject = With<k8s.V1ControllerRevision>;

/** A copy that may be changed. Stored objects are frozen. */
export const copyOf = <T>(object: T): T => structuredClone(object);

/** A reference for `metadata.ownerReferences` that makes `owner` the controller. */
export const controllerReference = ({ apiVersion, kind, metadata }: ClusterObject | With<k8s.V1Pod>) => ({
  apiVersion,
  kind,
  name: metadata.name,
  uid: metadata.uid ?? "",
  controller: true,
  blockOwnerDeletion: true,
});

/** The uid of the controller of an object; null if none controls it. */
export const controllerOf = ({ metadata }: { metadata: ObjectMeta }): string | null =>
  metadata.ownerReferences?.find(({ controller }) => controller === true)?.uid ?? null;
