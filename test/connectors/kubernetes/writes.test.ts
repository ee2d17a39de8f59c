import { describe, expect, it } from "vitest";
import { writeChanges } from "../../../src/connectors/kubernetes/write-changes.ts";
import { writesOf } from "../../../src/connectors/kubernetes/writes.ts";

const CREATED = "2026-01-01T04:00:00Z";
const PATCHED = "2026-01-01T10:00:00Z";
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

type Given = { fields: object; time?: string; manager?: string; subresource?: string };
const entry = ({ fields, time = PATCHED, manager = "kubectl-patch", subresource }: Given) => ({
  manager,
  operation: "Update",
  time,
  fieldsType: "FieldsV1",
  fieldsV1: fields,
  ...(subresource === undefined ? {} : { subresource }),
});
const object = (name: string, now: object, { applied, by }: { applied?: object; by: object[] }) => ({
  metadata: {
    name,
    namespace: "shop",
    creationTimestamp: CREATED,
    resourceVersion: "812",
    annotations: applied === undefined ? {} : { [LAST_APPLIED]: JSON.stringify(applied) },
    managedFields: by,
  },
  ...now,
});
const deployment = (name: string, pod: object, status: object = {}) => ({
  metadata: { name, namespace: "shop" },
  spec: { template: { metadata: { labels: { app: name } }, spec: pod } },
  status,
});
const NONE = { deployments: [], statefulsets: [], daemonsets: [] };
const changes = (type: string, one: object, deployments: object[] = []) =>
  writeChanges(writesOf(type, one as Record<string, unknown>), { ...NONE, deployments: deployments as never });

const FLAGS_KEY = { "f:data": { "f:FLAGS": {} } };
const flags = (extra: object = {}) =>
  object(
    "flags-config",
    { data: { FLAGS: '{"card-check-v2":true}', MODE: "live" } },
    {
      applied: { data: { FLAGS: '{"card-check-v2":false}', MODE: "live" } },
      by: [
        entry({ manager: "kubectl-client-side-apply", time: CREATED, fields: { "f:data": { "f:MODE": {} } } }),
        entry({ fields: FLAGS_KEY, ...extra }),
      ],
    },
  );
const byKey = (name: string, key: string) => [{ name: key, valueFrom: { configMapKeyRef: { name, key } } }];

describe("what was written to a ConfigMap", () => {
  it("is a change of the workloads that read the key, with both values and the way back", () => {
    const found = changes("configmaps", flags(), [
      deployment("flags", { containers: [{ env: byKey("flags-config", "FLAGS") }] }),
      deployment("other-key", { containers: [{ env: byKey("flags-config", "MODE") }] }),
      deployment("all-keys", { containers: [{ envFrom: [{ configMapRef: { name: "flags-config" } }] }] }),
      deployment("file", { containers: [{}], volumes: [{ name: "v", configMap: { name: "flags-config" } }] }),
      deployment("stranger", { containers: [{ env: byKey("else", "FLAGS") }] }),
    ]);
    expect(found.map(({ entity, kind, written }) => [entity, kind, written?.kind])).toEqual([
      ["flags", "config", "configmap-at-start"],
      ["all-keys", "config", "configmap-at-start"],
      ["file", "config", "configmap"],
    ]);
    expect(found[0]).toMatchObject({
      timeUnixMs: Date.parse(PATCHED),
      id: "shop/ConfigMap/flags-config written 2026-01-01T10:00:00.000Z",
      summary:
        'kubectl-patch changed ConfigMap flags-config: FLAGS: {"card-check-v2":false} → {"card-check-v2":true}; ' +
        "flags reads it when it starts",
      written: { name: "flags-config", version: "812", reader: "deployment/flags" },
    });
    expect(JSON.parse(found[0]?.written?.undo ?? "")).toEqual([
      { op: "test", path: "/data/FLAGS", value: '{"card-check-v2":true}' },
      { op: "replace", path: "/data/FLAGS", value: '{"card-check-v2":false}' },
    ]);
    expect(JSON.parse(found[0]?.written?.redo ?? "")).toEqual([
      { op: "test", path: "/data/FLAGS", value: '{"card-check-v2":false}' },
      { op: "add", path: "/data/FLAGS", value: '{"card-check-v2":true}' },
    ]);
  });
  it("shows no password, and keeps none in a patch", () => {
    const secret = object(
      "flags-config",
      { data: { DB_PASSWORD: "n3w-Secret-77" } },
      {
        applied: { data: { DB_PASSWORD: "0ld-Secret-76" } },
        by: [entry({ fields: { "f:data": { "f:DB_PASSWORD": {} } } })],
      },
    );
    const [found] = changes("configmaps", secret, [
      deployment("a", { containers: [{ env: byKey("flags-config", "DB_PASSWORD") }] }),
    ]);
    expect(found?.summary).toContain("DB_PASSWORD");
    expect(JSON.stringify(found)).not.toMatch(/ecret-7/);
    expect(found?.written?.undo).toBeUndefined();
  });
  it("names the fields only, if nobody recorded the value before", () => {
    const bare = object("c", { data: { A: "1" } }, { by: [entry({ fields: { "f:data": { "f:A": {} } } })] });
    const [found] = changes("configmaps", bare, [deployment("a", { containers: [{ env: byKey("c", "A") }] })]);
    expect(found?.summary).toBe("kubectl-patch changed ConfigMap c: A; a reads it when it starts");
    expect(found?.written?.undo).toBeUndefined();
  });
});

