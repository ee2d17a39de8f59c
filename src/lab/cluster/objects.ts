import type { V1ObjectMeta } from "@kubernetes/client-node";

/** A type of the Kubernetes client as it is in JSON: times are text (RFC 3339). */
export type Stored<T> = T extends Date
  ? string
  : T extends readonly (infer One)[]
    ? Stored<One>[]
    : T extends object
      ? { [Key in keyof T]: Stored<T[Key]> }
      : T;

/** An object of the API. `metadata.namespace` is absent for kinds of the whole cluster. */
export type ClusterObject = {
  apiVersion: string;
  kind: string;
  metadata: Stored<V1ObjectMeta> & { name: string };
  spec?: unknown;
  status?: unknown;
  [field: string]: unknown;
};
