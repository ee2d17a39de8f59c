import { expect, it } from "vitest";
import type { CitedFinding } from "../../src/domain/finding.ts";
import { CAUSES } from "../../src/rca/catalogue.ts";
import { evidenceMap } from "../../src/rca/evidence-map.ts";
import { matchCauses } from "../../src/rca/match-cause.ts";
import { aFinding, anIncident } from "../fakes.ts";

type Facts = CitedFinding["evidence"]["facts"];
const topology = {
  nodes: [
    ...["web", "orders", "kubelet-7"].map((id) => ({ id, kind: "service" })),
    { id: "host-1", kind: "host" },
    { id: "pay.example.com", kind: "external" },
  ],
  edges: [{ from: "web", to: "orders", kind: "calls" as const }],
};
const logged = (entity: string, exemplar: string, peer: string | null = null): CitedFinding => ({
  ...aFinding({ signal: "log", kind: "log.new-template", entity: { id: entity, kind: "service" }, strength: 20 }),
  peer,
  evidence: {
    connector: "fake",
    query: "all",
    window: null,
    template: exemplar,
    exemplar,
    facts: { countAfter: 40, expected: 0, severity: "error" },
  },
  id: `${entity} ${exemplar}`,
});
const shifted = (entity: string, kind: string, facts: Facts): CitedFinding => ({
  ...aFinding({ signal: "metric", kind: "metric.shift", entity: { id: entity, kind }, strength: 20 }),
  evidence: { connector: "fake", query: "all", window: null, facts },
  id: `${entity} ${JSON.stringify(facts)}`,
});
const causeOf = (suspect: string, ...findings: CitedFinding[]) =>
  matchCauses(CAUSES, suspect, evidenceMap(anIncident({}), topology, findings))[0]?.cause;

it("names the kill for want of memory, not that callers cannot reach the killed service", () => {
  const refused = logged("web", "dial tcp orders:8080: connect: connection refused", "orders");
  const killed = logged("kubelet-7", 'Memory cgroup out of memory: Killed process 81 (orders) pod="shop/orders"');
  expect(causeOf("orders", refused)).toBe("dependency_outage");
  expect(causeOf("orders", refused, killed)).toBe("memory_exhaustion");
});

it("names what kills a process, not that it restarts again and again", () => {
  const looping = logged("kubelet-7", 'Back-off restarting failed container app pod="shop/orders" CrashLoopBackOff');
  const killed = logged("kubelet-7", 'Memory cgroup out of memory: Killed process 81 (orders) pod="shop/orders"');
  const alert: CitedFinding = {
    ...aFinding({ signal: "alert", kind: "alert.firing", entity: { id: "orders", kind: "service" }, strength: 5 }),
    evidence: {
      connector: "fake",
      query: "all",
      window: null,
      facts: { name: "KubePodCrashLooping", family: "restart", means: "crash_loop" },
    },
    id: "alert",
  };
  expect(causeOf("orders", looping, alert)).toBe("crash_loop");
  expect(causeOf("orders", looping, alert, killed)).toBe("memory_exhaustion");
});

it("names lost packets of a host, whatever its platform calls hosts", () => {
  const lost = { family: "network", direction: "up", metric: "node_netstat_Tcp_RetransSegs tcp retrans" };
  expect(causeOf("host-1", shifted("host-1", "host", lost))).toBe("node_network_loss");
  expect(causeOf("orders", shifted("orders", "service", lost))).toBe("network_loss");
});

it("names the outage of a third party that fails its callers, and of what is no longer up", () => {
  const failing = { family: "error", direction: "up", of_calls: "yes" };
  expect(causeOf("pay.example.com", shifted("pay.example.com", "external", failing))).toBe("dependency_outage");
  expect(causeOf("orders", shifted("orders", "service", failing))).not.toBe("dependency_outage");
  expect(causeOf("orders", shifted("orders", "service", { family: "instance", direction: "down" }))).toBe(
    "dependency_outage",
  );
});

it("names no cause where only answered requests and calls to others fail", () => {
  expect(causeOf("web", logged("web", '"GET <*> HTTP/1.1" 500 error'))).toBeUndefined();
  expect(causeOf("web", logged("web", "error: orders answered badly", "orders"))).toBeUndefined();
  expect(causeOf("web", logged("web", "error: basket is empty"))).toBe("wrong_return");
});

it("takes no cause from what clients choose", () => {
  expect(
    causeOf("web", logged("web", 'rejected order, comment="no space left on the disk, certificate expired"')),
  ).not.toBe("certificate_expired");
  expect(causeOf("web", logged("web", "no space left on the disk of the certificate store"))).toBe("disk_full");
});

it("names the fault that an answering server states, not that callers cannot reach it", () => {
  const unavailable = logged("web", 'statement failed peer=orders reason="503 Service Unavailable"', "orders");
  const unreachable = logged("web", "dial tcp orders:8080: connect: connection refused", "orders");
  const locked = logged("orders", 'Lock wait timeout exceeded statement="UPDATE stock"');
  const silent = {
    ...shifted("orders", "service", {}),
    kind: "trace.silence" as const,
    signal: "trace" as const,
    id: "silent",
  };
  expect(causeOf("orders", unavailable, silent)).toBe("dependency_outage");
  expect(causeOf("orders", unavailable, silent, locked)).toBe("lock_contention");
  expect(causeOf("orders", unreachable, silent, locked)).toBe("dependency_outage");
});

const inCluster = (entity: string, means: string, kind: CitedFinding["kind"], strength: number): CitedFinding => ({
  ...aFinding({ signal: "cluster", kind, entity: { id: entity, kind: "service" }, strength }),
  evidence: { connector: "fake", query: "all", window: null, facts: { means } },
  id: `${entity} ${means}`,
});
const refused = logged("web", "dial tcp orders:8080: connect: connection refused", "orders");
const unreached: CitedFinding = {
  ...aFinding({ signal: "trace", kind: "trace.failed-call", entity: { id: "orders", kind: "service" }, strength: 0.1 }),
  peer: "web",
  id: "failed calls",
};

it.each([
  ["image_reference_wrong", "cluster.image-pull"],
  ["service_selector_wrong", "cluster.no-endpoints"],
  ["service_port_wrong", "cluster.no-endpoints"],
  ["scaled_to_zero", "cluster.not-ready"],
  ["unschedulable_selector", "cluster.unschedulable"],
  ["config_key_missing", "cluster.not-ready"],
  ["network_policy_denies", "cluster.unreachable"],
] as const)("names %s as the cluster states it, not that callers cannot reach the service", (cause, kind) => {
  expect(causeOf("orders", refused, unreached)).toBe("dependency_outage");
  expect(causeOf("orders", refused, unreached, inCluster("orders", cause, kind, 4))).toBe(cause);
  // of another service, or only a hint
  expect(causeOf("orders", refused, unreached, inCluster("web", cause, kind, 4))).toBe("dependency_outage");
});

it("names why a rollout is stuck, not that it is", () => {
  const stuck = inCluster("orders", "rollout_deadline_exceeded", "cluster.not-ready", 3);
  expect(causeOf("orders", refused, stuck)).toBe("rollout_deadline_exceeded");
  expect(causeOf("orders", refused, stuck, inCluster("orders", "claim_missing", "cluster.not-ready", 3))).toBe(
    "claim_missing",
  );
});
