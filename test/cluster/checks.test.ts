import { expect, it } from "vitest";
import { CHECKS } from "../../src/cluster/findings.ts";
import { renamer } from "../../src/bench/rename-cluster.ts";
import type { ClusterAnswer } from "../../src/domain/telemetry.ts";
import { causeCard } from "../../src/rca/catalogue.ts";
import { rankCauses } from "../../src/rca/rank.ts";
import { SICK_CLUSTERS } from "./sick-clusters.ts";
import { findingsOf, incidentOf } from "./tools.ts";

const rankingOf = (answers: readonly ClusterAnswer[]) => {
  const { findings, topology } = findingsOf(answers);
  return rankCauses({
    incident: incidentOf(),
    findings: findings.map((finding, at) => ({ ...finding, id: `E${at + 1}` })),
    topology,
    similar: [],
  });
};
const numbered = (pick: "sick" | "healthy") =>
  SICK_CLUSTERS.flatMap(({ cause, entity, ...clusters }) =>
    clusters[pick].map((answers, at) => ({ cause, entity, answers, at: at + 1 })),
  );

it.each(numbered("sick"))("names $cause on $entity in cluster $at that has it", ({ cause, entity, answers }) => {
  const { verdict, hypotheses } = rankingOf(answers);
  expect(hypotheses[0]).toMatchObject({ entity: { id: entity }, cause });
  expect(hypotheses[0]?.for).not.toEqual([]);
  expect(verdict).toBe("root_cause");
});

it.each(numbered("healthy"))("does not name $cause in cluster $at that only looks like it", ({ cause, answers }) => {
  const { findings } = findingsOf(answers);
  const stated = findings.filter(({ strength }) => strength > 1).map(({ evidence }) => evidence.facts.means);
  expect(stated).not.toContain(cause);
  expect(rankingOf(answers).verdict === "root_cause" && rankingOf(answers).hypotheses[0]?.cause === cause).toBe(false);
});

it("has a card for each rule, and a sick cluster for each rule", () => {
  const tried = new Set(SICK_CLUSTERS.map(({ cause }) => cause));
  const rules = CHECKS.map(({ cause }) => cause);
  expect(rules.filter((cause) => causeCard(cause) === undefined)).toEqual([]);
  // a suspended schedule is no fault: see healthy-clusters.test.ts
  expect(rules.filter((cause) => !tried.has(cause) && cause !== "cron_job_suspended")).toEqual([]);
});

const NAMES = ["cart", "ledger", "report", "shop", "guard", "edge", "web", "envoy", "node-a", "node-b", "widget-hook"];
const KEPT = new Set(["certificate_expired", "certificate_not_ready", "sidecar_not_ready"]); // their entity is no name here

it.each(numbered("sick").filter(({ cause }) => !KEPT.has(cause)))(
  "names $cause in cluster $at when all names are replaced",
  ({ cause, answers, entity }) => {
    const rename = renamer(NAMES, 7);
    const renamed = answers.map(({ tool, args, text }) => ({
      tool,
      args: JSON.parse(rename(JSON.stringify(args))) as Record<string, unknown>,
      text: rename(text),
    }));
    expect(rename("cart")).not.toBe("cart");
    expect(rankingOf(renamed).hypotheses[0]).toMatchObject({ entity: { id: rename(entity) }, cause });
  },
);
