import { pluralType } from "../../src/cluster/answers.ts";
import type { ClusterAnswer } from "../../src/domain/telemetry.ts";

// Objects as the Kubernetes API gives them, cut down to what matters. Written by hand from the API reference.

/** When the objects are read. Others times are given in minutes before it. */
const TAKEN_MS = Date.parse("2026-03-14T10:00:00Z");
export const ago = (minutes: number): string => new Date(TAKEN_MS - minutes * 60_000).toISOString();

export type ApiObject = { kind: string; metadata: Record<string, unknown>; [field: string]: unknown };
type Fields = Record<string, unknown>;

/** Kinds without a namespace. */
const GLOBAL = new Set([
  "Node",
  "Namespace",
  "PersistentVolume",
  "StorageClass",
  "IngressClass",
  "ValidatingWebhookConfiguration",
  "MutatingWebhookConfiguration",
  "CustomResourceDefinition",
  "APIService",
]);

/** An object of namespace `shop`, made a day ago, unless `metadata` says otherwise. */
export const object = (kind: string, name: string, { metadata, ...rest }: Fields = {}): ApiObject => ({
  kind,
  metadata: {
    name,
    ...(GLOBAL.has(kind) ? {} : { namespace: "shop" }),
    creationTimestamp: ago(1440),
    ...(metadata as Fields | undefined),
  },
  ...rest,
});

/** One complete list per kind. `kinds`: further kinds whose list is complete and empty. */
export function read(objects: readonly ApiObject[], kinds: readonly string[] = []): ClusterAnswer[] {
  const types = new Set([...kinds, ...objects.map(({ kind }) => kind)].map(pluralType));
  return [...types].map((type) => ({
    tool: "KubernetesObjects",
    args: { resource_type: type, namespace: "" },
    text: JSON.stringify({
      kind: "List",
      metadata: { takenAt: ago(0), isComplete: true },
      items: objects.filter(({ kind }) => pluralType(kind) === type),
    }),
  }));
}

export const condition = (type: string, status: string, reason: string, message = "", minutes = 20): Fields => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: ago(minutes),
});

export const event = (about: string, reason: string, message: string, minutes = 2, type = "Warning"): ApiObject => {
  const [kind = "", name = ""] = about.split("/");
  return object("Event", `${name}.${reason}.${minutes}`.toLowerCase(), {
    involvedObject: { kind, name, namespace: "shop" },
    type,
    reason,
    message,
    count: 3,
    lastTimestamp: ago(minutes),
  });
};

/** A container that runs and is ready. */
export const running = (name: string, more: Fields = {}): Fields => ({
  name,
  ready: true,
  started: true,
  restartCount: 0,
  state: { running: { startedAt: ago(60) } },
  lastState: {},
  ...more,
});
export const waiting = (name: string, reason: string, message = "", more: Fields = {}): Fields => ({
  name,
  ready: false,
  started: false,
  restartCount: 0,
  state: { waiting: { reason, message } },
  lastState: {},
  ...more,
});
export const ended = (reason: string, exitCode: number, minutes = 2): Fields => ({
  terminated: { reason, exitCode, startedAt: ago(minutes + 1), finishedAt: ago(minutes) },
});

/** A pod of Deployment `cart`, with the parts of its specification and status that differ from a healthy one. */
export function pod(name: string, { spec, status, metadata }: Fields = {}): ApiObject {
  return object("Pod", name, {
    metadata: {
      labels: { app: "cart", "pod-template-hash": "5d8f7c6b9" },
      creationTimestamp: ago(60),
      ownerReferences: [{ kind: "ReplicaSet", name: "cart-5d8f7c6b9", controller: true }],
      ...(metadata as Fields | undefined),
    },
    spec: { nodeName: "node-a", containers: [{ name: "cart" }], ...(spec as Fields | undefined) },
    status: {
      phase: "Running",
      conditions: [condition("Initialized", "True", "")],
      containerStatuses: [running("cart")],
      ...(status as Fields | undefined),
    },
  });
}

export const deployment = (name: string, desired: number, ready: number, more: Fields = {}): ApiObject =>
  object("Deployment", name, {
    spec: {
      replicas: desired,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name }] } },
      ...(more.spec as Fields | undefined),
    },
    status: {
      observedGeneration: 1,
      replicas: desired,
      readyReplicas: ready,
      availableReplicas: ready,
      updatedReplicas: desired,
      ...(more.status as Fields | undefined),
    },
  });

export const service = (name: string, spec: Fields = {}): ApiObject =>
  object("Service", name, {
    spec: { clusterIP: "10.0.0.8", selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }], ...spec },
    status: { loadBalancer: {} },
  });

/** The endpoints of a Service; `ready` null for none at all. */
export const endpoints = (name: string, ready: boolean | null): ApiObject =>
  object("EndpointSlice", `${name}-x1`, {
    metadata: { labels: { "kubernetes.io/service-name": name } },
    endpoints: ready === null ? null : [{ addresses: ["10.1.0.4"], conditions: { ready } }],
  });

export const node = (name: string, conditions: readonly Fields[] = [], spec: Fields = {}): ApiObject =>
  object("Node", name, {
    spec,
    status: { conditions: [condition("Ready", "True", "KubeletReady"), ...conditions] },
  });
