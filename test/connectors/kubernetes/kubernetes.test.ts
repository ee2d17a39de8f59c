import type { ServerResponse } from "node:http";
import { afterEach, expect, it } from "vitest";
import { readState } from "../../../src/cluster/read-state.ts";
import { reduced } from "../../../src/connectors/kubernetes/reduce.ts";
import type { IncidentError } from "../../../src/domain/errors.ts";
import type { AnswerGap } from "../../../src/domain/ports.ts";
import { queryFor } from "../../../src/domain/query.ts";
import { type ApiServer, type ApiServerOptions, startApiServer } from "./api-server.ts";
import { kubeconfigFor, kubectl } from "./kubectl.ts";
import { openCluster, RANGE, readCluster } from "./open.ts";
import { ago, NOW, SHOP } from "./shop-cluster.ts";

const TOKEN = "viewer-t0ken-of-the-test";
const servers: ApiServer[] = [];
afterEach(async () => void (await Promise.all(servers.splice(0).map((server) => server.close()))));
async function serverWith(options: Partial<ApiServerOptions> = {}): Promise<ApiServer> {
  const server = await startApiServer({ objects: SHOP, token: TOKEN, ...options });
  servers.push(server);
  return server;
}
const failure = (promise: Promise<unknown>): Promise<IncidentError> =>
  promise.then(
    () => Promise.reject(new Error("it did not fail")),
    (error: unknown) => error as IncidentError,
  );
const whys = (gaps: readonly AnswerGap[]): string[] =>
  gaps.filter(({ kind }) => kind !== "not_filtered").map(({ why }) => why);

it("only reads, and never asks for Secrets", async () => {
  const server = await serverWith();
  await readCluster(server.url, { token: TOKEN });
  expect(server.requests.length).toBeGreaterThan(20);
  expect(server.requests.filter((line) => !line.startsWith("GET "))).toEqual([]);
  expect(server.requests.filter((line) => line.includes("secrets"))).toEqual([]);
});

it("keeps no value of a variable or a ConfigMap that may be a password", async () => {
  const server = await serverWith();
  const text = JSON.stringify((await readCluster(server.url, { token: TOKEN })).data);
  expect(text).not.toMatch(/hunter2|s3cr3t/);
  expect(text).toContain("carts:80");
  expect(text).toContain("app.ini");
  expect(text).toContain("DB_PASSWORD");
});

it("keeps the hosts of addresses, and nothing else of them", () => {
  const kept = (name: string, value: string): unknown =>
    reduced("configmaps", { metadata: {}, data: { [name]: value } }).data;
  expect(kept("DB_URL", "postgres://app:s3cr3t@db:5432/shop?password=x")).toEqual({ DB_URL: "postgres://db:5432" });
  expect(kept("HOOK_URL", "https://hooks.example.com/services/T0/s3cr3t")).toEqual({
    HOOK_URL: "https://hooks.example.com",
  });
  expect(kept("KAFKA_BROKERS", "kafka-0:9092,kafka-1:9092")).toEqual({ KAFKA_BROKERS: "kafka-0:9092,kafka-1:9092" });
  expect(kept("DB_PORT", "5432")).toEqual({ DB_PORT: "5432" });
  expect(kept("DB_URL", "postgres://app:s3/cr3t@db:5432/shop")).toEqual({ DB_URL: "" });
  expect(kept("PAY_SERVICE", "key with spaces")).toEqual({ PAY_SERVICE: "" });
});

it("shows how objects are related with the lists of the cluster's state, read once", async () => {
  const server = await serverWith();
  const { cluster, topology, close } = openCluster(server.url, { token: TOKEN });
  const { data } = await topology.query(queryFor("topology", RANGE));
  const requests = server.requests.length;
  await cluster.query(queryFor("cluster", RANGE));
  await close();
  const edges = data.edges.map(({ from, to, kind }) => `${from} ${kind} ${to}`);
  expect(edges).toContain("web calls cart");
  expect(edges.some((edge) => edge.includes(" runs_on node-"))).toBe(true);
  const repeated = server.requests.slice(requests).filter((line) => server.requests.slice(0, requests).includes(line));
  expect(repeated).toEqual([]);
});

