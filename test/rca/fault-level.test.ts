import { describe, expect, it } from "vitest";
import type { CitedFinding, Finding } from "../../src/domain/finding.ts";
import type { Topology } from "../../src/domain/telemetry.ts";
import { levelOf } from "../../src/rca/fault-level.ts";
import { sharedByPeers, standsOut } from "../../src/rca/peers.ts";
import { rankCauses } from "../../src/rca/rank.ts";
import { aFinding, anIncident } from "../fakes.ts";

describe("peers", () => {
  it.each([
    [[5, 4, 0], 4],
    [[5, 0, 0], 0],
    [[5], 5],
    [[3, 2], 2],
    [[9, 8, 7, 0, 0, 0], 0],
  ])("%j share what two thirds of them reach: %d", (shown, shared) => {
    expect(sharedByPeers(shown)).toBe(shared);
  });

  it("have an outlier if exactly one shows more than three times the median of the others", () => {
    expect(
      standsOut(
        new Map([
          ["a", 9],
          ["b", 1],
          ["c", 2],
        ]),
      ),
    ).toBe("a");
    expect(
      standsOut(
        new Map([
          ["a", 4],
          ["b", 1],
          ["c", 2],
        ]),
      ),
    ).toBeNull();
    expect(
      standsOut(
        new Map([
          ["a", 9],
          ["b", 9],
          ["c", 1],
          ["d", 1],
          ["e", 1],
        ]),
      ),
    ).toBeNull();
    expect(standsOut(new Map([["a", 9]]))).toBeNull();
    expect(
      standsOut(
        new Map([
          ["a", 0],
          ["b", 0],
        ]),
      ),
    ).toBeNull();
  });
});

describe("the fault level", () => {
  const podsOf = new Map(["cart", "pay", "ship"].map((service) => [service, [0, 1, 2].map((n) => `${service}-${n}`)]));
  const hostOf = new Map([...podsOf.values()].flat().map((pod) => [pod, `node-${pod.at(-1) ?? ""}`]));
  const level = (shown: Record<string, number>) => levelOf("cart", podsOf, hostOf, (id) => shown[id] ?? 0);

  it("is the pod if one stands out, the service if most or none do", () => {
    expect(level({ "cart-0": 6 })).toMatchObject({ id: "cart-0", kind: "pod" });
    expect(level({ "cart-0": 6, "cart-1": 6, "cart-2": 5 })).toMatchObject({ id: "cart", kind: "service" });
    expect(level({ cart: 6 })).toMatchObject({ id: "cart", kind: "service" });
  });

  it("is the service if the pod that stands out shows only a fraction of the service's score", () => {
    expect(level({ cart: 6, "cart-0": 0.1 })).toMatchObject({ id: "cart", kind: "service" });
  });

  it("is the node if pods of three services stand out on it and it is abnormal itself", () => {
    const onNode = { "cart-1": 5, "pay-1": 5, "ship-1": 5 };
    expect(level({ ...onNode, "node-1": 1 })).toMatchObject({ id: "node-1", kind: "node" });
    expect(level(onNode)).toMatchObject({ id: "cart-1", kind: "pod" });
    expect(level({ "cart-1": 5, "pay-1": 5, "node-1": 1 })).toMatchObject({ id: "cart-1", kind: "pod" });
  });
});

describe("hypotheses", () => {
  const pods = ["orders-0", "orders-1", "orders-2"];
  const topology: Topology = {
    nodes: [
      { id: "web", kind: "service" },
      { id: "orders", kind: "service" },
      ...pods.map((id) => ({ id, kind: "pod" })),
    ],
    edges: [
      { from: "web", to: "orders", kind: "calls" },
      ...pods.map((from) => ({ from, to: "orders", kind: "member_of" })),
    ],
  };
  const seen = {
    metrics: {
      signal: "metric",
      kind: "metric.shift",
      strength: 200,
      facts: { family: "cpu", direction: "up", metric: "cpu" },
    },
    traces: { signal: "trace", kind: "trace.spectrum", strength: 0.9, facts: {} },
    alerts: { signal: "alert", kind: "alert.firing", strength: 9, facts: { family: "cpu", direction: "up" } },
    logs: { signal: "log", kind: "log.new-template", strength: 200, facts: {} },
    cluster: { signal: "cluster", kind: "cluster.restarting", strength: 5, facts: {} },
  } as const;
  const first = (signal: keyof typeof seen, ill: readonly string[], entities: string[] = []) => {
    const { facts, ...given } = seen[signal];
    const findings = ill.map((id, n): CitedFinding => ({
      ...aFinding({
        ...given,
        entity: { id, kind: "pod" },
        onsetMs: 1_000,
        evidence: { connector: "fake", query: "q", window: null, facts } as Finding["evidence"],
      }),
      id: `E${n}`,
    }));
    const incident = anIncident({ entry: "web", vocabulary: { entityKinds: [], entities, causes: [] } });
    return rankCauses({ incident, topology, findings, similar: [] }).hypotheses[0];
  };

  it.each(["metrics", "alerts", "logs", "cluster", "traces"] as const)(
    "name the only pod that is abnormal in %s, and the service if all its pods are",
    (signal) => {
      expect(first(signal, ["orders-1"])).toMatchObject({
        entity: { id: "orders-1", kind: "pod" },
        path: ["web", "orders", "orders-1"],
      });
      expect(first(signal, pods)?.entity).toEqual({ id: "orders", kind: "service" });
    },
  );

  it("name the node first if pods of three services stand out on it", () => {
    const services = ["cart", "pay", "ship"];
    const all = services.flatMap((service) =>
      [0, 1].map((n) => ({ pod: `${service}-${n}`, service, node: `node-${n}` })),
    );
    const incident = anIncident({
      vocabulary: {
        entityKinds: [],
        entities: [...services, "node-0", "node-1", ...all.map(({ pod }) => pod)],
        causes: [],
      },
    });
    const placed: Topology = {
      nodes: [
        ...services.map((id) => ({ id, kind: "service" })),
        ...all.map(({ pod }) => ({ id: pod, kind: "pod" })),
        { id: "node-0", kind: "node" },
        { id: "node-1", kind: "node" },
      ],
      edges: all.flatMap(({ pod, service, node }) => [
        { from: pod, to: service, kind: "member_of" },
        { from: pod, to: node, kind: "runs_on" },
      ]),
    };
    const alert = (id: string, kind: string, strength: number, n: number): CitedFinding => ({
      ...aFinding({
        signal: "alert",
        kind: "alert.firing",
        entity: { id, kind },
        strength,
        evidence: { connector: "fake", query: "q", window: null, facts: { family: "cpu" } },
      }),
      id: `E${n}`,
    });
    const findings = [
      ...services.map((service, n) => alert(`${service}-1`, "pod", 6 - n, n)),
      alert("node-1", "node", 3, 9),
    ];
    expect(rankCauses({ incident, topology: placed, findings, similar: [] }).hypotheses[0]?.entity.id).toBe("node-1");
    expect(
      rankCauses({ incident, topology: placed, findings: findings.slice(0, 3), similar: [] }).hypotheses[0]?.entity.id,
    ).toBe("cart-1");
  });

  it("use only names of a closed vocabulary", () => {
    expect(first("metrics", ["orders-1"], ["web", "orders"])?.entity).toEqual({ id: "orders", kind: "service" });
    expect(first("metrics", ["orders-1"], ["orders", ...pods])?.entity.id).toBe("orders-1");
    expect(first("metrics", pods, ["orders", ...pods])?.entity.id).toBe("orders");
  });
});
