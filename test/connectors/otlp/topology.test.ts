import { expect, it } from "vitest";
import { otlpSources } from "../../../src/connectors/otlp/sources.ts";
import { callEdge } from "../../../src/domain/service-graph.ts";
import { queryFor } from "../../../src/domain/query.ts";
import { sourcesOf } from "../../../src/telemetry/sources-of.ts";
import { spanForest } from "../../../src/traces/forest.ts";
import { topologyOfSpans } from "../../../src/traces/topology.ts";
import { attribute, message, nanos, openTestOtlp } from "./messages.ts";

const TRACE = "a".repeat(32);
const span = (id: string, parent: string | null, timeMs: number, more: object = {}) => ({
  traceId: TRACE,
  spanId: id.repeat(16),
  ...(parent === null ? {} : { parentSpanId: parent.repeat(16) }),
  name: "call",
  startTimeUnixNano: nanos(timeMs),
  endTimeUnixNano: nanos(timeMs + 1),
  ...more,
});
const of = (service: string, ...records: unknown[]) => ({ resource: { "service.name": service }, records });
const range = { startMs: 0, endMs: 60_000 };

async function open() {
  const { store, send } = await openTestOtlp();
  const client = (host: string, ...more: object[]) => ({
    kind: 3,
    attributes: [attribute("server.address", host), ...more],
  });
  await send(
    "trace",
    message("trace", [
      of("web", span("1", null, 1_000, { kind: 2 }), span("2", "1", 1_001, client("cart.shop.svc.cluster.local"))),
      of(
        "cart",
        span("3", "2", 1_002, { kind: 2 }),
        span("4", "3", 1_003, client("10.0.0.7", attribute("db.system", "mysql"))),
      ),
      of("cart", span("5", "3", 2_000, client("api.payments.example.com"))),
    ]),
    60_000,
  );
  await send(
    "metric",
    message("metric", [
      of("collector", {
        name: "traces_service_graph_request_total",
        sum: {
          isMonotonic: true,
          aggregationTemporality: 2,
          dataPoints: [
            {
              timeUnixNano: nanos(50_000),
              asInt: "7",
              attributes: [attribute("client", "web"), attribute("server", "search")],
            },
            {
              timeUnixNano: nanos(50_000),
              asInt: "7",
              attributes: [attribute("client", "user"), attribute("server", "web")],
            },
          ],
        },
      }),
    ]),
    60_000,
  );
  return otlpSources(
    store,
    () => 60_000,
    (spans, by) => topologyOfSpans(spanForest(spans), by),
  );
}

it("finds calls in spans and in service graph metrics, each with source and time", async () => {
  const [source] = sourcesOf(await open(), "topology");
  const answer = await source?.query(queryFor("topology", range));
  const edges = answer?.data.edges.map(({ from, to, seen }) => [from, to, seen?.[0]?.by, seen?.[0]?.atMs]);
  expect(edges?.toSorted()).toEqual([
    ["cart", "api.payments.example.com", "spans of otlp", 2_000],
    ["cart", "mysql", "spans of otlp", 1_003],
    ["web", "cart", "spans of otlp", 1_002],
    ["web", "search", "traces_service_graph_request_total of otlp", 50_000],
  ]);
  expect(answer?.data.nodes).toContainEqual({ id: "mysql", kind: "database" });
  expect(answer?.data.nodes).toContainEqual({ id: "api.payments.example.com", kind: "external" });
});

it("brings whole traces for a query about one of their services", async () => {
  const [source] = sourcesOf(await open(), "trace");
  const of = async (entities: string[]) => (await source?.query(queryFor("trace", range, { entities })))?.data.length;
  expect([await of(["cart"]), await of(["search"])]).toEqual([5, 0]);
});

it.each([
  [
    "Istio",
    { source_workload: "web-v1", source_canonical_service: "web", destination_service_name: "cart" },
    "web > cart",
  ],
  ["an unknown caller", { source_workload: "unknown", destination_service_name: "cart" }, null],
  ["a call to itself", { client: "web", server: "web" }, null],
  ["another metric", { method: "GET" }, null],
] as const)("reads the call that a series of %s counts", (_, labels, expected) => {
  const edge = callEdge(new Map(Object.entries(labels)), "test", 1);
  expect(edge === null ? null : `${edge.from} > ${edge.to}`).toBe(expected);
});
