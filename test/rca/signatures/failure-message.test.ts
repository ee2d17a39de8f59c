import { describe, expect, it } from "vitest";
import type { CitedFinding } from "../../../src/domain/finding.ts";
import type { Topology } from "../../../src/domain/telemetry.ts";
import { CAUSES } from "../../../src/rca/catalogue.ts";
import { evidenceMap } from "../../../src/rca/evidence-map.ts";
import { evidenceAgainst } from "../../../src/rca/accounts-for.ts";
import { matchCauses } from "../../../src/rca/match-cause.ts";
import { rankCauses } from "../../../src/rca/rank.ts";
import { rankFailures } from "../../../src/rca/rankers/failures.ts";
import { aFinding, anIncident } from "../../fakes.ts";

const logged = (entity: string, exemplar: string, facts: CitedFinding["evidence"]["facts"] = {}): CitedFinding => ({
  ...aFinding({ signal: "log", kind: "log.new-template", entity: { id: entity, kind: "service" }, strength: 20 }),
  summary: `${entity} logs something new`,
  evidence: {
    connector: "fake",
    query: "all",
    window: null,
    exemplar,
    facts: { countAfter: 40, expected: 0, severity: "error", ...facts },
  },
  id: `${entity}: ${exemplar}`,
});
const calls = (from: string, to: string) => ({ from, to, kind: "calls" as const });
const topology: Topology = {
  nodes: ["web", "orders", "billing", "orders-db", "redis-main", "app@host7"].map((id) => ({ id, kind: "service" })),
  edges: [
    calls("web", "orders"),
    calls("web", "billing"),
    calls("orders", "orders-db"),
    calls("orders", "redis-main"),
    calls("billing", "orders-db"),
  ],
};
const mapOf = (...findings: CitedFinding[]) => evidenceMap(anIncident({}), topology, findings);
const blamedBy = (...findings: CitedFinding[]) => mapOf(...findings).failures.map(({ blamed }) => blamed);
const ranked = (...findings: CitedFinding[]): string[] =>
  [...rankFailures(mapOf(...findings))].toSorted(([, a], [, b]) => b.score - a.score).map(([id]) => id);
const causeOf = (suspect: string, ...findings: CitedFinding[]) =>
  matchCauses(CAUSES, suspect, mapOf(...findings))[0]?.cause;

