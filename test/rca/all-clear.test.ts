import { describe, expect, it } from "vitest";
import type { CitedFinding, Finding } from "../../src/domain/finding.ts";
import { contradictions, proveAllClear } from "../../src/rca/all-clear.ts";
import { areUsersUnaffected } from "../../src/rca/symptom.ts";
import { seededRandom } from "../../src/stats/seeded-random.ts";
import { aFinding, anIncident } from "../fakes.ts";

type Facts = Finding["evidence"]["facts"];
const finding = (signal: Finding["signal"], kind: Finding["kind"], strength: number, facts: Facts): CitedFinding => ({
  ...aFinding({ signal, kind, strength, entity: { id: "orders", kind: "service" }, summary: `orders: ${kind}` }),
  evidence: { connector: "fake", query: "q", window: null, facts },
  id: `E-${kind}-${strength}`,
});
const QUIET = { verdict: "no_incident", why: "Nothing that was checked left its baseline range." } as const;
const WEB = new Map([["web", ["errors", "latency"]]]);
const prove = (findings: CitedFinding[], baselineCoverage = WEB, entries = new Set(["web"])) =>
  proveAllClear<{ verdict: string; why: string } & typeof QUIET>(QUIET, {
    findings,
    incident: anIncident(),
    baselineCoverage,
    entries,
  });

/** Findings that a healthy system never shows. */
const ALARMING: [string, CitedFinding][] = [
  ["one fatal line never seen before", finding("log", "log.new-template", 1, { severity: "fatal" })],
  ["an error line never seen before", finding("log", "log.new-template", 2, { severity: "error" })],
  ["a burst of errors", finding("log", "log.bursting-template", 60, { severity: "error" })],
  ["one fatal line without a time", finding("log", "log.undated", 1, { severity: "fatal", countAfter: 1 })],
  ["three errors without a time", finding("log", "log.undated", 1, { severity: "error", countAfter: 3 })],
  ["a resource at its limit", finding("metric", "metric.saturation", 30, { family: "disk" })],
  ["requests that clearly take longer", finding("metric", "metric.shift", 9, { family: "latency" })],
  ["requests that clearly fail more", finding("metric", "metric.shift", 9, { family: "error" })],
  ["failing spans", finding("trace", "trace.error-origin", 0.3, {})],
  ["a fault that the cluster reports", finding("cluster", "cluster.crash-loop", 1, {})],
];
/** Findings that healthy systems show. */
const HARMLESS: CitedFinding[] = [
  finding("log", "log.new-template", 30, { severity: "info" }),
  finding("log", "log.vanished-template", 300, { severity: "error" }),
  finding("log", "log.undated", 3, { severity: "error", countAfter: 2 }),
  finding("log", "log.bursting-template", 5, { severity: "error" }),
  finding("metric", "metric.shift", 4, { family: "latency" }),
  finding("metric", "metric.shift", 90, { family: "cpu" }),
  finding("metric", "metric.shift", 90, { family: "latency", of_calls: "yes" }),
  finding("change", "change.deploy", 1, {}),
];

describe("an all-clear", () => {
  it("stands if the entry was compared and nothing says otherwise", () => {
    expect(prove([])).toEqual(QUIET);
    expect(prove(HARMLESS)).toEqual(QUIET);
  });
  it.each(ALARMING)("does not stand beside %s", (_, alarming) => {
    expect(prove([...HARMLESS, alarming])).toMatchObject({
      verdict: "inconclusive",
      why: expect.stringContaining(alarming.summary),
    });
  });
  it("does not stand if neither the entry nor what alarmed was compared", () => {
    expect(prove([], new Map([["store", ["latency"]]]))).toMatchObject({
      verdict: "inconclusive",
      why: "Neither latency nor errors of web were compared with a baseline, so this is no all-clear.",
    });
    expect(prove([], new Map(), new Set())).toMatchObject({ verdict: "inconclusive" });
    expect(prove([], new Map([["web", []]]))).toMatchObject({ verdict: "inconclusive" });
  });
  it("never stands beside an alarming finding, whatever else was found", () => {
    const random = seededRandom(13);
    for (let round = 0; round < 300; round += 1) {
      const some = HARMLESS.filter(() => random() < 0.5);
      const [, alarming] = ALARMING[Math.floor(random() * ALARMING.length)] as (typeof ALARMING)[number];
      some.splice(Math.floor(random() * (some.length + 1)), 0, alarming);
      expect(prove(some).verdict).toBe("inconclusive");
      expect(contradictions(some)).toEqual([alarming]);
    }
  });
});

describe("users are unaffected", () => {
  const unaffected = (findings: CitedFinding[], coverage = WEB) =>
    areUsersUnaffected(findings, { target: null }, coverage, new Set(["web"]));
  it("only if the entry was compared and no request metric moved clearly", () => {
    expect(unaffected([])).toBe(true);
    expect(unaffected([], new Map())).toBe(false);
    expect(unaffected([finding("metric", "metric.shift", 20, { family: "latency" })])).toBe(false);
    expect(unaffected([finding("metric", "metric.shift", 20, { family: "queue" })])).toBe(false);
    expect(unaffected([finding("metric", "metric.shift", 20, { family: "cpu" })])).toBe(true);
  });
});
