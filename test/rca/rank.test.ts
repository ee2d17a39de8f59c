import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FINDING_KINDS, type CitedFinding, type Finding } from "../../src/domain/finding.ts";
import type { Topology } from "../../src/domain/telemetry.ts";
import { rankCauses } from "../../src/rca/rank.ts";
import { aFinding, anIncident } from "../fakes.ts";

const calls = (...pairs: (readonly [string, string])[]): Topology => ({
  nodes: [...new Set(pairs.flat())].map((id) => ({ id, kind: "service" })),
  edges: pairs.map(([from, to]) => ({ from, to, kind: "calls" })),
});
const chain = calls(["web", "orders"], ["orders", "store"]);
const incident = anIncident({ entry: "web", alarmAtMs: 600_000 });
const about = (
  entity: string,
  kind: Finding["kind"],
  strength: number,
  more: Partial<Finding> & { facts?: Finding["evidence"]["facts"]; template?: string } = {},
): Finding => {
  const { facts = {}, template, ...given } = more;
  const signal = kind.split(".")[0] as Finding["signal"];
  return aFinding({
    signal,
    kind,
    strength,
    entity: { id: entity, kind: "service" },
    onsetMs: 590_000,
    summary: `${entity} ${kind}`,
    evidence: { connector: "fake", query: "q", window: null, facts, ...(template === undefined ? {} : { template }) },
    ...given,
  });
};
const rank = (findings: Finding[], topology = chain) =>
  rankCauses({
    incident,
    topology,
    similar: [],
    findings: findings.map((finding, n): CitedFinding => ({ ...finding, id: `E${n + 1}` })),
  });

describe("the first suspect", () => {
  it("is the deepest service whose latency its callees do not explain", () => {
    const slow = (entity: string, strength: number) =>
      about(entity, "metric.shift", strength, {
        facts: { family: "latency", direction: "up", before: 10, after: 10 + strength },
      });
    expect(rank([slow("web", 20), slow("orders", 25), slow("store", 40)]).hypotheses[0]?.entity.id).toBe("store");
    expect(rank([slow("web", 20), slow("orders", 40)]).hypotheses[0]?.entity.id).toBe("orders");
  });

  it("of slow calls is the callee if all its callers see them, and the caller if all its callees seem slow", () => {
    const way = (caller: string, callee: string) => about(callee, "trace.edge-latency", 100, { peer: caller });
    const star = calls(["a", "hub"], ["b", "hub"], ["a", "x"], ["a", "y"], ["b", "x"]);
    expect(rank([way("a", "hub"), way("b", "hub")], star).hypotheses[0]?.entity.id).toBe("hub");
    expect(rank([way("a", "hub"), way("a", "x"), way("a", "y")], star).hypotheses[0]?.entity.id).toBe("a");
  });

  it("is the entity that a log line names rather than the service that logs it", () => {
    const [first] = rank([
      about("orders", "log.new-template", 80, { peer: "store", template: "cannot reach store: connection refused" }),
    ]).hypotheses;
    expect(first?.entity.id).toBe("store");
  });

  it("is not a service whose errors come from its own calls", () => {
    const errors = (entity: string, rose: number, ofCalls: "yes" | "no") =>
      about(entity, "metric.shift", 1000, {
        facts: { family: "error", direction: "up", before: 0, after: rose, of_calls: ofCalls },
      });
    expect(
      rank([errors("orders", 2, "no"), errors("orders", 2, "yes"), errors("store", 1.9, "no")]).hypotheses[0]?.entity
        .id,
    ).toBe("store");
  });

  it("is not a service with few requests, however slow", () => {
    const slow = (entity: string, added: number, traffic: number) =>
      about(entity, "metric.shift", 500, {
        facts: { family: "latency", direction: "up", before: 0, after: added, traffic },
      });
    const star = calls(["web", "orders"], ["web", "reports"]);
    expect(
      rank([slow("web", 0.2, 1000), slow("orders", 0.2, 900), slow("reports", 2, 3)], star).hypotheses[0]?.entity.id,
    ).toBe("orders");
  });

  it("is named as in the closed vocabulary, by its service if it is a pod, and never outside the list", () => {
    const incident = anIncident({
      entry: "web",
      alarmAtMs: 600_000,
      vocabulary: { entityKinds: ["app"], entities: ["app/store", "app/orders"], causes: [] },
    });
    const findings = [
      about("store-7dcdfcb995-95th2", "trace.self-time", 5, { entity: { id: "store-7dcdfcb995-95th2", kind: "pod" } }),
      about("web", "trace.self-time", 9),
    ];
    const { hypotheses } = rankCauses({
      incident,
      topology: chain,
      similar: [],
      findings: findings.map((finding, n) => ({ ...finding, id: `E${n + 1}` })),
    });
    expect(hypotheses.map(({ entity }) => entity.id)).toEqual(["app/store"]);
  });

  it("is never one with only a change", () => {
    const { hypotheses, verdict } = rank([about("orders", "change.deploy", 1, { facts: { id: "c1" } })]);
    expect(hypotheses).toEqual([]);
    expect(verdict).toBe("inconclusive"); // nothing that users feel was compared
  });

  it("is decided by a change if suspects are close, and the change is named", () => {
    const findings = [
      about("orders", "trace.error-origin", 0.5),
      about("store", "trace.error-origin", 0.5),
      about("store", "change.config", 0.9, { facts: { id: "c7" } }),
    ];
    expect(rank(findings)).toMatchObject({
      change: "c7",
      hypotheses: [{ entity: { id: "store" }, cause: "bad_config" }, {}],
    });
  });
});

