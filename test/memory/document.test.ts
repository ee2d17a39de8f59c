import { expect, it } from "vitest";
import type { Decision } from "../../src/domain/action.ts";
import type { CitedFinding, Finding } from "../../src/domain/finding.ts";
import type { Hypothesis, Ranking } from "../../src/domain/hypothesis.ts";
import { sqliteMemory } from "../../src/connectors/sqlite/memory.ts";
import { incidentDocument, recallQueryText, whySimilar } from "../../src/memory/document.ts";
import { aFinding, anIncident } from "../fakes.ts";

const cited = (...told: Partial<Finding>[]): CitedFinding[] => told.map((one, i) => ({ ...aFinding(one), id: `E${i + 1}` }));
const logged = (template: string, told: Partial<Finding> = {}): Partial<Finding> => ({
  signal: "log", kind: "log.new-template", evidence: { connector: "fake", query: "q", window: null, facts: {}, template, exemplar: "RAW exemplar" }, ...told,
});
const hypothesis = (told: Partial<Hypothesis> = {}): Hypothesis => ({
  entity: { id: "orders-db", kind: "database" }, cause: "pool_exhaustion", confidence: 0.8, calibrated: false, status: "supported",
  reasons: [], for: [], against: [], path: [], wouldRefute: "", ...told,
});
const ranking = (told: Partial<Ranking> = {}): Ranking => ({ verdict: "root_cause", why: "", onsetMs: null, hypotheses: [hypothesis()], nextEvidence: [], ...told });
const incident = anIncident({ title: "Checkout is slow", system: "shop" });
const decision: Decision = { actionId: "a", decision: "approved", by: "kim", atMs: 1, note: null, scriptSha256: "x" };
const findings = cited(logged("Timeout <*> waiting for connection from the pool of <num> ms"), { evidence: { connector: "fake", query: "q", window: null, facts: { metric: "http.server.duration", family: "latency", direction: "up" } } });
const seen = { incident, ranking: ranking(), findings };
const written = { ...seen, analysisId: "A1", decision: null, atMs: 5 };

it("remembers kinds, names, words of templates and the cause", () => {
  expect(incidentDocument(written)).toEqual({
    incidentId: "inc-1", analysisId: "A1", system: "shop", title: "Checkout is slow", entity: "orders-db", cause: "pool_exhaustion", outcome: "unknown", atMs: 5,
    text: [
      "log_new_template metric_shift",
      "orders http_server_duration latency_up",
      "timeout waiting connection pool",
      "orders_db pool_exhaustion pool exhaustion",
    ].join("\n"),
  });
});

it("never remembers raw log text, nor anything personal or secret", () => {
  const leaky = cited(logged("user kim@example.com used password=hunter2 and Bearer abcdefgh12345"), { entity: { id: "redis://u:topsecret@cache", kind: "database" } });
  const document = incidentDocument({ ...written, findings: leaky, incident: { ...incident, title: "Login of kim@example.com fails" } });
  expect(JSON.stringify(document)).not.toMatch(/kim|hunter2|abcdefgh|topsecret|RAW|exemplar/);
});

it("blames nobody where the verdict blames nobody", () => {
  expect(incidentDocument({ ...written, ranking: ranking({ verdict: "inconclusive" }) })).toMatchObject({ entity: null, cause: null });
});

it.each([[decision, "confirmed"], [{ ...decision, decision: "rejected" } as const, "unknown"], [null, "unknown"]])("after the decision %j the outcome is %s", (made, outcome) => {
  expect(incidentDocument({ ...written, decision: made }).outcome).toBe(outcome);
});

it("asks for the symptoms, and not for the cause that it guesses", () => {
  const asked = recallQueryText(seen);
  expect(asked).toContain("timeout waiting connection pool");
  expect(asked).not.toMatch(/exhaustion/);
});

it("begins with what the best hypothesis rests on", () => {
  const asked = recallQueryText({ ...seen, ranking: ranking({ hypotheses: [hypothesis({ for: ["E2"] })] }) });
  expect(asked.split("\n")[0]).toBe("metric_shift log_new_template");
});

it("does not depend on the order in which findings came", () => {
  const many = cited(...Array.from({ length: 40 }, (_, i) => logged(`template word${String.fromCharCode(97 + (i % 26))}${i}`, { strength: i % 7, summary: `s${i}` })));
  expect(recallQueryText({ ...seen, findings: many.toReversed() })).toBe(recallQueryText({ ...seen, findings: many }));
});

it("stays short, however much was found", () => {
  const many = cited(...Array.from({ length: 500 }, (_, i) => logged(`${"word".repeat(40)}${i}`, { entity: { id: `e${i}`.repeat(100), kind: "service" } })));
  const everything = many.map(({ id }) => id);
  expect(recallQueryText({ ...seen, findings: many, ranking: ranking({ hypotheses: [hypothesis({ for: everything })] }) }).length).toBeLessThanOrEqual(8000);
});

it("says in one line what two incidents have in common", () => {
  const past = incidentDocument({ ...written, findings: cited(logged("connection refused by pool <*>"), { kind: "metric.silence", evidence: { connector: "f", query: "q", window: null, facts: {} } }) });
  expect(whySimilar({ ...seen, past })).toBe('both show log.new-template; both name orders; both log "connection", "pool"');
});

it("says so when search has found no more than a stem in common", () => {
  expect(whySimilar({ ...seen, past: { text: "wait" } })).toBe("words of one stem stand in both");
});

it("keeps the title for people, and out of what is searched", () => {
  const document = incidentDocument(written);
  expect(document.title).toBe("Checkout is slow");
  expect(`${document.text}\n${recallQueryText(seen)}`).not.toMatch(/checkout/i);
});

it("asks for nothing where nothing was found, whatever the title says", () => {
  expect(recallQueryText({ ...seen, findings: [] })).toBe("");
});

it("neither asks for nor leaves anything to search by where there was no incident", () => {
  const quiet = ranking({ verdict: "no_incident" });
  expect(recallQueryText({ ...seen, ranking: quiet })).toBe("");
  expect(incidentDocument({ ...written, ranking: quiet })).toMatchObject({ incidentId: "inc-1", text: "", entity: null, cause: null, outcome: "unknown" });
});

it("lets a quiet analysis take back what an earlier one blamed, and never be recalled", async () => {
  const memory = await sqliteMemory(":memory:");
  const ask = { text: recallQueryText(seen), excludeIncidentId: "now", limit: 5 };
  await memory.remember(incidentDocument(written));
  expect(await memory.recall(ask)).toMatchObject([{ incidentId: "inc-1", entity: "orders-db" }]);
  await memory.remember(incidentDocument({ ...written, atMs: 6, ranking: ranking({ verdict: "no_incident" }) }));
  expect(await memory.recall(ask)).toEqual([]);
  await memory.close();
});

it("does not recall an incident for its title", async () => {
  const memory = await sqliteMemory(":memory:");
  await memory.remember(incidentDocument({ ...written, ranking: ranking({ verdict: "inconclusive" }), findings: cited({ kind: "cluster.not-ready", entity: { id: "node-1", kind: "node" }, evidence: { connector: "f", query: "q", window: null, facts: {} } }) }));
  expect(await memory.recall({ text: recallQueryText(seen), excludeIncidentId: "now", limit: 5 })).toEqual([]);
  await memory.close();
});