describe("no change", () => {
  it.each([
    ["the control plane", flags({ manager: "kube-controller-manager" })],
    ["a status", flags({ subresource: "status" })],
    ["annotations", flags({ fields: { "f:metadata": { "f:annotations": {} } } })],
    ["its creation", flags({ time: CREATED })],
  ])("is written by %s", (_, one) => {
    expect(writesOf("configmaps", one)).toEqual([]);
  });
  it("is a lease of a leader election", () => {
    const one = flags();
    Object.assign(one.metadata.annotations, { "control-plane.alpha.kubernetes.io/leader": "{}" });
    expect(writesOf("configmaps", one)).toEqual([]);
  });
  it("is in an annotation that nobody can parse", () => {
    const one = flags();
    Object.assign(one.metadata.annotations, { [LAST_APPLIED]: "{" });
    expect(writesOf("configmaps", one).map(({ fields, undo }) => [fields, undo])).toEqual([[["FLAGS"], null]]);
  });
});

describe("what was written to other objects", () => {
  const service = (now: object, fields: object) =>
    object(
      "payment",
      { spec: { selector: { app: "payment" }, ports: [{ name: "http", port: 80, targetPort: 8080 }], ...now } },
      {
        applied: { spec: { selector: { app: "payment" }, ports: [{ name: "http", port: 80, targetPort: 8080 }] } },
        by: [entry({ fields: { "f:spec": fields } })],
      },
    );
  it("is a change of the workload that the Service selected", () => {
    const [found] = changes("services", service({ selector: { app: "payments" } }, { "f:selector": {} }), [
      deployment("payment", {}),
    ]);
    expect([found?.entity, found?.summary]).toEqual([
      "payment",
      "kubectl-patch changed Service payment: selector: app=payment → app=payments",
    ]);
    expect(JSON.parse(found?.written?.undo ?? "")).toEqual([
      { op: "test", path: "/spec/selector", value: { app: "payments" } },
      { op: "replace", path: "/spec/selector", value: { app: "payment" } },
    ]);
  });
  it("sees a port by its name, and no defaults", () => {
    const ports = [{ name: "http", port: 80, targetPort: 8089, protocol: "TCP" }];
    const [found] = changes("services", service({ ports }, { "f:ports": {} }), [deployment("payment", {})]);
    expect(found?.summary).toBe("kubectl-patch changed Service payment: targetPort of port http: 8080 → 8089");
    expect(found?.written?.undo).toContain("/spec/ports/0/targetPort");
  });
  it("is a new quota for the namespace and for the workloads whose pods it refuses", () => {
    const quota = object(
      "team-limits",
      { spec: { hard: { pods: "10" } } },
      { by: [entry({ time: CREATED, manager: "lab", fields: { "f:spec": { "f:hard": {} } } })] },
    );
    const refused = {
      conditions: [
        { type: "ReplicaFailure", status: "True", message: "exceeded quota: team-limits, requested: pods=1" },
      ],
    };
    const found = changes("resourcequotas", quota, [deployment("checkout", {}, refused), deployment("cart", {})]);
    expect(found.map(({ entity, entityKind }) => [entity, entityKind])).toEqual([
      ["checkout", "service"],
      ["shop", "namespace"],
    ]);
    expect(found[0]?.summary).toBe("lab created ResourceQuota team-limits: hard");
    expect(found[0]?.written?.seen).toBe("shop/pods:10/");
    expect(JSON.parse(found[0]?.written?.undo ?? "")[1]).toEqual({ op: "replace", path: "/spec/hard", value: {} });
  });
  it.each([
    ["services", { selector: { app: "a" } }, { selector: { app: "a" }, type: "ClusterIP", sessionAffinity: "None" }],
    ["networkpolicies", { podSelector: {} }, { podSelector: {}, policyTypes: ["Ingress"] }],
    [
      "resourcequotas",
      { hard: { cpu: "1000m", memory: "1024Mi", pods: 10 } },
      { hard: { cpu: "1", memory: "1Gi", pods: "10" } },
    ],
  ])(
    "is no change of %s where the API server filled in a default or wrote an amount in its own form",
    (type, applied, now) => {
      const fields = { "f:spec": Object.fromEntries(Object.keys(now).map((field) => [`f:${field}`, {}])) };
      const [write] = writesOf(
        type,
        object("x", { spec: now }, { applied: { spec: applied }, by: [entry({ fields })] }),
      );
      expect([write?.undo, write?.fields.join()]).toEqual([null, Object.keys(now).join()]);
    },
  );
  it("is a change of a quota with another amount, and of a selector that only looks like the same amount", () => {
    const by = (field: string) => [entry({ fields: { "f:spec": { [`f:${field}`]: {} } } })];
    const quota = object(
      "q",
      { spec: { hard: { cpu: "1" } } },
      { applied: { spec: { hard: { cpu: "2000m" } } }, by: by("hard") },
    );
    expect(writesOf("resourcequotas", quota)[0]?.fields).toEqual(["hard: cpu=2000m → cpu=1"]);
    const one = object(
      "s",
      { spec: { selector: { v: "1.0" } } },
      { applied: { spec: { selector: { v: "1" } } }, by: by("selector") },
    );
    expect(writesOf("services", one)[0]?.fields).toEqual(["selector: v=1 → v=1.0"]);
  });
  it("is a new network policy for the pods that it selects", () => {
    const policy = object(
      "deny",
      { spec: { podSelector: { matchExpressions: [{ key: "app", operator: "In", values: ["a", "b"] }] } } },
      { by: [entry({ time: CREATED, fields: { "f:spec": { "f:podSelector": {} } } })] },
    );
    const found = changes("networkpolicies", policy, [deployment("a", {}), deployment("b", {}), deployment("c", {})]);
    expect(found.map(({ entity }) => entity)).toEqual(["a", "b"]);
  });
});
