import { describe, expect, it } from "vitest";
import type { SourceExtent } from "../../src/domain/extent.ts";
import type { CitedFinding, Finding } from "../../src/domain/finding.ts";
import type { Incident } from "../../src/domain/incident.ts";
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
const QUIET = {
  verdict: "no_incident",
  why: "Nothing that was checked left its baseline range.",
  faultShown: false,
} as const;
const WEB = new Map([["web", ["errors", "latency"]]]);
const MINUTE = 60_000;
const ALARM_MS = Date.parse("2026-03-01T12:00:00Z");
/** An incident of which nobody knows how late its alarm was. */
const LATE = anIncident({ alarmAtMs: ALARM_MS, window: null, baseline: { window: null, shared: null } });
const extent = (source: SourceExtent["source"], fromMinutes: number, toMinutes: number, stepMs = 15_000) => ({
  source,
  startMs: ALARM_MS + fromMinutes * MINUTE,
  endMs: ALARM_MS + toMinutes * MINUTE,
  stepMs,
});
const LONG = [extent("metrics", -120, 5), extent("logs", -10, 5)];
const prove = (
  findings: CitedFinding[],
  baselineCoverage = WEB,
  entries = new Set(["web"]),
  { extents = LONG, incident = LATE }: { extents?: SourceExtent[]; incident?: Incident } = {},
) =>
  proveAllClear(QUIET, {
    findings,
    incident,
    baselineCoverage,
    entries,
    extents,
  });
