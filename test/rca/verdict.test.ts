import { describe, expect, it } from "vitest";
import { CALIBRATION, confidenceOf } from "../../src/rca/confidence.ts";
import { confidenceFeatures, FEATURES, SIGN_OF } from "../../src/rca/confidence-features.ts";
import type { CitedFinding, Finding } from "../../src/domain/finding.ts";
import type { Incident } from "../../src/domain/incident.ts";
import type { Suspect } from "../../src/rca/fuse.ts";
import { rankCauses } from "../../src/rca/rank.ts";
import { RANKERS } from "../../src/rca/rankers.ts";
import { QUIET_STRENGTH, settleVerdict, SURE_STRENGTH } from "../../src/rca/verdict.ts";
import { aFinding, anIncident } from "../fakes.ts";

const suspect = (id: string, votes: Record<string, number>, loud = 10): Suspect => ({
  id,
  votes,
  score: Object.values(votes).reduce((a, b) => a + b, 0),
  strengths: Object.fromEntries(Object.keys(votes).map((name) => [name, loud])),
  findings: [],
});
const incident = anIncident({ entry: "web" });
const cited = (...findings: Finding[]): CitedFinding[] =>
  findings.map((finding, n) => ({ ...finding, id: `E${n + 1}` }));
const slowEntry = (facts: Finding["evidence"]["facts"] = {}) =>
  aFinding({
    entity: { id: "web", kind: "service" },
    summary: "web: latency rose from 9 to 90",
    evidence: { connector: "fake", query: "q", window: null, facts: { family: "latency", ...facts } },
  });
const settle = (suspects: Suspect[], findings: Finding[] = [aFinding()], confidence = 0.95) =>
  settleVerdict({ suspects, findings: cited(...findings), incident, confidence });

describe("the confidence", () => {
  it("grows with the lead and with votes", () => {
    const alone = confidenceOf(confidenceFeatures([suspect("a", { traces: 0.9 })]));
    expect(
      confidenceOf(confidenceFeatures([suspect("a", { traces: 0.9 }), suspect("b", { traces: 0.6 })])),
    ).toBeLessThan(alone);
    expect(confidenceOf(confidenceFeatures([suspect("a", { traces: 0.3 })]))).toBeLessThan(alone);
    expect(confidenceOf(confidenceFeatures([suspect("a", { traces: 0.9 }), suspect("b", { logs: 0.1 })]))).toBeLessThan(
      alone,
    );
  });
  it("never grows when a signal for the first suspect is lost", () => {
    const both = confidenceFeatures([
      suspect("a", { traces: 0.9, logs: 0.4 }),
      suspect("b", { traces: 0.1, logs: 0.2 }),
    ]);
    const one = confidenceFeatures([suspect("a", { traces: 0.9 }), suspect("b", { traces: 0.1 })]);
    expect(one?.votes).toBeLessThan(both?.votes ?? 0);
    for (const name of FEATURES) expect(CALIBRATION.weights[name] * SIGN_OF[name]).toBeGreaterThanOrEqual(0);
  });
  it("counts the other suspects that failure messages point at", () => {
    expect(RANKERS.map(({ name }) => name)).toContain("failure messages");
    const first = suspect("a", { traces: 0.9, "failure messages": 0.4 });
    const named = (votes: number) => confidenceFeatures([first, suspect("b", { "failure messages": votes })])?.accused;
    expect(named(0.04)).toBe(0);
    expect(named(0.1)).toBeCloseTo(Math.log(2), 9);
    expect(named(0.1)).toBe(named(0.5));
    expect(confidenceFeatures([first])?.accused).toBe(0);
  });
  it("adds up the votes for suspects whose trouble began earlier, and no others", () => {
    const at = (id: string, votes: number, onsetMs: number | null) => ({
      ...suspect(id, { logs: votes }),
      findings: cited(aFinding({ onsetMs })),
    });
    const first = at("a", 1, 600_000);
    const earlier = (...others: Suspect[]) => confidenceFeatures([first, ...others])?.earlier;
    expect(earlier(at("b", 0.5, 600_000), at("c", 0.25, 580_000), at("d", 0.1, null))).toBe(0);
    expect(earlier(at("b", 0.5, 500_000), at("c", 0.25, 560_000), at("d", 0.1, 900_000))).toBeCloseTo(0.75, 9);
    expect(earlier(at("b", 0.9, 500_000), at("c", 0.8, 500_000))).toBe(1);
    expect(confidenceFeatures([at("a", 1, null), at("b", 0.5, 500_000)])?.earlier).toBe(0);
  });
  it("shrinks with each source that was not read", () => {
    const read = (unread: number) =>
      confidenceOf(confidenceFeatures([suspect("a", { traces: 0.9 }), suspect("b", { traces: 0.2 })], unread));
    expect(read(1)).toBeLessThan(read(0));
    expect(read(5)).toBeLessThan(read(1));
  });
  it("is a probability even for tiny votes, and 0 without suspects", () => {
    expect(confidenceOf(confidenceFeatures([suspect("a", { traces: 1e-12 })]))).toBeGreaterThan(0);
    expect(confidenceOf(confidenceFeatures([]))).toBe(0);
  });
});

