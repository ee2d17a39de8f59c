import { describe, expect, it } from "vitest";
import type { CitedFinding, Finding } from "../../src/domain/finding.ts";
import type { Topology } from "../../src/domain/telemetry.ts";
import { rankCauses } from "../../src/rca/rank.ts";
import { aFinding, anIncident } from "../fakes.ts";

const topology: Topology = {
  nodes: ["web", "orders", "store", "search"].map((id) => ({ id, kind: "service" })),
  edges: [
    ["web", "orders"],
    ["orders", "store"],
    ["web", "search"],
  ].map(([from = "", to = ""]) => ({ from, to, kind: "calls" })),
};
const slow = (entity: string, strength: number, onsetMs = 600_000): Finding =>
  aFinding({
    signal: "trace",
    kind: "trace.self-time",
    entity: { id: entity, kind: "service" },
    strength,
    onsetMs,
    summary: `${entity} itself adds time`,
  });
const complains = (entity: string, onsetMs: number): Finding =>
  aFinding({
    signal: "log",
    kind: "log.new-template",
    entity: { id: entity, kind: "service" },
    strength: 80,
    onsetMs,
    summary: `${entity} logs errors`,
  });

function hypothesesOn(...findings: Finding[]) {
  const cited = findings.map((finding, n): CitedFinding => ({ ...finding, id: `E${n + 1}` }));
  const { hypotheses } = rankCauses({
    incident: anIncident({ entry: "web", alarmAtMs: 600_000 }),
    topology,
    findings: cited,
    similar: [],
  });
  return (entity: string) => hypotheses.find((hypothesis) => hypothesis.entity.id === entity);
}

describe("evidence against a hypothesis", () => {
  it("is trouble elsewhere that the hypothesis does not explain", () => {
    const on = hypothesesOn(slow("store", 5), slow("search", 4));
    expect(on("search")?.against).toEqual(["E1"]);
    expect(on("store")?.against).toEqual(["E2"]);
  });

  it("excludes effects on its callers and weak findings", () => {
    const on = hypothesesOn(slow("store", 5), slow("search", 0.1), complains("orders", 600_000));
    expect(on("store")?.against).toEqual([]);
  });

  it("includes trouble at its dependents that began well before its own", () => {
    expect(hypothesesOn(slow("store", 5, 600_000), complains("orders", 500_000))("store")?.against).toEqual(["E2"]);
    expect(hypothesesOn(slow("store", 5, 600_000), complains("orders", 590_000))("store")?.against).toEqual([]);
  });
});

describe("the refutation of a hypothesis", () => {
  it("names the caller that would have to be affected without it", () => {
    expect(hypothesesOn(slow("store", 5))("store")?.wouldRefute).toContain(
      "orders is equally affected in requests that never reach store",
    );
  });

  it("is its best evidence before the onset, if its cause is unknown", () => {
    expect(hypothesesOn(slow("store", 5))("store")).toMatchObject({
      cause: "unknown",
      wouldRefute: expect.stringContaining(
        'the finding "store itself adds time" was already there before 1970-01-01 00:10:00 UTC',
      ),
    });
  });
});