describe("the cause", () => {
  it.each([
    [
      "connection_pool_exhaustion",
      [
        about("store", "metric.shift", 50, { facts: { family: "pool", direction: "up" } }),
        about("store", "log.new-template", 90, { template: "acquire timed out after <NUM> ms, pool size <NUM>" }),
      ],
    ],
    ["network_delay", [about("store", "trace.edge-latency", 120, { peer: "orders" })]],
    [
      "memory_exhaustion",
      [
        about("store", "metric.shift", 50, { facts: { family: "memory", direction: "up" } }),
        about("store", "metric.restart", 9),
        about("store", "log.new-template", 90, {
          template: "process exited with code 134, JavaScript heap out of memory",
        }),
      ],
    ],
    [
      "authentication_failure",
      [
        about("store", "log.new-template", 90, { template: "request refused: 401 token rejected" }),
        about("store", "trace.error-origin", 0.4),
      ],
    ],
    [
      "cpu_contention",
      [
        about("store", "metric.shift", 90, { facts: { family: "cpu", direction: "up" } }),
        about("store", "trace.self-time", 30),
      ],
    ],
  ] as const)("%s is recognised by its signature", (cause, findings) => {
    expect(rank([...findings]).hypotheses[0]).toMatchObject({ entity: { id: "store" }, cause });
  });

  it("is no rollout if nothing was rolled out", () => {
    const findings = [
      about("store", "trace.error-origin", 0.5),
      about("store", "metric.shift", 50, { facts: { family: "error", direction: "up", before: 0, after: 2 } }),
    ];
    expect(["bad_config", "bad_deploy"]).not.toContain(rank(findings).hypotheses[0]?.cause);
  });

  it("is unknown if no card matches", () => {
    expect(rank([about("store", "log.bursting-template", 90, { template: "tick <NUM>" })]).hypotheses[0]?.cause).toBe(
      "unknown",
    );
  });
});

describe("the ranking", () => {
  it("gives no incident with a reason if nothing was found", () => {
    expect(rank([])).toMatchObject({
      verdict: "inconclusive",
      hypotheses: [],
      onsetMs: null,
      why: expect.stringContaining("not an all-clear"),
    });
  });

  it("is inconclusive between two equal suspects, and names the evidence that would separate them", () => {
    const { verdict, nextEvidence, why } = rank([
      about("orders", "log.new-template", 900),
      about("store", "log.new-template", 900),
    ]);
    expect(verdict).toBe("inconclusive");
    expect(why).toContain("about equally");
    expect(nextEvidence.some((question) => question.startsWith("To separate "))).toBe(true);
  });

  it("shows the path from the entry to the cause", () => {
    expect(rank([about("store", "trace.self-time", 200)]).hypotheses[0]?.path).toEqual(["web", "orders", "store"]);
  });

  it("dates the fault by its first burst of findings, not by the alarm or a single early finding", () => {
    const at = (onsetMs: number) => about("store", "trace.self-time", 200, { onsetMs });
    expect(rank([at(100_000), at(570_000), at(572_000), at(575_000), at(590_000)]).onsetMs).toBe(570_000);
  });

  it("cites only existing findings, keeps confidence a probability, and ignores the order of findings", () => {
    const entity = fc.constantFrom("web", "orders", "store", "__proto__", "constructor");
    const finding = fc.record({
      entity,
      kind: fc.constantFrom(...FINDING_KINDS),
      strength: fc.double({ min: 0, max: 1e4, noNaN: true }),
      peer: fc.option(entity),
    });
    fc.assert(
      fc.property(fc.array(finding, { maxLength: 12 }), (drawn) => {
        const findings = drawn.map(({ entity, kind, strength, peer }) =>
          about(entity, kind, strength, { peer, facts: { family: "latency", before: 1, after: 2 } }),
        );
        const ranking = rank(findings);
        const ids = new Set(findings.map((_, n) => `E${n + 1}`));
        for (const { confidence, for: cited } of ranking.hypotheses) {
          expect(confidence).toBeGreaterThanOrEqual(0);
          expect(confidence).toBeLessThanOrEqual(1);
          expect(cited.filter((id) => !ids.has(id))).toEqual([]);
        }
        expect(
          rank(findings.toReversed())
            .hypotheses.map(({ entity }) => entity.id)
            .toSorted(),
        ).toEqual(ranking.hypotheses.map(({ entity }) => entity.id).toSorted());
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});
