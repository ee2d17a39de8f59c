import { expect, it } from "vitest";
import { IncidentError } from "../../../src/domain/errors.ts";
import { Scenario } from "../../../src/domain/scenario.ts";
import { Alert } from "../../../src/domain/telemetry.ts";
import { type CasePlan, CASES } from "../../../src/lab/record/cases.ts";
import { describeCase } from "../../../src/lab/record/describe-case.ts";
import { DURATIONS, scheduleOf } from "../../../src/lab/record/schedule.ts";

const startMs = Date.parse("2026-01-01T00:00:00Z");
const schedule = scheduleOf(DURATIONS, 1);
const alert = (entity: string, seconds: number) =>
  Alert.parse({ timeUnixMs: startMs + seconds * 1000, entity, name: "HighLatency" });
const planOf = (word: string): CasePlan => {
  const plan = CASES.find((plan) => plan.word === word);
  if (!plan) throw new Error(`no case ${word}`);
  return plan;
};
const describe = (word: string, alerts: Alert[], culpritChange: string | null = null) =>
  describeCase(
    "x",
    planOf(word),
    {
      startMs,
      onsetMs: startMs + 150_000,
      endMs: startMs + 240_000,
      alerts,
      culpritChange,
      lines: [],
      spans: [],
      scrapes: [],
      changes: [],
      tally: { sent: 0, answered: 0, failed: 0 },
    },
    schedule,
  );
const scenarioOf = (recorded: { scenario: object }) => Scenario.parse(recorded.scenario);

it("takes the first alert at the entry after the fault as the alarm", () => {
  const { alarmAtMs, window, baseline } = scenarioOf(
    describe("pool", [alert("gateway", 40), alert("inventory", 160), alert("gateway", 170)]),
  );
  expect(alarmAtMs).toBe(startMs + 170_000);
  expect(baseline.window).toEqual({ startMs, endMs: startMs + 170_000 });
  expect(window?.startMs).toBeLessThan(startMs + 150_000);
});

it("takes the alert of any service if the entry has none", () => {
  expect(scenarioOf(describe("pool", [alert("inventory", 160)])).alarmAtMs).toBe(startMs + 160_000);
});

it("rejects a fault that nobody could have noticed", () => {
  expect(() => describe("pool", [alert("gateway", 40)])).toThrow(IncidentError);
});

it("gives a run without fault a planned alarm, and reveals it only in the oracle", () => {
  const recorded = describe("healthy", []);
  expect(recorded.oracle).toMatchObject({ faulty: false, entities: [], cause: null, onset: null });
  expect(scenarioOf(recorded).title).toBe(scenarioOf(describe("pool", [alert("gateway", 170)])).title);
});

it("names the faulty change, or null if no change is to blame", () => {
  expect(describe("config", [alert("gateway", 170)], "chg-1").oracle).toMatchObject({
    notes: { culpritCommit: "chg-1" },
  });
  expect(describe("pool", [alert("gateway", 170)]).oracle).toMatchObject({ notes: { culpritCommit: null } });
});