describe("whom a message blames", () => {
  it("is the writer, if it states a fault of its own", () => {
    expect(blamedBy(logged("orders-db", "ERROR: could not extend file: No space left on device"))).toEqual([
      "orders-db",
    ]);
  });
  it("is the named end, by name, by name inside the cluster and by the host of a process", () => {
    expect(blamedBy(logged("web", "dial tcp orders:8080: connect: connection refused"))).toEqual(["orders"]);
    expect(blamedBy(logged("web", "getaddrinfo ENOTFOUND orders.shop.svc.cluster.local"))).toEqual(["orders"]);
    expect(blamedBy(logged("web", "connect ECONNREFUSED host7:8080"))).toEqual(["app@host7"]);
  });
  it("is the callee that runs the technology, if only an address is named", () => {
    expect(blamedBy(logged("orders", "dial tcp 10.0.0.4:6379: connect: connection refused"))).toEqual(["redis-main"]);
  });
  it("is the named host of a URL, not a service that has the same name as a part of its path", () => {
    const failed = (url: string): CitedFinding => ({
      ...logged("web", `SSLError: HTTPSConnectionPool(${url}: certificate verify failed: certificate has expired`),
      peer: "orders",
    });
    const host = "host='shop.example', port=443): Max retries exceeded with url";
    expect(blamedBy(failed(`${host}: /api/orders (Caused by`))).toEqual(["shop.example"]);
    expect(blamedBy(failed(`${host}: /api/cart of orders (Caused by`))).toEqual(["orders"]);
  });
  it("is the pod, the unit or the process that an agent reports about", () => {
    const backOff =
      '"Error syncing pod, skipping" err="CrashLoopBackOff: back-off 40s" pod="prod/orders-66f7c8d9b-q9z2d"';
    expect(blamedBy(logged("kubelet", backOff))).toEqual(["orders"]);
    expect(blamedBy(logged("node-3", "Out of memory: Killed process 812 (billing) total-vm:1kB"))).toEqual(["billing"]);
    expect(blamedBy(logged("node-3", 'OOMKilled: container=orders-db, pod="x"'))).toEqual(["orders-db"]);
    expect(blamedBy(logged("node-3", "Out of memory: Killed process 812 (java) total-vm:1kB"))).toEqual(["node-3"]);
    expect(blamedBy(logged("orders", 'OOMKilled pod="prod/orders-66f7c8d9b-q9z2d"'))).toEqual(["orders"]);
  });
  it("is the service of the pod that an agent reports about, if another of its pods ended too", () => {
    const pods = ["orders-66f7c8d9b-q9z2d", "orders-66f7c8d9b-x7kwm"];
    const withPods: Topology = {
      nodes: [...topology.nodes, ...pods.map((id) => ({ id, kind: "pod" }))],
      edges: [...topology.edges, ...pods.map((from) => ({ from, to: "orders", kind: "member_of" as const }))],
    };
    const backOff = logged("kubelet", `"Error syncing pod" err="CrashLoopBackOff" pod="prod/${pods[0]}"`);
    const restarted = (pod = "", family = "restart"): CitedFinding => ({
      ...aFinding({ signal: "metric", kind: "metric.shift", entity: { id: pod, kind: "pod" } }),
      evidence: { connector: "fake", query: "all", window: null, facts: { family } },
      id: `${pod} ${family}`,
    });
    const blamed = (...findings: CitedFinding[]) =>
      evidenceMap(anIncident({}), withPods, [backOff, ...findings], { instances: true }).failures[0]?.blamed;
    expect(blamed(restarted(pods[0]))).toBe(pods[0]);
    expect(blamed(restarted(pods[0]), restarted(pods[1], "cpu"))).toBe(pods[0]);
    expect(blamed(restarted(pods[0]), restarted(pods[1]))).toBe("orders");
  });
  it("is, for calls lost on the way to a bare address, in part the oddest host of the writer and its callees", () => {
    const on = (instance: string, host: string) => ({ from: instance, to: host, kind: "runs_on" as const });
    const nodes = [...topology.nodes, ...["n1", "n2", "n3"].map((id) => ({ id, kind: "node" }))];
    const hosts = [on("web", "n1"), on("orders", "n2"), on("billing", "n3")];
    const strain = (host: string, strength: number): CitedFinding => ({
      ...aFinding({ signal: "metric", kind: "metric.shift", entity: { id: host, kind: "node" }, strength }),
      evidence: { connector: "fake", query: "all", window: null, facts: { family: "network", direction: "up" } },
      id: host,
    });
    const scoresOf = (message: string) => {
      const findings = [strain("n1", 6), strain("n2", 5000), logged("web", message)];
      const map = evidenceMap(anIncident({}), { nodes, edges: [...topology.edges, ...hosts] }, findings);
      return [...rankFailures(map).keys()];
    };
    expect(scoresOf("dial tcp 10.7.7.14:9300: i/o timeout")).toContain("n2");
    expect(scoresOf("dial tcp 10.7.7.14:9300: i/o timeout")).not.toContain("n1");
    expect(scoresOf("dial tcp 10.7.7.14:9300: connect: connection refused")).not.toContain("n2");
  });
  it("is the only pod that the agent of the same host names at once, if the kernel names a process only", () => {
    const at = (finding: CitedFinding, onsetMs: number): CitedFinding => ({ ...finding, onsetMs });
    const killed = at(logged("node-3", "Memory cgroup out of memory: Killed process 812 (java)"), 1_000_000);
    const backOff = at(
      logged("node-3", 'Back-off restarting failed container pod="prod/orders-66f7c8d9b-q9z2d"'),
      1_004_000,
    );
    const other = at(logged("node-3", 'CrashLoopBackOff pod="prod/billing-66f7c8d9b-q9z2d"'), 1_004_000);
    expect(blamedBy(killed, backOff)).toEqual(["orders", "orders"]);
    expect(blamedBy(killed, backOff, other)).toEqual(["node-3", "orders", "billing"]);
  });
  it("is an end without telemetry, which becomes a candidate of its own", () => {
    const map = mapOf(
      logged("orders", "503 Server Error: Service Unavailable for url: https://api.pay.example/v1/charge"),
      logged("billing", "(2003, \"Can't connect to MySQL server on 'ledger-db' (111)\")"),
    );
    expect([map.candidates.get("api.pay.example"), map.candidates.get("ledger-db")]).toEqual(["external", "database"]);
  });
  it("is the server below that states the fault, if callers pass its words on", () => {
    const relayed = "org.postgresql.util.PSQLException: ERROR: could not extend file: No space left on device";
    const stated = logged("orders-db", "ERROR: could not extend file: No space left on device");
    expect(blamedBy(logged("orders", relayed), logged("web", "upstream: no space left on device"), stated)).toEqual([
      "orders-db",
      "orders-db",
      "orders-db",
    ]);
  });
  it("is the database, if a driver passes its words on and the database logs nothing", () => {
    expect(
      blamedBy(logged("billing", "psycopg2.errors.DiskFull: could not extend file: No space left on device")),
    ).toEqual(["orders-db"]);
  });
  it.each([
    `order failed: RuntimeError('orders answered 500: [Errno 28] No space left on device')`,
    "feign.FeignException: [500 Internal Server Error] during [POST] to [http://orders/v1] [Orders#add()]: [No space left on device]",
    "500 Server Error for url: http://orders:8080/v1: No space left on device",
  ])("is the callee whose answer the writer quotes: %s", (line) => {
    expect(blamedBy(logged("web", line))).toEqual(["orders"]);
  });
  it("is the writer, if what it quotes is no failing answer of a callee", () => {
    expect(blamedBy(logged("web", "orders answered 200, then: No space left on device"))).toEqual(["web"]);
    expect(blamedBy(logged("orders", "web answered 500: No space left on device"))).toEqual(["orders"]);
  });
  it("is the writer, if it alone cannot resolve a name that nobody knows", () => {
    const lookup = "getaddrinfo ENOTFOUND stock-db.shop.svc.cluster.local";
    expect(blamedBy(logged("orders", lookup))).toEqual(["orders"]);
    expect(blamedBy(logged("orders", lookup), logged("billing", lookup))).toEqual(["stock-db", "stock-db"]);
  });
  it("is nobody for clients that leave", () => {
    expect(blamedBy(logged("web", "write: broken pipe"))).toEqual([]);
  });
});

