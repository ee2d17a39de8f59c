import { expect, it } from "vitest";
import { configuredCalls } from "../../src/cluster/configured-calls.ts";
import { namesFor } from "../../src/cluster/names.ts";
import { readState } from "../../src/cluster/read-state.ts";
import { topologyOfCluster } from "../../src/cluster/topology.ts";
import { type ApiObject, object, read } from "./api-objects.ts";

const NOW = Date.parse("2026-03-14T10:00:00Z");
type Env = Record<string, string>;

const service = (name: string, metadata: Record<string, unknown> = {}): ApiObject =>
  object("Service", name, { metadata, spec: { selector: { app: name }, ports: [{ port: 80 }] } });
const deployment = (name: string, env: Env = {}, envFrom: readonly string[] = []): ApiObject =>
  object("Deployment", name, {
    spec: {
      template: {
        spec: {
          containers: [
            {
              name,
              env: Object.entries(env).map(([variable, value]) => ({ name: variable, value })),
              envFrom: envFrom.map((map) => ({ configMapRef: { name: map } })),
            },
          ],
        },
      },
    },
  });
const SERVICES = ["cart", "orders", "kafka", "db", "otel-collector"].map((name) => service(name));

function callsOf(objects: readonly ApiObject[]): string[] {
  const state = readState(read([...SERVICES, ...objects]), NOW);
  return configuredCalls(state, namesFor({ vocabulary: null }, state)).map(({ from, to }) => `${from.id} ${to.id}`);
}

it.each([
  ["a bare name in a variable for hosts", "ORDERS_HOST", "orders", ["web orders"]],
  ["a name and a port", "UPSTREAM", "orders:8080", ["web orders"]],
  ["a name with its namespace", "ORDERS_ADDR", "orders.shop", ["web orders"]],
  ["the full DNS name", "TEXT", "see orders.shop.svc.cluster.local", ["web orders"]],
  ["a URL with a user", "DATABASE_URL", "postgres://app:pw@db:5432/shop?sslmode=disable", ["web db"]],
  ["a JDBC URL", "SPRING_DATASOURCE_URL", "jdbc:postgresql://db.shop.svc:5432/shop", ["web db"]],
  ["several brokers", "KAFKA_BROKERS", "kafka-0.kafka:9092,kafka-1.kafka:9092", ["web kafka"]],
  ["several hosts of one URL", "MONGO_URL", "mongodb://cart,db:27017/x", ["web cart", "web db"]],
  ["a Service that does not exist", "PAY_HOST", "payments", []],
  ["a name of another namespace", "ORDERS_ADDR", "orders.billing:80", []],
  ["a host of the internet that begins alike", "ORDERS_URL", "https://orders.example.com", []],
  ["its own name", "WEB_HOST", "web", []],
  ["a name in a variable that is no address", "OTEL_SERVICE_NAME", "orders", []],
  ["a word in a text", "GREETING", "your orders and your cart", []],
  ["the collector of telemetry", "OTEL_EXPORTER_OTLP_ENDPOINT", "http://otel-collector:4317", []],
])("reads calls from %s", (_, name, value, calls) => {
  expect(callsOf([deployment("web", { [name]: value })])).toEqual(calls);
});

it("reads the ConfigMaps that a workload uses, files in them too, and no others", () => {
  const file = "# cache.host=cart\norders.url = http://orders:80/api\n  kafka.brokers: kafka\nname: db\n";
  const map = object("ConfigMap", "settings", { data: { DB_HOST: "db", "app.properties": file } });
  const other = object("ConfigMap", "other", { data: { CART_HOST: "cart" } });
  expect(callsOf([deployment("web", {}, ["settings"]), map, other])).toEqual(["web db", "web orders", "web kafka"]);
});

it("names the workload behind a Service of another name, and when the configuration was read", () => {
  const pod = object("Pod", "orders-api-7d9c5f6b8-x2kfp", {
    metadata: {
      labels: { app: "orders" },
      ownerReferences: [{ kind: "ReplicaSet", name: "orders-api-7d9c5f6b8", controller: true }],
    },
    spec: { containers: [{ name: "api" }] },
    status: {},
  });
  const objects = [...SERVICES, deployment("web", { ORDERS_HOST: "orders" }), deployment("orders-api"), pod];
  const { edges } = topologyOfCluster(read(objects), NOW);
  expect(edges.filter(({ kind }) => kind === "calls")).toEqual([
    { from: "web", to: "orders-api", kind: "calls", seen: [{ by: "configuration in the cluster", atMs: NOW }] },
  ]);
});

it("takes a bounded number of calls from one workload, however many a ConfigMap names", () => {
  const many = Array.from({ length: 500 }, (_, at) => service(`part-${at}`));
  const text = many.map(({ metadata }) => `${String(metadata.name)}:80`).join(",");
  expect(callsOf([...many, deployment("web", { PARTS: text.slice(0, 4_000) })]).length).toBeLessThanOrEqual(100);
});
