import { describe, expect, it } from "vitest";
import type { CitedFinding, Finding } from "../../src/domain/finding.ts";
import type { Topology } from "../../src/domain/telemetry.ts";
import { culpritChange } from "../../src/rca/culprit-change.ts";
import { evidenceMap } from "../../src/rca/evidence-map.ts";
import { rankCauses } from "../../src/rca/rank.ts";
import { aFinding, anIncident } from "../fakes.ts";

const MIN = 60_000;
const ONSET = 100 * MIN;
const topology: Topology = {
  nodes: ["web", "orders", "store"].map((id) => ({ id, kind: "service" })),
  edges: [
    { from: "web", to: "orders", kind: "calls" },
    { from: "orders", to: "store", kind: "calls" },
  ],
};
const incident = anIncident({ title: "orders fail", entry: "web", alarmAtMs: ONSET + 2 * MIN });

const symptom = (entity: string, template: string): Finding =>
  aFinding({
    signal: "log",
    kind: "log.new-template",
    entity: { id: entity, kind: "service" },
    onsetMs: ONSET,
    strength: 200,
    evidence: { connector: "c", query: "q", window: null, facts: {}, template },
  });
/** A change of `orders` ten minutes before the onset that could break something, except for what is given. */
const change = (
  id: string,
  given: { entity?: string; atMs?: number; kind?: Finding["kind"]; facts?: Finding["evidence"]["facts"] } = {},
): Finding =>
  aFinding({
    signal: "change",
    kind: given.kind ?? "change.deploy",
    entity: { id: given.entity ?? "orders", kind: "service" },
    strength: 1,
    onsetMs: given.atMs ?? ONSET - 10 * MIN,
    evidence: {
      connector: "c",
      query: "q",
      window: null,
      facts: { id, effect: 1, delivery: "delivered", altered: "", around: "", ...given.facts },
    },
  });
const cited = (findings: readonly Finding[]): CitedFinding[] =>
  findings.map((finding, n) => ({ ...finding, id: `E${n + 1}` }));
const culprit = (...findings: Finding[]) => culpritChange("orders", evidenceMap(incident, topology, cited(findings)));
const poolFails = symptom("orders", "pool exhausted: no connection within <NUM> ms");

describe("a change that was written to an object by hand", () => {
  const written = (kind: string, entity: string, atMs = ONSET - 5_000) =>
    change("w", {
      kind: "change.config",
      entity,
      atMs,
      facts: { effect: 0.4, content: "not recorded", altered: "selec", written_kind: kind },
    });
  const blamedFor = (cause: string, ...findings: Finding[]) =>
    culpritChange("orders", evidenceMap(incident, topology, cited(findings)), cause);
  it("is to blame if it was the Service of a suspect that nobody reaches since", () => {
    expect(blamedFor("dependency_outage", poolFails, written("service", "orders"))).toBe("w");
    expect(blamedFor("dependency_outage", poolFails, written("configmap", "orders"))).toBeNull();
    expect(blamedFor("dependency_outage", poolFails, written("service", "orders", ONSET - 5 * 60 * MIN))).toBeNull();
  });
  it("is to blame if a component that the suspect calls reads it, not one that calls the suspect", () => {
    expect(blamedFor("unhandled_exception", poolFails, written("configmap-at-start", "store"))).toBe("w");
    expect(blamedFor("unhandled_exception", poolFails, written("configmap-at-start", "web"))).toBeNull();
  });
});

describe("the culprit change", () => {
  it("is the one with the most harmful diff rather than the latest", () => {
    expect(
      culprit(
        poolFails,
        change("limit", { facts: { altered: "conne pool" } }),
        change("tidy", { atMs: ONSET - MIN, facts: { effect: 0.15, altered: "conne pool" } }),
      ),
    ).toBe("limit");
  });

  it("is the one whose words match the symptoms", () => {
    expect(
      culprit(
        poolFails,
        change("tax", { atMs: ONSET - MIN, facts: { altered: "round tax" } }),
        change("pool", { facts: { altered: "conne pool" } }),
      ),
    ).toBe("pool");
  });

  it("is on the suspect first, then on its callees, then elsewhere", () => {
    const words = { altered: "conne pool" };
    expect(culprit(poolFails, change("own", { facts: words }), change("near", { entity: "store", facts: words }))).toBe(
      "own",
    );
    expect(
      culprit(
        poolFails,
        change("far", { entity: "elsewhere", facts: words }),
        change("near", { entity: "store", facts: words }),
      ),
    ).toBe("near");
  });

  it("may be a deploy without further details", () => {
    expect(culprit(poolFails, change("v2", { facts: { effect: 0.4, delivery: "unknown" } }))).toBe("v2");
  });
});

describe("no culprit change", () => {
  it.each<[string, Finding]>([
    ["a change made after the onset", change("c", { atMs: ONSET + 90_000 + 30_000, facts: { altered: "conne pool" } })],
    ["a commit that no deploy carried", change("c", { facts: { altered: "conne pool", delivery: "not delivered" } })],
    ["a change that cannot break anything", change("c", { facts: { altered: "conne pool", effect: 0.15 } })],
    [
      "a flag about something else",
      change("c", { kind: "change.flag", facts: { effect: 0.4, altered: "banne color" } }),
    ],
  ])("%s is not named", (_, finding) => expect(culprit(poolFails, finding)).toBeNull());

  it("a provider's outage with the words of the symptoms outweighs a change", () => {
    const fails = symptom("orders", "bucket store unavailable, slow down");
    const provider = (trouble: string) =>
      change("s1", { entity: "provider", kind: "change.other", facts: { trouble, altered: "bucke store unava" } });
    const deploy = change("v2", { facts: { effect: 0.4 } });
    expect(culprit(fails, deploy, provider("yes"))).toBeNull();
    expect(culprit(fails, deploy, provider("no"))).toBe("v2");
  });

  it("is undefined if no changes were read", () => {
    expect(culprit(poolFails)).toBeUndefined();
  });
});

