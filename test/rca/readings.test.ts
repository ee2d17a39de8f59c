import fc from "fast-check";
import { expect, it } from "vitest";
import type { CitedFinding } from "../../src/domain/finding.ts";
import type { Ranking } from "../../src/domain/hypothesis.ts";
import { rankCauses, type RankInput } from "../../src/rca/rank.ts";
import { READING_REACH, settleByReadings } from "../../src/rca/readings.ts";
import { evidenceMap } from "../../src/rca/evidence-map.ts";
import type { Suspect } from "../../src/rca/fuse.ts";
import { incident } from "../agent/fakes.ts";

const NAMES = ["orders", "stock", "mail", "cart"] as const;
const finding = (id: string, entity: string, strength: number, over: Partial<CitedFinding> = {}): CitedFinding => ({
  id,
  signal: "log",
  kind: "log.new-template",
  entity: { id: entity, kind: "service" },
  strength,
  onsetMs: null,
  peer: null,
  summary: `${entity} logs something`,
  evidence: { connector: "logs", query: "", window: null, facts: { countAfter: 5 }, template: "ERROR parked" },
  ...over,
});
const nodes = NAMES.map((id) => ({ id, kind: "service" }));
const topology = { nodes, edges: [{ from: "orders", to: "stock", kind: "calls" }] };

const findings = fc.array(
  fc.tuple(fc.constantFrom(...NAMES), fc.double({ min: 0.1, max: 500, noNaN: true }), fc.constantFrom("log", "metric")),
  { minLength: 1, maxLength: 8 },
);
const named = (list: readonly (readonly [string, number, string])[]): CitedFinding[] =>
  list.map(([entity, strength, signal], at) =>
    signal === "log"
      ? finding(`E${at + 1}`, entity, strength)
      : finding(`E${at + 1}`, entity, strength, {
          signal: "metric",
          kind: "metric.shift",
          evidence: {
            connector: "m",
            query: "",
            window: null,
            facts: { metric: "latency", family: "latency", direction: "up", score: strength },
          },
        }),
  );
const readings = fc.array(
  fc.record({
    findingId: fc.constantFrom("E1", "E2", "E3", "E99"),
    entity: fc.constantFrom(...NAMES, "invented"),
    cause: fc.constantFrom("lock_contention", "disk_full", "invented_cause"),
  }),
  { maxLength: 4 },
);
const input = (list: CitedFinding[]): RankInput => ({ incident, findings: list, topology, similar: [] });
const placeOf = ({ hypotheses }: Ranking, id: string): number => hypotheses.findIndex(({ entity }) => entity.id === id);

it("moves a suspect only past those that lead by at most the reach of a reading", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.01, max: 5, noNaN: true }), { minLength: 2, maxLength: 4 }),
      readings,
      (scores, read) => {
        const suspects: Suspect[] = scores
          .map((score, at) => ({ id: NAMES[at] ?? "", score, votes: {}, strengths: {}, findings: [] }))
          .toSorted((a, b) => b.score - a.score);
        const map = evidenceMap(
          incident,
          topology,
          NAMES.map((name, at) => finding(`E${at + 1}`, name, 1)),
        );
        const settled = settleByReadings(suspects, read, map);
        const reach = READING_REACH * (suspects[0]?.score ?? 0);
        for (const [at, suspect] of settled.entries())
          for (const passed of settled.slice(at + 1))
            expect(passed.score - suspect.score).toBeLessThanOrEqual(Math.min(reach, suspect.score) + 1e-9);
        expect(new Set(settled)).toEqual(new Set(suspects));
      },
    ),
  );
});

it("never raises a confidence, and never makes a root cause", () => {
  fc.assert(
    fc.property(findings, readings, (list, read) => {
      const all = named(list);
      const without = rankCauses(input(all));
      const ranked = rankCauses({ ...input(all), readings: read });
      const most = without.hypotheses[0]?.confidence ?? 0;
      for (const { confidence } of ranked.hypotheses) expect(confidence).toBeLessThanOrEqual(most);
      const kept = ["inconclusive", without.verdict];
      expect(kept).toContain(ranked.verdict);
      expect(ranked.hypotheses.map(({ entity }) => entity.id).toSorted()).toEqual(
        without.hypotheses.map(({ entity }) => entity.id).toSorted(),
      );
    }),
    { numRuns: 200 },
  );
});

it("never changes who is first, nor the cause of the first: anybody can write a log line", () => {
  fc.assert(
    fc.property(findings, readings, (list, read) => {
      const all = named(list);
      const [first] = rankCauses(input(all)).hypotheses;
      const [now] = rankCauses({ ...input(all), readings: read }).hypotheses;
      expect([now?.entity, now?.cause]).toEqual([first?.entity, first?.cause]);
    }),
    { numRuns: 200 },
  );
});

it("settles a near tie behind the first, and says that it is no measurement", () => {
  const three = [finding("E1", "orders", 400), finding("E2", "stock", 99), finding("E3", "mail", 100)];
  const reading = { findingId: "E2", entity: "stock", cause: "lock_contention" };
  expect(placeOf(rankCauses(input(three)), "stock")).toBe(2);
  const { hypotheses } = rankCauses({ ...input(three), readings: [reading] });
  expect(hypotheses[1]).toMatchObject({ entity: { id: "stock" } });
  expect(hypotheses[1]?.reasons).toContain("a model reads E2 as lock_contention; this is no measurement");
});

it.each([
  ["cites nothing that exists", { findingId: "E99", entity: "stock", cause: "lock_contention" }],
  ["cites a finding about another entity", { findingId: "E1", entity: "stock", cause: "lock_contention" }],
  ["names an entity that does not exist", { findingId: "E2", entity: "invented", cause: "lock_contention" }],
])("changes nothing if a reading %s", (_, reading) => {
  const tie = input([finding("E1", "orders", 400), finding("E2", "stock", 99), finding("E3", "mail", 100)]);
  expect(rankCauses({ ...tie, readings: [reading] })).toEqual(rankCauses(tie));
});
