import { globSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { MARKET, NAMESPACE } from "../../../src/lab/market/plan.ts";
import { faultNamed, FAULTS } from "../../../src/lab/trial/faults.ts";
import { alertmanagerConfig, alertRules, prometheusConfig } from "../../../src/lab/trial/monitoring.ts";
import { oracleOf } from "../../../src/lab/trial/oracle.ts";
import { Oracle } from "../../../src/bench/formats.ts";
import { CAUSES } from "../../../src/rca/catalogue.ts";
import { parse } from "yaml";

const root = join(import.meta.dirname, "../../..");
const runbooks = new Set(globSync("runbooks/*/SKILL.md", { cwd: root }).map((path) => path.split("/")[1]));

it("has at least twenty faults, a run without one, a spike of load, and two faults at once", () => {
  expect(FAULTS.filter(({ entities }) => entities.length > 0).length).toBeGreaterThanOrEqual(20);
  expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
  expect(FAULTS.map(({ name }) => name)).toEqual(expect.arrayContaining(["none", "load-spike", "two-at-once"]));
  expect(faultNamed("two-at-once").entities).toHaveLength(2);
});
it("divides each family among both halves", () => {
  const halves = Map.groupBy(FAULTS, ({ half }) => half);
  expect(Math.abs((halves.get("tuning")?.length ?? 0) - (halves.get("final")?.length ?? 0))).toBeLessThanOrEqual(2);
});
it.each(FAULTS)("knows the right answer for $name: entities, causes and runbooks exist", (fault) => {
  const names = new Set([...MARKET.map(({ name }) => name), NAMESPACE, "node-1", "node-2", "node-3"]);
  expect(fault.entities.flat().filter((entity) => !names.has(entity))).toEqual([]);
  expect(fault.causes.filter((cause) => !CAUSES.some(({ id }) => id === cause))).toEqual([]);
  expect(fault.runbooks.filter((runbook) => !runbooks.has(runbook))).toEqual([]);
  expect(Oracle.safeParse(oracleOf(fault)).success).toBe(true);
});
it("refuses a fault that it does not have", () => {
  expect(() => faultNamed("fire")).toThrow('the lab has no fault "fire"');
});
it("has alert rules that name no workload and no fault", () => {
  const rules = alertRules();
  expect(parse(rules)).toHaveProperty("groups");
  const words = new Set(rules.toLowerCase().split(/[^a-z-]+/));
  // the queue's own metrics are called so
  const workloads = MARKET.map(({ name }) => name).filter((name) => name !== "queue");
  expect([...workloads, ...FAULTS.map(({ name }) => name)].filter((name) => words.has(name))).toEqual([]);
});
it("writes configurations that are YAML", () => {
  expect(parse(prometheusConfig("http://127.0.0.1:1", "http://127.0.0.1:2"))).toHaveProperty("scrape_configs");
  expect(parse(alertmanagerConfig("http://127.0.0.1:3"))).toHaveProperty("receivers");
});
