import { describe, expect, it } from "vitest";
import type { CitedFinding, Finding } from "../../src/domain/finding.ts";
import type { Hypothesis, Ranking } from "../../src/domain/hypothesis.ts";
import { incidentDocument, recallText, type Seen, type Written } from "../../src/memory/document.ts";
import { aFinding, anIncident } from "../fakes.ts";

const cited = (...given: Partial<Finding>[]): CitedFinding[] =>
  given.map((one, i) => ({ ...aFinding(one), id: `E${i + 1}` }));
const proof = (facts: Finding["evidence"]["facts"] = {}) => ({ connector: "fake", query: "q", window: null, facts });
const logged = (template: string, given: Partial<Finding> = {}): Partial<Finding> => ({
  signal: "log",
  kind: "log.new-template",
  evidence: { ...proof(), template, exemplar: "RAW exemplar" },
  ...given,
});
const hypothesis = (given: Partial<Hypothesis> = {}): Hypothesis => ({
  entity: { id: "orders-db", kind: "database" },
  cause: "pool_exhaustion",
  confidence: 0.8,
  calibrated: false,
  status: "supported",
  reasons: [],
  for: [],
  against: [],
  path: [],
  wouldRefute: "",
  ...given,
});
const ranking = (given: Partial<Ranking> = {}): Ranking => ({
  verdict: "root_cause",
  why: "",
  onsetMs: null,
  hypotheses: [hypothesis()],
  nextEvidence: [],
  ...given,
});
const findings = cited(
  logged("Timeout <*> waiting for connection from the pool of <num> ms", { strength: Math.E ** 2 - 1 }),
  {
    entity: { id: "orders-db", kind: "database" },
    strength: Math.E ** 3 - 1,
    evidence: proof({ metric: "db.client.wait", family: "latency", direction: "up" }),
  },
);
const topology = {
  nodes: ["web", "orders", "orders-db"].map((id) => ({ id, kind: "service" })),
  edges: [
    { from: "web", to: "orders", kind: "calls" },
    { from: "orders", to: "orders-db", kind: "calls" },
  ],
};
const seen: Seen = {
  incident: anIncident({ title: "Checkout is slow", system: "shop", entry: "web" }),
  ranking: ranking(),
  findings,
  topology,
};
const written: Written = { seen, tenant: "default", analysisId: "A1", atMs: 5, judgement: null, resolution: null };
const seeing = (given: Partial<Seen>): Written => ({ ...written, seen: { ...seen, ...given } });