describe("a change whose content is not recorded", () => {
  const SECOND = 1000;
  const unread = (
    id: string,
    beforeMs: number,
    given: { entity?: string; kind?: Finding["kind"]; routine?: true } = {},
  ): Finding =>
    change(id, {
      ...given,
      atMs: ONSET - beforeMs,
      facts: {
        effect: 0.4,
        content: "not recorded",
        altered: "order saved",
        delivery: "unknown",
        ...(given.routine ? { routine: "yes" } : {}),
      },
    });
  const blamed = (cause: string, shape: "step" | "ramp", ...findings: Finding[]) =>
    culpritChange(
      "orders",
      evidenceMap(
        {
          ...incident,
          onset: {
            atMs: ONSET,
            earliestMs: ONSET - 30 * SECOND,
            latestMs: ONSET + 30 * SECOND,
            shape,
            overMs: null,
            signals: ["log"],
            signs: 5,
          },
        },
        topology,
        cited([poolFails, ...findings]),
      ),
      cause,
    );

  it.each([
    ["a minute before a step", "wrong_return", "step", MIN, "v2"],
    ["ten minutes before a step", "wrong_return", "step", 10 * MIN, "v2"],
    ["twenty minutes before a step", "wrong_return", "step", 20 * MIN, null],
    ["half an hour before a slow climb", "wrong_return", "ramp", 30 * MIN, "v2"],
    ["half an hour before memory runs out", "memory_exhaustion", "step", 30 * MIN, "v2"],
    ["two minutes after the onset", "wrong_return", "step", -2 * MIN, null],
    ["a minute before its certificate expires", "certificate_expired", "step", MIN, null],
    ["a minute before its disk is full", "disk_full", "step", MIN, null],
  ] as const)("is judged by its time on the suspect: %s", (_, cause, shape, beforeMs, id) => {
    expect(blamed(cause, shape, unread("v2", beforeMs))).toBe(id);
  });

  it("is the latest before the onset", () => {
    expect(blamed("unknown", "step", unread("v1", 8 * MIN), unread("v2", MIN), unread("v3", -3 * MIN))).toBe("v2");
  });

  it("is not named on another entity by its time alone", () => {
    for (const entity of ["web", "store", "elsewhere"])
      expect(blamed("unknown", "step", unread("v2", MIN, { entity }))).toBeNull();
  });

  it("is not named if its record says that it touches no request", () => {
    expect(blamed("unknown", "step", unread("c", MIN, { kind: "change.config", routine: true }))).toBeNull();
    expect(blamed("unknown", "step", unread("c", MIN, { kind: "change.config" }))).toBe("c");
  });

  it("makes a bad deploy the cause if the pool fills right after it", () => {
    const slow = { ...symptom("orders", "pool exhausted: no connection"), strength: 400 };
    const causeWith = (beforeMs: number) => {
      const findings = cited([slow, unread("v2", beforeMs)]);
      return rankCauses({ incident, findings, topology, similar: [] }).hypotheses[0]?.cause;
    };
    expect(causeWith(MIN)).toBe("bad_deploy");
    expect(causeWith(15 * MIN)).toBe("connection_pool_exhaustion");
    expect(causeWith(-5 * MIN)).toBe("connection_pool_exhaustion");
  });

  it("is not named if the suspect shows no failure", () => {
    const busy = aFinding({ entity: { id: "orders", kind: "service" }, onsetMs: ONSET, strength: 50 });
    const calm = { ...busy, evidence: { ...busy.evidence, facts: { family: "cpu", direction: "up" } } };
    const named = (finding: Finding) =>
      rankCauses({ incident, findings: cited([finding, unread("v2", MIN)]), topology, similar: [] }).change;
    expect(named(calm)).toBeNull();
  });
});

describe("rollouts", () => {
  const rollout = (entity: string, evidence: number, timing: number) =>
    change(`${entity}-v2`, { entity, facts: { rollout_evidence: evidence, rollout_timing: timing } });

  it("blames the service whose new instances do worse before the service that logs errors about it", () => {
    const findings = cited([symptom("web", "orders failed"), rollout("orders", 4, 0.3), rollout("store", 0, 0.9)]);
    expect(rankCauses({ incident, findings, topology, similar: [] }).hypotheses[0]?.entity.id).toBe("orders");
  });

  it("names the rollout whose new instances do measurably worse, whatever its record says", () => {
    expect(culprit(poolFails, change("v2", { facts: { effect: 0.4, altered: "swap", rollout_evidence: 3 } }))).toBe(
      "v2",
    );
    expect(
      culprit(poolFails, change("v2", { facts: { effect: 0.4, altered: "swap", rollout_evidence: 0 } })),
    ).toBeNull();
  });

  it("does not take a rollout in progress for an incident", () => {
    expect(
      rankCauses({
        incident,
        findings: cited([rollout("orders", 0, 1), aFinding({ strength: 0.01 })]),
        topology,
        similar: [],
        baselineCoverage: new Map([[incident.entry ?? "web", ["errors", "latency"]]]),
      }).verdict,
    ).toBe("no_incident");
  });

  it("does not blame a rollout on a healthy service while another service is clearly sick", () => {
    const sick = { ...symptom("store", "cannot write"), strength: 2000 };
    const rank = (...findings: Finding[]) =>
      rankCauses({ incident, findings: cited(findings), topology, similar: [] }).hypotheses[0]?.entity.id;
    expect(rank(rollout("orders", 0, 1), sick)).toBe("store");
    expect(rank(rollout("orders", 0, 1))).toBe("orders");
  });
});