describe("the ranking by messages", () => {
  it("passes blame on from a service that blames its own callee", () => {
    expect(
      ranked(
        logged("web", "500 Server Error: Internal Server Error for url: http://orders:8080/v1"),
        logged("orders", "503 Server Error: Service Unavailable for url: https://api.pay.example/v1"),
      ),
    ).toEqual(["api.pay.example", "orders"]);
  });
  it("does not take a writer's own exception for the place of the fault", () => {
    expect(ranked(logged("web", "java.lang.NullPointerException: order is null"))).toEqual([]);
  });
  it("counts a message less that came once, or that came before as well", () => {
    const weightOf = (facts: CitedFinding["evidence"]["facts"]) =>
      mapOf(logged("orders", "Too many open files", facts)).failures[0]?.weight ?? 0;
    expect(weightOf({ countAfter: 1 })).toBeLessThan(weightOf({ countAfter: 3 }) / 2);
    expect(weightOf({ countAfter: 40, expected: 30 })).toBeLessThan(weightOf({ countAfter: 40 }) / 2);
  });
  it("takes the instances of one service for one witness", () => {
    const refused = "Error 111 connecting to redis-main:6379. Connection refused.";
    const scoreOf = (...writers: string[]) =>
      rankFailures(mapOf(...writers.map((id) => logged(id, refused)))).get("redis-main")?.score;
    expect(scoreOf("cart-6f9d8b7c5-x2x4z", "cart-6f9d8b7c5-q8w7e")).toBe(scoreOf("cart-6f9d8b7c5-x2x4z"));
    expect(scoreOf("orders", "billing")).toBe(2 * Number(scoreOf("orders")));
  });
  it("ends at the first of two services that blame each other", () => {
    expect(
      ranked(
        logged("orders", "dial tcp billing:80: connect: connection refused"),
        logged("billing", "dial tcp orders:80: connect: connection refused"),
      ).toSorted(),
    ).toEqual(["billing", "orders"]);
  });
});