describe("a remembered incident", () => {
  it("keeps findings, words of templates, the blamed entity and the title", () => {
    expect(incidentDocument({ ...written, resolution: "Restart orders-db" })).toMatchObject({
      id: "default/incident/inc-1",
      incidentId: "inc-1",
      analysisId: "A1",
      system: "shop",
      title: "Checkout is slow",
      entity: "orders-db",
      cause: "pool_exhaustion",
      outcome: "unknown",
      outcomeBy: null,
      atMs: 5,
      text: [
        "log_new_template metric_shift",
        "orders orders_db db_client_wait latency_up",
        "timeout waiting connection pool",
        "orders_db pool_exhaustion pool exhaustion",
        "Checkout is slow",
        "Restart orders-db",
      ].join("\n"),
    });
  });

  it("keeps its shape by role: signs of the blamed entity and its caller, and the path", () => {
    expect(incidentDocument(written).shape).toEqual({
      findingKinds: ["log.new-template", "metric.shift latency up"],
      entityRole: "datastore",
      pathRoles: ["entry", "middle", "datastore"],
      severity: null,
      changes: [],
      services: ["orders", "orders-db"],
      signs: [
        { sign: "self metric.shift db.client.wait up", weight: 3 },
        { sign: "self metric.shift latency up", weight: 3 },
        { sign: "caller log.new-template", weight: 2 },
      ],
    });
  });

  it("has the same shape for any names of services", () => {
    const renamed = JSON.parse(
      JSON.stringify(seen)
        .replaceAll("orders-db", "zeta-redis")
        .replaceAll("orders", "yota")
        .replaceAll('"web"', '"xi"'),
    ) as Seen;
    const { services: _, ...shape } = incidentDocument(written).shape;
    expect(incidentDocument({ ...written, seen: renamed }).shape).toMatchObject(shape);
  });

  it("never holds raw log text, personal data or secrets", () => {
    const leaky = cited(
      logged("user=kim4711 at 203.0.113.7 used password=hunter2 and Bearer abcdefgh12345, call +49 170 1234567"),
      { entity: { id: "redis://u:topsecret@cache", kind: "database" } },
    );
    const incident = anIncident({ title: "Login of kim@example.com fails, card 4111 1111 1111 1111" });
    const document = incidentDocument({ ...seeing({ findings: leaky, incident }), resolution: "told user=kim4711" });
    expect(JSON.stringify(document)).not.toMatch(/kim|hunter2|abcdefgh|topsecret|203\.0|4111|1234567|RAW|exemplar/);
  });

  it("blames no entity if the verdict does not, and has its shape around the first suspect", () => {
    const document = incidentDocument(seeing({ ranking: ranking({ verdict: "inconclusive" }) }));
    expect(document).toMatchObject({ entity: null, cause: null });
    expect(document.shape.signs).toEqual(incidentDocument(written).shape.signs);
  });

  it("has its shape around the entity that a person blames, with their judgement", () => {
    const document = incidentDocument(
      { ...written, judgement: { outcome: "corrected", by: "kim", atMs: 9 } },
      { entity: "orders", cause: "bad_deploy" },
    );
    expect(document).toMatchObject({
      entity: "orders",
      cause: "bad_deploy",
      outcome: "corrected",
      outcomeBy: "kim",
      outcomeAtMs: 9,
    });
    expect(document.shape.signs.map(({ sign }) => sign)).toEqual([
      "callee metric.shift db.client.wait up",
      "callee metric.shift latency up",
      "self log.new-template",
    ]);
  });

  it("has the same hash for any time and judgement, and another for other content", () => {
    const hash = incidentDocument(written).contentHash;
    expect(
      incidentDocument({
        ...written,
        atMs: 99,
        analysisId: "A2",
        judgement: { outcome: "confirmed", by: "kim", atMs: 100 },
      }).contentHash,
    ).toBe(hash);
    expect(incidentDocument({ ...written, resolution: "Restart it" }).contentHash).not.toBe(hash);
  });

  it("has no search text without an incident", () => {
    const quiet = incidentDocument(seeing({ ranking: ranking({ verdict: "no_incident" }) }));
    expect(quiet).toMatchObject({
      incidentId: "inc-1",
      text: "",
      entity: null,
      cause: null,
      shape: { signs: [], findingKinds: [] },
    });
  });
});

describe("the recall text", () => {
  it("holds the symptoms, but neither title nor suspected cause", () => {
    expect(recallText(seen)).toContain("timeout waiting connection pool");
    expect(recallText(seen)).not.toMatch(/exhaustion|checkout/i);
  });

  it("begins with the evidence of the first hypothesis", () => {
    expect(
      recallText({ ...seen, ranking: ranking({ hypotheses: [hypothesis({ for: ["E2"] })] }) }).split("\n")[0],
    ).toBe("metric_shift log_new_template");
  });

  it("does not depend on the order of findings", () => {
    const many = cited(
      ...Array.from({ length: 40 }, (_, i) =>
        logged(`template word${String.fromCharCode(97 + (i % 26))}${i}`, { strength: i % 7, summary: `s${i}` }),
      ),
    );
    expect(recallText({ ...seen, findings: many.toReversed() })).toBe(recallText({ ...seen, findings: many }));
  });

  it("stays short for any number of findings", () => {
    const many = cited(
      ...Array.from({ length: 500 }, (_, i) =>
        logged(`${"word".repeat(40)}${i}`, { entity: { id: `e${i}`.repeat(100), kind: "service" } }),
      ),
    );
    const everything = ranking({ hypotheses: [hypothesis({ for: many.map(({ id }) => id) })] });
    expect(recallText({ ...seen, findings: many, ranking: everything }).length).toBeLessThanOrEqual(8000);
    expect(incidentDocument(seeing({ findings: many, ranking: everything })).shape.signs.length).toBeLessThanOrEqual(
      120,
    );
  });

  it("is empty without findings or without an incident", () => {
    expect(recallText({ ...seen, findings: [] })).toBe("");
    expect(recallText({ ...seen, ranking: ranking({ verdict: "no_incident" }) })).toBe("");
  });
});