it("says that it shows the present, which no range selects", async () => {
  const server = await serverWith();
  const { coverage, data } = await readCluster(server.url, { token: TOKEN });
  expect(coverage.gaps).toEqual([expect.objectContaining({ kind: "not_filtered", filter: "range" })]);
  expect(coverage.returned).toBe(data.length);
});

it("reads again only the list that evidence names", async () => {
  const server = await serverWith();
  const { cluster, close } = openCluster(server.url, { token: TOKEN });
  const call = 'KubernetesObjects:{"resource_type":"nodes","namespace":""}';
  const { data } = await cluster.query(queryFor("cluster", RANGE, { names: [call] }));
  await close();
  expect(server.requests).toEqual(["GET /api/v1/nodes?limit=500"]);
  expect(readState(data, NOW).nodes.map(({ name, ready }) => [name, ready])).toEqual([
    ["node-a", true],
    ["node-b", false],
  ]);
});

it("names each list as a kubectl command, which the real kubectl runs", async () => {
  const server = await serverWith();
  const kubeconfig = kubeconfigFor(server.url, { token: TOKEN });
  const { cluster, close } = openCluster(server.url, { kubeconfig, namespaces: ["shop"] });
  const call = 'KubernetesObjects:{"resource_type":"pods","namespace":"shop"}';
  const [only, ...more] = (await cluster.native?.(queryFor("cluster", RANGE, { names: [call] }))) ?? [];
  await close();
  expect(more).toEqual([]);
  expect(only).toEqual({ language: "kubectl", text: "kubectl get pods --namespace=shop --output=json", link: null });
  const printed = await kubectl(kubeconfig, ...(only?.text.split(" ").slice(1) ?? []));
  expect((JSON.parse(printed) as { items: unknown[] }).items).toHaveLength(6);
}, 120_000);

it("lists rollouts as changes, with their time and what they alter", async () => {
  const server = await serverWith();
  const { changes, close } = openCluster(server.url, { token: TOKEN });
  const { data } = await changes.query(queryFor("change", RANGE));
  await close();
  expect(data).toEqual([
    {
      timeUnixMs: Date.parse(ago(35)),
      entity: "cart",
      kind: "deploy",
      id: "shop/Deployment/cart revision 2",
      summary: "image of cart: registry.example/cart:1 → registry.example/cart:2",
    },
    expect.objectContaining({ entity: "web", id: "shop/Deployment/web revision 2" }),
  ]);
});

it("reads what containers logged before they restarted, and blames their workload", async () => {
  const server = await serverWith({
    logs: { "shop/cart-7d9f8c6b5d-abcde/cart": "starting\nERROR Access denied for user 'cart'@'10.0.0.1'\n" },
  });
  const { data, coverage } = await readCluster(server.url, { token: TOKEN });
  expect(readState(data, NOW).errorLogs).toEqual([
    expect.objectContaining({
      service: "cart",
      lines: [
        { text: "starting", count: 1 },
        { text: "ERROR Access denied for user 'cart'@'10.0.0.1'", count: 1 },
      ],
    }),
  ]);
  expect(whys(coverage.gaps)).toEqual([]); // a node that has deleted its logs is usual
});

it("proves for doctor that data came back, and says what it may not read", async () => {
  const server = await serverWith({ forbids: (type) => type === "nodes" });
  const { cluster, close } = openCluster(server.url, { token: TOKEN });
  const health = await cluster.check?.();
  await close();
  expect(health).toMatchObject({ hasData: true, sample: expect.stringContaining("7 pods, 5 events") });
  expect(health?.advice).toEqual([expect.stringMatching(/^It may not list nodes in all namespaces/)]);
});

it("refuses a wrong token once, with the setting to check, and never prints it", async () => {
  const server = await serverWith();
  const error = await failure(readCluster(server.url, { token: "wrong-t0ken-0123456789" }));
  expect(error).toMatchObject({ code: "REJECTED", hint: expect.stringContaining("KUBECONFIG") });
  expect(`${error.message} ${error.hint}`).not.toContain("wrong-t0ken");
});

