import { expect, it } from "vitest";
import type { CitedFinding } from "../../src/domain/finding.ts";
import type { Topology } from "../../src/domain/telemetry.ts";
import { callsInMessages } from "../../src/rca/message-calls.ts";
import { aFinding, anIncident } from "../fakes.ts";

const ONSET_MS = Date.UTC(2026, 2, 1, 10);
const logged = (entity: string, exemplar: string, facts: Record<string, string | number> = {}): CitedFinding => ({
  ...aFinding({ signal: "log", kind: "log.new-template", entity: { id: entity, kind: "service" }, strength: 20 }),
  onsetMs: ONSET_MS,
  evidence: {
    connector: "fake",
    query: "all",
    window: null,
    exemplar,
    facts: { countAfter: 40, expected: 0, severity: "error", ...facts },
  },
  id: `${entity}: ${exemplar}`,
});
const NAMES = ["web", "payments", "orders", "orders-db", "cache", "broker"];
const topology: Topology = {
  nodes: NAMES.map((id) => ({ id, kind: "service" })),
  edges: [{ from: "web", to: "payments", kind: "calls" }],
};
const incident = anIncident({ entry: "web" });
const callsOf = (lines: readonly CitedFinding[], addresses?: Record<string, string>): string[] =>
  callsInMessages(incident, topology, lines, addresses).map(({ from, to }) => `${from} ${to}`);

it.each([
  ["dial tcp: connect to orders:8080: connection refused", ["payments orders"]],
  ["Connection refused: orders:8080", ["payments orders"]],
  [
    'upstream connect error or disconnect, connection refused, upstream: "http://orders:8080/list"',
    ["payments orders"],
  ],
  ["org.postgresql.util.PSQLException: Connection to orders-db:5432 refused.", ["payments orders-db"]],
  ["Unable to connect to jdbc:postgresql://orders-db:5432/shop: Connection refused", ["payments orders-db"]],
  ["redis.exceptions.ConnectionError: Error 111 connecting to cache:6379. Connection refused.", ["payments cache"]],
  ["AMQP connection to amqp://user:x@broker:5672 failed: connection refused", ["payments broker"]],
  ["MongoNetworkError: connect ECONNREFUSED orders-db:27017", ["payments orders-db"]],
  ["dial tcp: lookup orders.shop.svc.cluster.local: no such host", ["payments orders"]],
  ["dial tcp 10.0.0.3:5432: connect: connection refused", ["payments orders-db"]],
  ["dial tcp 10.0.0.9:5432: connect: connection refused", []],
  ["Connection refused: nobody:8080", []],
  ["Connection refused: constructor:8080", []],
  ["dial tcp: connect to __proto__:8080: connection refused", []],
  ["dial tcp: connect to toString:8080: connection refused", []],
  ["Connection refused: payments:8080", []],
  ["Connection refused: web:8080", []],
  ["connect to 127.0.0.1:8080: connection refused", []],
  ["orders were counted", []],
])("reads the callee of %s", (line, calls) => {
  expect(callsOf([logged("payments", line)], { "10.0.0.3": "orders-db" })).toEqual(calls);
});

it("says where and when the call was seen", () => {
  const [edge] = callsInMessages(incident, topology, [logged("payments", "Connection refused: orders:8080")]);
  expect(edge).toEqual({
    from: "payments",
    to: "orders",
    kind: "calls",
    seen: [{ by: "errors in logs", atMs: ONSET_MS }],
  });
});

it("believes no single line, no line of the level info, and few calls of one writer", () => {
  const line = "Connection refused: orders:8080";
  expect(callsOf([logged("payments", line, { countAfter: 1 })])).toEqual([]);
  expect(callsOf([logged("payments", line, { severity: "info" })])).toEqual([]);
  const forged = NAMES.map((name) => logged("payments", `Connection refused: ${name}:8080`));
  expect(callsOf(forged)).toHaveLength(3);
});

it("adds nothing where a call is known in either direction", () => {
  expect(callsOf([logged("web", "Connection refused: payments:8080")])).toEqual([]);
  expect(callsOf([logged("payments", "Connection refused: web:8080")])).toEqual([]);
});