describe("the cause", () => {
  const full = logged("orders-db", "ERROR: could not extend file: No space left on device");
  it.each([
    ["orders-db", "disk_full", full],
    ["orders", "memory_exhaustion", logged("orders", "java.lang.OutOfMemoryError: Java heap space")],
    ["orders", "certificate_expired", logged("web", 'Get "https://orders/v1": x509: certificate has expired')],
    [
      "redis-main",
      "dependency_outage",
      logged("orders", "Error 111 connecting to redis-main:6379. Connection refused."),
    ],
    ["orders", "bad_config", logged("orders", "Environment variable DATABASE_URL is not set")],
    ["orders", "consumer_stuck", logged("orders", "consumer poll timeout has expired")],
  ])("of %s is %s", (suspect, cause, finding) => {
    expect(causeOf(suspect, finding)).toBe(cause);
  });
  it("outweighs a change before it", () => {
    const change = { ...full, ...aFinding({ signal: "change", kind: "change.deploy" }), id: "C", entity: full.entity };
    expect(causeOf("orders-db", change, full)).toBe("disk_full");
  });
  it("is never argued against by its own message, wherever it is logged", () => {
    const elsewhere = logged("mailer", "connect ECONNREFUSED orders-db:5432");
    const suspect = { id: "orders-db", score: 1, votes: {}, strengths: {}, findings: [full] };
    expect(evidenceAgainst(suspect, mapOf(full, elsewhere))).toEqual([]);
  });
});

describe("forged messages", () => {
  const verdictOf = (...findings: CitedFinding[]) =>
    rankCauses({ incident: anIncident({ entry: "web" }), findings, topology, similar: [] }).verdict;
  it("do not name a root cause alone, if they came once", () => {
    const once = logged("orders", "kernel: Out of memory: Killed process 1 (java)", { countAfter: 1 });
    expect(verdictOf({ ...once, strength: 2 })).not.toBe("root_cause");
  });
  const bare = { header: "none" };
  it("weigh less in a line without a header, beside a fault that another component states in a line with one", () => {
    const forged = logged("orders", "FATAL: could not extend file: No space left on device", {
      ...bare,
      countAfter: 900,
    });
    const real = logged("billing", "java.lang.OutOfMemoryError: Java heap space");
    expect(ranked(forged, real)[0]).toBe("billing");
  });
  it.each([
    ["a panic, whose callers only fail to reach it", "panic: runtime error: out of memory", "connection refused"],
    ["a JVM out of memory", "java.lang.OutOfMemoryError: Java heap space", "dial tcp orders:8080: i/o timeout"],
    ["a message of a database", "FATAL:  could not write: No space left on device", "no such thing"],
  ])("are not told from %s, which counts in full", (_, message, ofCaller) => {
    const weights = (facts: typeof bare | Record<string, never>) =>
      mapOf(logged("orders", message, facts), logged("web", ofCaller)).failures.map(({ weight }) => weight);
    expect(weights(bare)).toEqual(weights({}));
    expect(weights(bare)[0]).toBeGreaterThan(0);
  });
  it("say nothing inside what clients choose, however often they come", () => {
    const lines = [
      'level=warn msg="bad search" q="No space left on device"',
      '10.0.0.1 - - [01/Mar/2026:10:00:00 +0000] "GET /No%20space HTTP/1.1" 404 1 "-" "No space left on device"',
      '{"level":"error","msg":"bad form","comment":"java.lang.OutOfMemoryError: Java heap space"}',
    ];
    expect(blamedBy(...lines.map((line) => logged("orders", line)))).toEqual([]);
  });
});

