import { expect, it } from "vitest";
import type { CitedFinding } from "../../../src/domain/finding.ts";
import { rankCauses } from "../../../src/rca/rank.ts";
import { aFinding, anIncident } from "../../fakes.ts";

const topology = {
  nodes: ["web", "orders", "catalog", "db"].map((id) => ({ id, kind: "service" })),
  edges: [
    ["web", "orders"],
    ["web", "catalog"],
    ["orders", "db"],
    ["catalog", "db"],
  ].map(([from = "", to = ""]) => ({ from, to, kind: "calls" as const })),
};
const logged = (entity: string, exemplar: string, peer: string | null = null) => ({
  ...aFinding({ signal: "log", kind: "log.new-template", entity: { id: entity, kind: "service" }, strength: 40, peer }),
  onsetMs: 600_000,
  evidence: {
    connector: "fake",
    query: "all",
    window: null,
    template: exemplar,
    exemplar,
    facts: { countAfter: 40, expected: 0, severity: "error" },
  },
});
const unauthorized = (entity: string) => logged(entity, 'statement failed peer=db reason="401 Unauthorized"', "db");
const refused = (user: string, detail = "password does not match") =>
  logged("db", `password authentication failed for user "${user}" detail="${detail}"`);
const restarted = {
  ...aFinding({ signal: "change", kind: "change.config", entity: { id: "db", kind: "service" }, strength: 0.9 }),
  onsetMs: 599_000,
  evidence: {
    connector: "fake",
    query: "all",
    window: null,
    facts: {
      id: "r2",
      kind: "config",
      restart: "yes",
      rollout_evidence: 5,
      rollout_timing: 1,
      content: "not recorded",
    },
  },
};
const rank = (...findings: Omit<CitedFinding, "id">[]) =>
  rankCauses({
    incident: anIncident({ alarmAtMs: 620_000 }),
    topology,
    similar: [],
    findings: findings.map((finding, n) => ({ ...finding, id: `E${n + 1}` })),
  });
const CREDENTIALS = "database_credentials_refused";

it("blames the one caller whose password does not match", () => {
  expect(rank(refused("orders"), unauthorized("orders")).hypotheses[0]).toMatchObject({
    entity: { id: "orders" },
    cause: CREDENTIALS,
  });
});

it("blames that caller even if the server just restarted, and takes the restart for no bad change", () => {
  const ranking = rank(refused("orders"), unauthorized("orders"), restarted);
  expect(ranking.hypotheses[0]).toMatchObject({ entity: { id: "orders" }, cause: CREDENTIALS });
  expect(ranking.change ?? null).toBeNull();
});

it("blames a server that does not know the user any more", () => {
  const flood = { ...unauthorized("orders"), strength: 400 };
  const ranking = rank(refused("orders", "role does not exist"), flood);
  expect(ranking.hypotheses[0]).toMatchObject({ entity: { id: "db" }, cause: CREDENTIALS });
});

it("blames a server that refuses all of its callers", () => {
  const ranking = rank(refused("orders"), unauthorized("orders"), unauthorized("catalog"));
  expect(ranking.hypotheses[0]?.entity.id).toBe("db");
});

it("keeps the blame of a restarted server that refuses all of its callers", () => {
  const ranking = rank(refused("orders"), unauthorized("orders"), unauthorized("catalog"), restarted);
  expect(ranking.hypotheses[0]?.entity.id).toBe("db");
});