const proveWith = (extents: SourceExtent[], incident = LATE) => prove([], WEB, new Set(["web"]), { extents, incident });

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
  ["an alert that a process restarted", finding("alert", "alert.firing", 1, { family: "restart" })],
  ["an alert that an instance is down", finding("alert", "alert.firing", 1, { family: "instance" })],
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
  finding("alert", "alert.firing", 1, { family: "latency" }),
  finding("alert", "alert.firing", 1, { family: "restart", background: "expected" }),
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
  it("stands beside an odd error of a service that always logs some, unless it states a fault", () => {
    const odd = finding("log", "log.new-template", 2, { severity: "error", rare: "yes", usual_error_rate: "yes" });
    expect(prove([odd])).toEqual(QUIET);
    expect(contradictions([odd], new Set([odd.id]))).toEqual([odd]);
    const fatal = finding("log", "log.new-template", 2, { severity: "fatal", usual_error_rate: "yes" });
    expect(prove([fatal])).toMatchObject({ verdict: "inconclusive" });
  });
  it("does not stand if most requests no longer arrive at the entry", () => {
    const fell = (after: number, strength = 6) =>
      finding("metric", "metric.shift", strength, { family: "traffic", direction: "down", before: 10, after });
    const orders = new Map([["orders", ["errors", "latency"]]]);
    expect(prove([fell(0.4)], orders, new Set(["orders"]))).toMatchObject({
      verdict: "inconclusive",
      why: expect.stringContaining("Most requests no longer arrive"),
    });
    expect(areUsersUnaffected([fell(0.4)], LATE, orders, new Set(["orders"]))).toBe(false);
    expect(prove([fell(5)], orders, new Set(["orders"]))).toEqual(QUIET);
    expect(prove([fell(0.4, 1)], orders, new Set(["orders"]))).toEqual(QUIET);
    expect(prove([fell(0.4)])).toEqual(QUIET);
  });
  it("does not stand if neither the entry nor what alarmed was compared", () => {
    expect(prove([], new Map([["store", ["latency"]]]))).toMatchObject({
      verdict: "inconclusive",
      why: "Neither latency nor errors of web were compared with a baseline, so this is not an all-clear.",
    });
    expect(prove([], new Map(), new Set())).toMatchObject({ verdict: "inconclusive" });
    expect(prove([], new Map([["web", []]]))).toMatchObject({ verdict: "inconclusive" });
  });
  it.each(["metrics", "traces", "logs"] as const)("does not stand if the %s end before the alarm", (source) => {
    expect(proveWith([...LONG, extent(source, -120, -10)])).toMatchObject({
      verdict: "inconclusive",
      why: `The ${source} end before the alarm, by up to 10 min, so this is not an all-clear.`,
    });
    expect(proveWith([...LONG, extent(source, -120, -1)])).toEqual(QUIET);
  });
  it("allows a source the distance of its own samples before the alarm", () => {
    const given = anIncident({
      alarmAtMs: ALARM_MS,
      window: { startMs: ALARM_MS - 60 * MINUTE, endMs: ALARM_MS },
      baseline: { window: { startMs: ALARM_MS - 240 * MINUTE, endMs: ALARM_MS - 60 * MINUTE }, shared: null },
    });
    expect(proveWith([extent("metrics", -240, -8, 5 * MINUTE)], given)).toEqual(QUIET);
    expect(proveWith([extent("metrics", -240, -16, 5 * MINUTE)], given)).toMatchObject({ verdict: "inconclusive" });
  });
  it("does not stand if nothing after the alarm could be compared with what precedes it", () => {
    expect(proveWith([extent("metrics", -240, -1, MINUTE), extent("logs", -240, 5)])).toMatchObject({
      verdict: "inconclusive",
      why: "All that was compared ends before the alarm, so this is not an all-clear.",
    });
  });
  it("does not stand if the fault may be older than the quiet time before the alarm", () => {
    const short = [extent("metrics", -20, 5)];
    expect(proveWith(short)).toMatchObject({
      verdict: "inconclusive",
      why: expect.stringContaining("begins only 20 min before the alarm"),
    });
    expect(proveWith([...LONG, extent("traces", -20, 5)])).toMatchObject({ verdict: "inconclusive" });
    expect(proveWith([extent("metrics", -46, 5)])).toEqual(QUIET);
  });
  it("stands on a short recording if the quiet time is apart from the fault", () => {
    const short = [extent("metrics", -20, 5)];
    const shared = anIncident({ alarmAtMs: ALARM_MS, window: null, baseline: { window: null, shared: "normal" } });
    expect(proveWith(short, shared)).toEqual(QUIET);
    const window = { startMs: ALARM_MS - 10 * MINUTE, endMs: ALARM_MS };
    const baseline = { window: { startMs: ALARM_MS - 20 * MINUTE, endMs: window.startMs }, shared: null };
    expect(proveWith(short, anIncident({ alarmAtMs: ALARM_MS, window, baseline }))).toEqual(QUIET);
  });
  it("stands if the quiet time begins before the window that a person gave", () => {
    const window = { startMs: ALARM_MS - 10 * MINUTE, endMs: ALARM_MS + 5 * MINUTE };
    const incident = anIncident({ alarmAtMs: ALARM_MS, window, baseline: { window: null, shared: null } });
    expect(proveWith([extent("metrics", -12, 5)], incident)).toEqual(QUIET);
    expect(proveWith([extent("metrics", -10, 5)], incident)).toMatchObject({ verdict: "inconclusive" });
  });
  it("does not stand if the entry had already moved before the alarm", () => {
    const moved = finding("metric", "metric.shift", 2, { family: "latency" });
    const context = {
      findings: [],
      incident: LATE,
      baselineCoverage: WEB,
      entries: new Set(["orders"]),
      extents: LONG,
    };
    const of = (beforeAlarm: CitedFinding[]) =>
      proveAllClear({ ...QUIET }, { ...context, baselineCoverage: new Map([["orders", ["latency"]]]), beforeAlarm });
    expect(of([moved])).toMatchObject({
      verdict: "inconclusive",
      why: expect.stringContaining("Already abnormal before the alarm"),
      faultShown: true,
    });
    expect(of([{ ...moved, strength: 0.5 }])).toEqual(QUIET);
    expect(of([finding("metric", "metric.shift", 9, { family: "cpu" })])).toEqual(QUIET);
  });
  it("stands without an alarm time, which no source can miss", () => {
    expect(proveWith([extent("metrics", -20, -10)], anIncident({ alarmAtMs: null }))).toEqual(QUIET);
  });
  it("never stands on sources of which one misses the alarm, whatever the others cover", () => {
    const random = seededRandom(31);
    for (let round = 0; round < 200; round += 1) {
      const lag = 3 + random() * 200;
      const extents = [extent("logs", -120, 5), extent("metrics", -300, -lag), extent("traces", -300, 5)];
      expect(proveWith(extents.toSorted(() => random() - 0.5)).verdict).toBe("inconclusive");
    }
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
  it("only if traces show no new share of failing requests", () => {
    const failing = (added: number, before: number, kind: CitedFinding["kind"] = "trace.error-origin") =>
      unaffected([finding("trace", kind, added, { share_before_percent: before })]);
    expect(failing(0.07, 0)).toBe(false);
    expect(failing(0.1, 0, "trace.failed-call")).toBe(false);
    expect(failing(0.02, 0)).toBe(true);
    expect(failing(0.07, 6)).toBe(true); // many failed before, too
    expect(failing(5, 0, "trace.spectrum")).toBe(true);
  });
});
