import { describe, expect, it } from "vitest";
import type { CitedFinding } from "../../../src/domain/finding.ts";
import type { Topology } from "../../../src/domain/telemetry.ts";
import { evidenceMap } from "../../../src/rca/evidence-map.ts";
import { fuse } from "../../../src/rca/fuse.ts";
import { RANKERS } from "../../../src/rca/rankers.ts";
import { rankFailures } from "../../../src/rca/rankers/failures.ts";
import { rankGoldenSignals } from "../../../src/rca/rankers/golden-signals.ts";
import { rankHosts } from "../../../src/rca/rankers/hosts.ts";
import { rankLogTemplates } from "../../../src/rca/rankers/logs.ts";
import { aFinding, anIncident } from "../../fakes.ts";

type Facts = CitedFinding["evidence"]["facts"];
type Given = Pick<CitedFinding, "signal" | "kind"> & { entity: string; strength?: number; entityKind?: string };

const found = (
  { signal, kind, entity, strength = 20, entityKind = "service" }: Given,
  facts: Facts,
  exemplar?: string,
) => ({
  ...aFinding({ signal, kind, entity: { id: entity, kind: entityKind }, strength }),
  evidence: { connector: "fake", query: "all", window: null, facts, ...(exemplar === undefined ? {} : { exemplar }) },
  id: `${entity} ${kind} ${exemplar ?? JSON.stringify(facts)}`,
});
const logged = (entity: string, exemplar: string, facts: Facts = {}): CitedFinding =>
  found(
    { signal: "log", kind: "log.new-template", entity },
    { countAfter: 40, expected: 0, severity: "error", ...facts },
    exemplar,
  );
const shifted = (entity: string, family: string, facts: Facts = {}, entityKind = "service"): CitedFinding =>
  found(
    { signal: "metric", kind: "metric.shift", entity, entityKind },
    {
      family,
      direction: "up",
      before: 1,
      after: 9,
      ...facts,
    },
  );
const alarmed = (entity: string, family: string): CitedFinding =>
  found({ signal: "alert", kind: "alert.firing", entity }, { family, name: `${family} high` });

const calls = (from: string, to: string) => ({ from, to, kind: "calls" as const });
const topology: Topology = {
  nodes: [
    ...["edge", "web", "relay", "orders", "stock", "orders-db", "idp-auth", "coredns"].map((id) => ({
      id,
      kind: "service",
    })),
    ...["host-1", "host-2", "host-3"].map((id) => ({ id, kind: "host" })),
    { id: "pay.example.com", kind: "external" },
  ],
  edges: [
    calls("edge", "web"),
    calls("web", "relay"),
    calls("relay", "orders"),
    calls("web", "stock"),
    calls("web", "idp-auth"),
    calls("stock", "idp-auth"),
    calls("orders", "stock"),
    calls("orders", "orders-db"),
  ],
};
const mapOf = (findings: CitedFinding[], observed: string[] = [], graph: Topology = topology) =>
  evidenceMap(anIncident({ entry: "edge" }), graph, findings, {
    baselineCoverage: new Map(observed.map((id) => [id, ["errors", "latency"]])),
  });
const order = (scores: ReadonlyMap<string, { score: number }>): string[] =>
  [...scores].toSorted(([, a], [, b]) => b.score - a.score).map(([id]) => id);

describe("blame by failure messages", () => {
  const poolEmpty = logged("orders", "HikariPool-1 - Connection is not available, request timed out after 5000ms");

  it("goes to the database that states a full disk, not to the service that waits for it", () => {
    const full = logged("orders-db", "could not extend file: No space left on device");
    expect(order(rankFailures(mapOf([poolEmpty, full])))[0]).toBe("orders-db");
    expect(order(rankFailures(mapOf([poolEmpty])))[0]).toBe("orders");
  });
  it("stays with a drained pool if the database only states that it has no more slots", () => {
    const full = logged("orders-db", "FATAL: sorry, too many clients already");
    expect(rankFailures(mapOf([poolEmpty, full])).get("orders")?.score).toBeGreaterThan(1);
  });
  it("passes through a relay without telemetry to the failing service behind it", () => {
    const refused = logged("web", "dial tcp relay:8080: connect: connection refused");
    const behind = logged("orders", "could not read the price list");
    expect(order(rankFailures(mapOf([refused, behind])))[0]).toBe("orders");
    expect(order(rankFailures(mapOf([refused])))[0]).toBe("relay");
  });
  it("is halved for a callee that was compared with its baseline and is normal", () => {
    const timedOut = logged("orders", "call to stock failed: dial tcp stock:80: i/o timeout");
    const [doubted, blamed] = [mapOf([timedOut], ["stock"]), mapOf([timedOut])].map(rankFailures);
    expect(doubted?.get("stock")?.score).toBeCloseTo((blamed?.get("stock")?.score ?? 0) / 2);
    expect(doubted?.get("orders")?.score).toBeGreaterThan(0);
  });
  it("goes to the one host whose packets get lost, where nothing says what runs on it", () => {
    const unplaced = { ...topology, edges: [] };
    const lost = ["web", "orders", "stock"].map((id) => logged(id, `query to ${id}-db failed: i/o timeout`));
    const retransmits = shifted("host-1", "network", { name: "retransmits" }, "host");
    expect(order(rankFailures(mapOf([...lost, retransmits], [], unplaced)))[0]).toBe("host-1");
    expect(order(rankFailures(mapOf([...lost.slice(1), retransmits], [], unplaced)))).not.toContain("host-1");
  });
  it("goes to the name server if several programs cannot resolve names, even unnamed ones", () => {
    const lookups = ["web", "orders"].map((id) => logged(id, "SocketException (11001): No such host is known."));
    expect(order(rankFailures(mapOf(lookups)))[0]).toBe("coredns");
  });
  it("goes to the issuer of tokens that are not yet valid", () => {
    const early = ["web", "stock"].map((id) => logged(id, "ImmatureSignatureError: The token is not yet valid (nbf)"));
    expect(order(rankFailures(mapOf(early)))[0]).toBe("idp-auth");
  });
  it("goes to the node that a controller names, known or not", () => {
    const line = '"Node is NotReady as of now. Adding it to the Taint queue" node="pool-1-x7f2"';
    const map = mapOf([logged("kube-controller-manager", line)]);
    expect(order(rankFailures(map))[0]).toBe("pool-1-x7f2");
    expect(map.candidates.get("pool-1-x7f2")).toBe("node");
  });
  it("counts a failed call that came once for less than a fault that came once", () => {
    const once = { countAfter: 1 };
    const scoreOf = (finding: CitedFinding) =>
      rankFailures(mapOf([finding]))
        .values()
        .next().value?.score ?? 0;
    const refused = scoreOf(logged("web", "dial tcp stock:80: connect: connection refused", once));
    expect(refused).toBeLessThan(scoreOf(logged("orders-db", "No space left on device", once)) / 2);
  });
});