it.each([
  ["a kubeconfig that does not exist", { kubeconfig: "/nowhere/config" }, /kubeconfig cannot be read/],
  ["a context that does not exist", { context: "production" }, /no context "production"; it has shop/],
] as const)("names %s", async (_what, options, message) => {
  const server = await serverWith();
  const error = await failure(readCluster(server.url, { token: TOKEN, ...options }));
  expect(error).toMatchObject({ code: "CONFIG", message: expect.stringMatching(message) });
});

it("ends in time when the server hangs, with the true reason", async () => {
  const server = await serverWith({ intercept: () => true });
  const error = await failure(readCluster(server.url, { token: TOKEN, timeoutMs: 300 }));
  expect(error.code).toBe("UNAVAILABLE");
  expect(error.message).toMatch(/did not answer within 300 ms/);
});

it("waits when the server limits requests, and then reads everything", async () => {
  let refused = 0;
  const server = await serverWith({
    intercept: (_request, response) => {
      if (refused >= 3) return false;
      refused += 1;
      response.writeHead(429, { "retry-after": "0" }).end();
      return true;
    },
  });
  const { data, coverage } = await readCluster(server.url, { token: TOKEN });
  expect(readState(data, NOW).pods).toHaveLength(7);
  expect(whys(coverage.gaps)).toEqual([]);
});

it.each([
  ["fails", (response: ServerResponse) => void response.writeHead(500).end("boom"), /events could not be read/],
  ["is no JSON", (response: ServerResponse) => void response.end("<html>"), /events could not be read/],
  [
    "has items of a wrong type",
    (response: ServerResponse) => void response.end('{"items":"many","metadata":7}'),
    /events could not be read/,
  ],
  [
    "repeats its pages",
    (response: ServerResponse) =>
      void response.end('{"items":[{"metadata":{"name":"a","namespace":"shop"}}],"metadata":{"continue":"same"}}'),
    /events: its pages repeat/,
  ],
])("reads the rest when the list of events %s", async (_what, reply, gap) => {
  const server = await serverWith({
    intercept: (_request, response, url) => {
      if (!url.pathname.endsWith("/events")) return false;
      reply(response);
      return true;
    },
  });
  const { data, coverage } = await readCluster(server.url, { token: TOKEN });
  expect(readState(data, NOW).pods).toHaveLength(7);
  expect(whys(coverage.gaps)).toEqual([expect.stringMatching(gap)]);
});

it("reads objects whose fields have wrong types, or are missing, without a crash", async () => {
  const broken = [null, 7, "x", [], {}, { a: null }].flatMap((value, at) =>
    ["spec", "status", "metadata"].map((field) => ({
      apiVersion: "v1",
      kind: ["Pod", "Service", "Node", "Event"][at % 4] ?? "Pod",
      metadata: { name: `broken-${at}-${field}`, namespace: "shop" },
      [field]: field === "metadata" ? { name: `broken-${at}`, labels: value, ownerReferences: value } : value,
    })),
  );
  const nested = [null, 7, "x", {}].map((value, at) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `nested-${at}`, namespace: "shop" },
    spec: { containers: value, initContainers: [value], volumes: value, nodeName: value },
    status: { containerStatuses: value, initContainerStatuses: [value], conditions: value, phase: value },
  }));
  const server = await serverWith({ objects: [...SHOP, ...broken, ...nested] });
  const { data } = await readCluster(server.url, { token: TOKEN });
  expect(readState(data, NOW).pods.length).toBeGreaterThan(10);
});

it("stops at the limits of one analysis, and says so", async () => {
  const server = await serverWith({ pageSize: 1 });
  const { coverage } = await readCluster(server.url, { token: TOKEN, limits: { queries: 12 } });
  expect(whys(coverage.gaps).join(" ")).toMatch(/has used its limit of 12 queries/);
  expect(server.requests.length).toBeLessThanOrEqual(12);
});
