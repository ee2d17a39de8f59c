import { describe, expect, it } from "vitest";
import { predictCase } from "../../src/bench/predict/predict.ts";
import { createLog } from "../../src/compose/log.ts";
import type { CitedFinding, Finding } from "../../src/domain/finding.ts";
import type { Topology } from "../../src/domain/telemetry.ts";
import { rankCauses } from "../../src/rca/rank.ts";
import { madeSystem } from "../../src/bench/made-system.ts";
import { aFinding, anIncident } from "../fakes.ts";
import { HANG_MS } from "../hang.ts";

const calls = (...pairs: (readonly [string, string])[]): Topology => ({
  nodes: [...new Set(pairs.flat())].map((id) => ({ id, kind: "service" })),
  edges: pairs.map(([from, to]) => ({ from, to, kind: "calls" })),
});
const about = (
  entity: string,
  kind: Finding["kind"],
  strength: number,
  facts: Finding["evidence"]["facts"] = {},
  more: Partial<Finding> = {},
): Finding =>
  aFinding({
    signal: kind.split(".")[0] as Finding["signal"],
    kind,
    strength,
    entity: { id: entity, kind: "service" },
    onsetMs: 590_000,
    summary: `${entity} ${kind}`,
    evidence: { connector: "fake", query: "q", window: null, facts },
    ...more,
  });
const blamed = (findings: Finding[], topology: Topology) => {
  const incident = anIncident({ entry: "web", alarmAtMs: 600_000 });
  const ranking = rankCauses({
    incident,
    topology,
    similar: [],
    findings: findings.map((finding, n): CitedFinding => ({ ...finding, id: `E${n + 1}` })),
  });
  return ranking.hypotheses.filter(({ status }) => status === "supported").map(({ entity }) => entity.id);
};

const shop = calls(["web", "orders"], ["web", "search"], ["orders", "store"], ["search", "index"]);
const cpu = { family: "cpu", direction: "up" };
const starved = (entity: string) => [about(entity, "metric.shift", 400, cpu), about(entity, "trace.self-time", 3)];
const slowWay = (caller: string, callee: string, strength: number) =>
  about(callee, "trace.edge-latency", strength, {}, { peer: caller });

describe("two faults at once", () => {
  it("are both named if neither is on the other's path to the entry", () => {
    expect(blamed([...starved("store"), slowWay("search", "index", 2)], shop)).toEqual(["store", "index"]);
  });

  it("rank first and second, before stronger effects of the first", () => {
    const follower = about("orders", "trace.edge-latency", 2.5, {}, { peer: "web" });
    expect(blamed([...starved("store"), follower, slowWay("search", "index", 2)], shop)).toEqual(["store", "index"]);
  });

  it("include a caller with findings that no callee explains", () => {
    expect(
      blamed(
        [...starved("store"), about("orders", "metric.shift", 300, cpu), about("orders", "trace.self-time", 2)],
        shop,
      ),
    ).toEqual(["store", "orders"]);
  });
});

describe("one fault", () => {
  it("explains the errors and logs of all callers on the path to it", () => {
    const failing = (entity: string) => [
      about(
        entity,
        "log.new-template",
        900,
        {},
        { evidence: { connector: "fake", query: "q", window: null, facts: {}, template: "error: upstream failed" } },
      ),
    ];
    expect(blamed([...starved("store"), ...failing("orders"), ...failing("web")], shop)).toEqual(["store"]);
  });

  it("gets no second cause that matches no card, has no onset or is much weaker than the first", () => {
    const tick = about(
      "index",
      "log.bursting-template",
      900,
      {},
      { evidence: { connector: "fake", query: "q", window: null, facts: {}, template: "tick <NUM>" } },
    );
    expect(blamed([...starved("store"), tick], shop)).toEqual(["store"]);
    expect(blamed([...starved("store"), { ...slowWay("search", "index", 2), onsetMs: null }], shop)).toEqual(["store"]);
    expect(blamed([...starved("store"), slowWay("search", "index", 0.2)], shop)).toEqual(["store"]);
  });

  it("of a node explains its pods and their callers", () => {
    const topology: Topology = {
      nodes: [
        ...shop.nodes,
        ...["store-0", "index-0"].map((id) => ({ id, kind: "pod" })),
        { id: "node-1", kind: "node" },
      ],
      edges: [
        ...shop.edges,
        ...["store", "index"].flatMap((id) => [
          { from: `${id}-0`, to: id, kind: "member_of" },
          { from: `${id}-0`, to: "node-1", kind: "runs_on" },
        ]),
      ],
    };
    const node = about(
      "node-1",
      "cluster.node-trouble",
      10,
      {},
      { entity: { id: "node-1", kind: "node" }, signal: "cluster" },
    );
    expect(blamed([node, slowWay("search", "index", 2), slowWay("orders", "store", 2)], topology)).toEqual(["node-1"]);
  });
});

it("finds both slow services of a synthetic system, from telemetry to ranking", async () => {
  const { incidents, culprits } = madeSystem({ services: 20, edges: 40, series: 100, spans: 8_000, faults: 2 }, 3);
  const { hypotheses } = await predictCase(
    incidents,
    "made",
    { runbooks: [], model: null, nodeTimeoutMs: HANG_MS },
    createLog({ logLevel: "silent" }),
  );
  expect(new Set(hypotheses.slice(0, 2).map(({ entity }) => entity))).toEqual(new Set(culprits));
});