describe("failures that have more in common than one end", () => {
  const blameOf = (topologyOf: Topology, observed: string[], ...findings: CitedFinding[]) => {
    const baselineCoverage = new Map(observed.map((id) => [id, ["errors", "latency"]]));
    const map = evidenceMap(anIncident({}), topologyOf, findings, { baselineCoverage });
    return [...rankFailures(map)].toSorted(([, a], [, b]) => b.score - a.score).map(([id]) => id);
  };
  const refused = (from: string) => logged(from, "dial tcp orders-db:5432: connect: connection refused");

  it("blames the only caller that complains, if the other callers are well", () => {
    const star: Topology = {
      nodes: ["orders-db", "a", "b", "c", "d"].map((id) => ({ id, kind: "service" })),
      edges: ["a", "b", "c", "d"].map((id) => calls(id, "orders-db")),
    };
    expect(blameOf(star, ["a", "b", "c", "d"], refused("a"))[0]).toBe("a");
    expect(blameOf(star, ["a", "b", "c", "d"], refused("a"), refused("b"), refused("c"))[0]).toBe("orders-db");
    expect(blameOf(star, [], refused("a"))[0]).toBe("orders-db"); // nobody observes the others
  });
  it("blames the DNS server if several programs cannot resolve several names", () => {
    const withDns: Topology = { ...topology, nodes: [...topology.nodes, { id: "coredns", kind: "service" }] };
    const lookups = [
      logged("orders", "getaddrinfo ENOTFOUND redis-main"),
      logged("web", "dial tcp: lookup billing: no such host"),
    ];
    expect(blameOf(withDns, [], ...lookups)[0]).toBe("coredns");
    expect(blameOf(topology, [], ...lookups)).not.toContain("coredns");
    expect(blameOf(withDns, [], logged("orders", "getaddrinfo ENOTFOUND redis-main"))[0]).toBe("redis-main");
  });
  it("blames a host that is unlike its peers for calls that get lost there, not for refused ones", () => {
    const hosts = ["host-1", "host-2", "host-3"];
    const placed: Topology = {
      nodes: [...topology.nodes, ...hosts.map((id) => ({ id, kind: "host" }))],
      edges: [
        ...topology.edges,
        ...["orders", "orders-db"].map((from) => ({ from, to: "host-1", kind: "runs_on" as const })),
        { from: "billing", to: "host-2", kind: "runs_on" },
      ],
    };
    const lossy: CitedFinding = {
      ...aFinding({ signal: "metric", kind: "metric.shift", entity: { id: "host-1", kind: "host" }, strength: 40 }),
      evidence: { connector: "fake", query: "all", window: null, facts: { family: "network" } },
      id: "retransmits",
    };
    const timedOut = logged("billing", "dial tcp orders-db:5432: i/o timeout");
    expect(blameOf(placed, [], timedOut, lossy)[0]).toBe("host-1");
    expect(blameOf(placed, [], refused("billing"), lossy)[0]).toBe("orders-db");
    expect(blameOf(placed, [], timedOut)[0]).toBe("orders-db");
  });
});

it("reads the words of a cause in a metric's name, however it is written", () => {
  const shifted = (metric: string): CitedFinding => ({
    ...aFinding({ signal: "metric", kind: "metric.shift", entity: { id: "orders", kind: "service" }, strength: 50 }),
    evidence: { connector: "fake", query: "all", window: null, facts: { metric, family: "other", direction: "up" } },
    id: metric,
  });
  expect(causeOf("orders", shifted("node_network_receive_errs_total"))).toBe("network_loss");
  expect(causeOf("orders", shifted("Tcp_RetransSegs"))).toBe("network_loss");
  expect(causeOf("orders", shifted("process_open_fds"))).toBe(causeOf("orders", shifted("open fds")));
  expect(causeOf("orders", shifted("node_network_receive_bytes_total"))).not.toBe("network_loss");
});