describe("the verdict", () => {
  it("is no incident without a symptom and with weak evidence", () => {
    expect(settle([suspect("a", { "log flow": 0.4 }, QUIET_STRENGTH * 0.9)])).toMatchObject({
      verdict: "no_incident",
      why: expect.stringContaining("healthy systems"),
    });
  });
  it("is inconclusive if users are affected but nothing is suspect", () => {
    expect(settle([], [aFinding({ signal: "alert", kind: "alert.firing", summary: "web: alert down" })])).toMatchObject(
      { verdict: "inconclusive", why: expect.stringContaining("web: alert down") },
    );
    expect(settle([], [])).toMatchObject({ verdict: "no_incident" });
  });
  it("is inconclusive if the only suspect is outside the closed vocabulary", () => {
    const settleUnlisted = (loud: number) =>
      settleVerdict({
        suspects: [],
        unlisted: [suspect("a", { traces: 0.9 }, loud)],
        findings: cited(aFinding()),
        incident,
        confidence: 0,
      });
    expect(settleUnlisted(QUIET_STRENGTH * 2)).toMatchObject({
      verdict: "inconclusive",
      why: expect.stringContaining("is a, which is not among the allowed answers"),
    });
    expect(settleUnlisted(QUIET_STRENGTH / 2).verdict).toBe("no_incident");
  });
  it("takes an alert for a symptom unless its SLI was compared with the baseline and did not move", () => {
    const alert = (family: string, name = "HighLatency") =>
      aFinding({
        signal: "alert",
        kind: "alert.firing",
        entity: { id: "web", kind: "service" },
        summary: `web: alert ${name} fires`,
        evidence: { connector: "fake", query: "q", window: null, facts: { family, name } },
      });
    const conclude = (findings: Finding[], loud: number) =>
      settleVerdict({
        suspects: [suspect("a", { traces: 0.9 }, loud)],
        findings: cited(...findings),
        incident: anIncident(),
        confidence: 0.95,
        baselineCoverage: new Map([["web", ["errors", "latency"]]]),
      });
    expect(
      settleVerdict({
        suspects: [suspect("a", { traces: 0.9 }, QUIET_STRENGTH / 2)],
        findings: cited(alert("error")),
        incident: anIncident(),
        confidence: 0.95,
        baselineCoverage: new Map([["web", ["latency"]]]),
      }),
    ).toMatchObject({ verdict: "root_cause" });
    // other instances answer in the place of one that is not ready
    expect(
      settleVerdict({
        suspects: [suspect("a", { traces: 0.9 }, QUIET_STRENGTH / 2)],
        findings: cited(alert("instance", "KubeDeploymentReplicasMismatch")),
        incident,
        confidence: 0.95,
        baselineCoverage: new Map([["shop", ["errors", "latency"]]]),
        entries: new Set(["shop"]),
      }),
    ).toMatchObject({ verdict: "no_incident" });
    // requests that never arrive neither fail nor wait
    const gone = aFinding({
      entity: { id: "web", kind: "service" },
      strength: 6,
      evidence: {
        connector: "fake",
        query: "q",
        window: null,
        facts: { family: "traffic", direction: "down", before: 10, after: 0.4 },
      },
    });
    expect(conclude([alert("error"), gone], QUIET_STRENGTH / 2)).toMatchObject({ verdict: "root_cause" });
    // a dead instance exports nothing: its quiet metrics do not contradict the alert
    expect(conclude([alert("instance", "InstanceDown")], QUIET_STRENGTH / 2)).toMatchObject({ verdict: "root_cause" });
    expect(conclude([alert("latency")], QUIET_STRENGTH / 2)).toMatchObject({
      verdict: "no_incident",
      why: expect.stringContaining(
        "alert HighLatency fires, but the latency and errors of web stayed within the baseline range",
      ),
    });
    expect(conclude([alert("latency")], SURE_STRENGTH / 2)).toMatchObject({
      verdict: "inconclusive",
      why: expect.stringContaining("fires, but"),
    });
    expect(conclude([alert("latency")], SURE_STRENGTH * 2)).toMatchObject({ verdict: "inconclusive" });
    expect(conclude([alert("latency"), slowEntry()], QUIET_STRENGTH / 2)).toMatchObject({ verdict: "root_cause" });
    // a disk that fills hurts no user while requests are as fast and successful as before
    expect(conclude([alert("disk")], QUIET_STRENGTH / 2)).toMatchObject({ verdict: "no_incident" });
    // it may be about something that is not measured
    expect(conclude([alert("SloBurn", "SloBurn")], QUIET_STRENGTH / 2)).toMatchObject({ verdict: "inconclusive" });
  });
  it("names the confidence that a root cause needs, and no rival far behind", () => {
    const unsure = (second: number) =>
      settle([suspect("a", { traces: 0.5 }), suspect("b", { traces: second })], [slowEntry()], 0.1).why;
    expect(unsure(0.495)).toBe("The evidence points at a and at b about equally.");
    // a quota refuses the pods of b: what b shows follows from a
    const refused = (means?: string): Finding => ({
      ...aFinding({
        signal: "cluster",
        kind: "cluster.admission",
        entity: { id: "a", kind: "namespace" },
        strength: 5,
      }),
      peer: "b",
      evidence: { connector: "fake", query: "q", window: null, facts: means === undefined ? {} : { means } },
    });
    const beside = (finding: Finding) =>
      settle(
        [{ ...suspect("a", { traces: 0.5 }), findings: cited(finding) }, suspect("b", { traces: 0.495 })],
        [slowEntry(), finding],
      ).verdict;
    expect(beside(refused("quota_pods"))).toBe("root_cause");
    expect(beside(refused())).toBe("inconclusive");
    expect(unsure(0.1)).toMatch(/^The evidence does not single out a: .* confidence of \d+ %\.$/);
  });
  it("asks for the entry first if it is inconclusive and the effect on users cannot be observed", () => {
    const ranked = (given: Partial<Incident>) =>
      rankCauses({
        incident: anIncident(given),
        findings: cited(
          ...["orders", "store"].map((id) =>
            aFinding({ signal: "log", kind: "log.new-template", strength: 900, entity: { id, kind: "service" } }),
          ),
        ),
        topology: { nodes: [], edges: [] },
        similar: [],
      });
    expect(ranked({})).toMatchObject({
      verdict: "inconclusive",
      nextEvidence: [
        expect.stringContaining("Which service do users complain about"),
        expect.stringContaining("To separate "),
      ],
    });
    expect(ranked({ entry: "web" }).nextEvidence).toEqual([expect.stringContaining("To separate ")]);
  });
  it("does not blame the alert's entity for the alert alone", () => {
    const alarm = aFinding({
      signal: "alert",
      kind: "alert.firing",
      entity: { id: "web", kind: "service" },
      evidence: { connector: "fake", query: "q", window: null, facts: { family: "latency", name: "HighLatency" } },
    });
    const rank = (...findings: Finding[]) =>
      rankCauses({
        incident,
        findings: cited(...findings),
        topology: { nodes: [], edges: [] },
        similar: [],
        unread: 5,
      });
    const alone = rank(
      alarm,
      aFinding({ signal: "change", kind: "change.config", entity: { id: "web", kind: "service" } }),
    );
    expect(alone).toMatchObject({
      verdict: "inconclusive",
      why: expect.stringContaining("alert on web itself"),
      nextEvidence: [expect.stringContaining("the services it calls")],
    });
    const among = rank({ ...alarm, strength: 20 }, { ...alarm, strength: 1, entity: { id: "mail", kind: "service" } });
    expect(among.verdict).toBe("root_cause");
    expect(among.hypotheses[0]?.confidence).toBeGreaterThan(alone.hypotheses[0]?.confidence ?? 1);
  });
  it("does not take a busy resource for an incident, however busy", () => {
    expect(settle([suspect("a", { resources: 0.8 }, 500)]).verdict).toBe("no_incident");
  });
  it("is inconclusive without a symptom if healthy systems sometimes show evidence as strong", () => {
    expect(settle([suspect("a", { "log flow": 0.9 }, SURE_STRENGTH * 0.9)]).verdict).toBe("inconclusive");
    expect(settle([suspect("a", { "log flow": 0.9 }, SURE_STRENGTH * 1.1)]).verdict).toBe("root_cause");
    const withoutEntry = settleVerdict({
      suspects: [suspect("a", { "log flow": 0.9 }, SURE_STRENGTH * 0.9)],
      findings: cited(aFinding()),
      incident: anIncident(),
      confidence: 0.95,
    });
    expect(withoutEntry).toMatchObject({
      verdict: "inconclusive",
      why: expect.stringContaining("does not know the entry service"),
    });
  });
  it("accepts weak evidence if the entry got worse", () => {
    expect(settle([suspect("a", { "log flow": 0.4 }, 0.5)], [slowEntry()]).verdict).toBe("root_cause");
  });
  it("does not take occasional failures at the entry for an incident", () => {
    const errors = (after: number) => slowEntry({ family: "error", before: 0, after, traffic: 8 });
    expect(settle([suspect("a", { "log flow": 0.4 }, 0.5)], [errors(0.25)]).verdict).toBe("no_incident");
    expect(settle([suspect("a", { "log flow": 0.4 }, 0.5)], [errors(0.8)]).verdict).toBe("root_cause");
  });
  it("is recovered once all symptoms are back to normal", () => {
    const back = slowEntry({ back_since: "2026-03-01T10:40:00.000Z" });
    expect(settle([suspect("a", { "trace time": 0.9 })], [back])).toMatchObject({
      verdict: "recovered",
      why: expect.stringContaining("2026-03-01 10:40:00 UTC"),
    });
    expect(settle([suspect("a", { "trace time": 0.9 })], [back, slowEntry()]).verdict).toBe("root_cause");
  });
  it("is inconclusive between two nearly equal suspects, whatever their joint confidence", () => {
    expect(settle([suspect("a", { traces: 0.5 }), suspect("b", { traces: 0.49 })], [slowEntry()], 0.99)).toMatchObject({
      verdict: "inconclusive",
      why: expect.stringContaining("a and at b about equally"),
    });
  });
  it("is inconclusive below the least confidence", () => {
    expect(settle([suspect("a", { traces: 0.9 })], [slowEntry()], CALIBRATION.minConfidence - 0.01).verdict).toBe(
      "inconclusive",
    );
    expect(settle([suspect("a", { traces: 0.9 })], [slowEntry()], CALIBRATION.minConfidence).verdict).toBe(
      "root_cause",
    );
  });
});

describe("a fault is shown", () => {
  const strong = suspect("a", { traces: 0.9 });
  it("by a root cause, and by a symptom that nothing explains", () => {
    expect(settle([strong], [slowEntry()])).toMatchObject({ verdict: "root_cause", faultShown: true });
    expect(settle([], [slowEntry()])).toMatchObject({ verdict: "inconclusive", faultShown: true });
  });
  it("by evidence that does not single out one suspect", () => {
    expect(settle([strong, suspect("b", { traces: 0.9 })], [slowEntry()])).toMatchObject({ faultShown: true });
    expect(settle([strong], [slowEntry()], 0.1)).toMatchObject({ verdict: "inconclusive", faultShown: true });
  });
  it("not by weak evidence without a symptom", () => {
    expect(settle([], [])).toMatchObject({ verdict: "no_incident", faultShown: false });
    const weak = aFinding({ strength: (QUIET_STRENGTH + SURE_STRENGTH) / 2 });
    const found = settle([{ ...suspect("a", { logs: 0.2 }), findings: cited(weak) }], [weak]);
    expect(found).toMatchObject({ verdict: "inconclusive", faultShown: false });
  });
});