describe("who explains a shift", () => {
  it("is an unmeasured callee with an alert of the same kind, also behind a relay", () => {
    const score = (findings: CitedFinding[]) =>
      rankGoldenSignals(mapOf(findings, ["web", "stock"])).get("web")?.score ?? 0;
    const failing = shifted("web", "error");
    expect(score([failing, alarmed("orders", "error")])).toBeLessThan(score([failing]) / 10);
    expect(score([failing, alarmed("orders", "latency")])).toBe(score([failing]));
  });
  it("is a third party whose callers measure failing calls to it", () => {
    const ofCalls = { of_calls: "yes" };
    const map = mapOf([shifted("pay.example.com", "error", ofCalls, "external")]);
    expect(order(rankGoldenSignals(map))).toEqual(["pay.example.com"]);
    expect(order(rankGoldenSignals(mapOf([shifted("orders", "error", ofCalls)])))).toEqual([]);
  });
  it("is anything but the entry where no calls are known", () => {
    const unlinked = { ...topology, edges: [] };
    const slow = ["edge", "orders"].map((id) => shifted(id, "latency"));
    expect(order(rankGoldenSignals(mapOf(slow, [], unlinked)))[0]).toBe("orders");
  });
  it("is the unobserved end that the slow service blames, unless that service was just changed", () => {
    const atMs = Date.parse("2026-03-01T10:00:00Z");
    const slow = { ...shifted("orders", "latency"), onsetMs: atMs };
    const late = {
      ...logged("orders", 'Get "https://pay.example.com/v1/charge": context deadline exceeded'),
      onsetMs: atMs,
    };
    const change = {
      ...found({ signal: "change", kind: "change.config", entity: "orders" }, {}),
      onsetMs: atMs - 1000,
    };
    const votesFor = (id: string, findings: CitedFinding[]) =>
      fuse(mapOf(findings, ["orders", "web"]), RANKERS).find((suspect) => suspect.id === id)?.votes["golden signals"] ??
      0;
    expect(votesFor("pay.example.com", [slow, late])).toBeGreaterThan(votesFor("orders", [slow, late]));
    expect(votesFor("pay.example.com", [slow, late, change])).toBe(0);
  });
});

describe("hosts", () => {
  const placed: Topology = {
    ...topology,
    edges: [...topology.edges, { from: "orders", to: "host-1", kind: "runs_on" as const }],
  };

  it("are no mention of another entity in the lines of what runs on them", () => {
    const line = { ...logged("orders", "retry"), peer: "host-1" };
    expect(order(rankLogTemplates(mapOf([line], [], placed)))).toEqual(["orders"]);
    expect(order(rankLogTemplates(mapOf([line])))).toContain("host-1");
  });
  it("are not broken because they send less", () => {
    expect(order(rankHosts(mapOf([shifted("host-1", "network", { direction: "down" }, "host")])))).toEqual([]);
    expect(order(rankHosts(mapOf([shifted("host-1", "network", {}, "host")])))).toEqual(["host-1"]);
  });
});

it("counts what instances `name@host` show for their service, if it is known by itself", () => {
  const { candidateOf } = mapOf([shifted("orders@host-1", "latency"), shifted("cron@host-2", "latency")]);
  expect([candidateOf("orders@host-1"), candidateOf("cron@host-2")]).toEqual(["orders", "cron@host-2"]);
});
