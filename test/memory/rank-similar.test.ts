import { describe, expect, it } from "vitest";
import type { IncidentDocument, IncidentShape, MemoryCandidate } from "../../src/domain/memory.ts";
import { type Present, rankSimilar } from "../../src/memory/rank-similar.ts";
import { structureIn } from "../../src/memory/signs.ts";
import { incident } from "../connectors/memory-documents.ts";

type Signs = IncidentShape["signs"];
const signs = (...given: string[]): Signs => given.map((sign) => ({ sign, weight: 2 }));
const CPU = signs("self metric.shift cpu up", "caller metric.shift latency up");
const NET = signs("self trace.edge-latency", "caller metric.shift latency up");
const shaped = (own: Signs): IncidentShape => ({
  findingKinds: [],
  entityRole: null,
  pathRoles: [],
  severity: null,
  changes: [],
  services: [],
  signs: own,
});

const past = (id: string, own: Signs, given: Partial<IncidentDocument> = {}): IncidentDocument =>
  incident(id, id, { outcome: "confirmed", cause: "cpu_contention", shape: shaped(own), atMs: 0, ...given });
/** As search would give them: by words in the order given. */
const found = (...documents: IncidentDocument[]): MemoryCandidate[] =>
  documents.map((document, at) => ({
    document,
    dense: null,
    bm25: { score: 1 / (at + 1), rank: at + 1 },
    fused: 1 / (at + 1),
  }));
const present: Present = {
  text: "stock_db latency_up throttled cgroup",
  suspects: [
    { hypothesis: { entity: { id: "stock", kind: "service" }, cause: "unknown", confidence: 0.5 }, signs: CPU },
  ],
};
const ranked = (
  candidates: MemoryCandidate[],
  given: { limit?: number; maxPerCause?: number; nowMs?: number | null; minProbability?: number } = {},
) => rankSimilar(present, candidates, { limit: 5, maxPerCause: 5, nowMs: 0, minProbability: 0, ...given }).similar;
const ids = (similar: ReturnType<typeof ranked>): string[] => similar.map(({ document }) => document.incidentId);

describe("likeness by structure", () => {
  it("is 1 for equal signs, 0 for none in common or none at all, and between for some", () => {
    const [same, other, some, none] = structureIn([
      CPU,
      signs("self log.new-template"),
      signs("self metric.shift cpu up", "self log.new-template"),
      [],
    ])(CPU);
    expect(same).toBeCloseTo(1);
    expect([other, none]).toEqual([0, 0]);
    expect(some).toBeGreaterThan(0.2);
    expect(some).toBeLessThan(0.95);
  });

  it("weighs signs of the suspect above those of its callers, and rare signs above common ones", () => {
    const [self, caller] = structureIn([signs("self metric.shift cpu up"), signs("caller metric.shift latency up")])(
      CPU,
    );
    expect(self).toBeGreaterThan(caller ?? 1);
    const common = signs("self metric.shift latency up", "self metric.restart");
    const [rare = 0, usual = 0] = structureIn([
      signs("self metric.restart"),
      signs("self metric.shift latency up"),
      signs("self metric.shift latency up"),
    ])(common);
    expect(rare).toBeGreaterThan(usual);
  });
});

describe("the order of past incidents", () => {
  it("puts similar structure before similar text", () => {
    expect(ids(ranked(found(past("reads", NET, { cause: "network_delay" }), past("looks", CPU))))).toEqual([
      "looks",
      "reads",
    ]);
  });

  it("puts confirmed before unjudged, and unjudged before wrong incidents", () => {
    const outcomes = ["wrong", "unknown", "confirmed"] as const;
    expect(ids(ranked(found(...outcomes.map((outcome) => past(outcome, CPU, { outcome })))))).toEqual([
      "confirmed",
      "unknown",
      "wrong",
    ]);
  });

  it("puts the newer first if all else is equal", () => {
    const DAY_MS = 86_400_000;
    expect(
      ids(
        ranked(found(past("old", CPU, { atMs: 0 }), past("new", CPU, { atMs: 300 * DAY_MS })), { nowMs: 301 * DAY_MS }),
      )[0],
    ).toBe("new");
  });

  it("limits incidents of one cause while there are others", () => {
    const same = Array.from({ length: 4 }, (_, at) => past(`cpu${at}`, CPU));
    const shown = ranked(found(...same, past("net", NET, { cause: "network_delay" })), { limit: 3, maxPerCause: 2 });
    expect(ids(shown)).toEqual(["cpu0", "cpu1", "net"]);
    expect(ranked(found(...same), { limit: 3, maxPerCause: 2 })).toHaveLength(3);
  });

  it("does not depend on the order of equal search results", () => {
    const documents = Array.from({ length: 6 }, (_, at) => past(`i${at}`, CPU, { cause: `c${at}` }));
    const asEquals = (list: IncidentDocument[]): MemoryCandidate[] =>
      list.map((document) => ({ document, dense: null, bm25: { score: 1, rank: 1 }, fused: 1 }));
    expect(ids(ranked(asEquals(documents.toReversed())))).toEqual(ids(ranked(asEquals(documents))));
  });
});

describe("the probability that the past cause is the present one", () => {
  const of = (given: Partial<IncidentDocument>, own: Signs = CPU): number =>
    ranked(found(past("a", own, given)))[0]?.probability ?? Number.NaN;

  it("rises with likeness, and is 0 for an unknown or a wrong cause", () => {
    expect(of({})).toBeGreaterThan(of({}, NET));
    expect([of({ cause: null }), of({ cause: "unknown" }), of({ outcome: "wrong" })]).toEqual([0, 0, 0]);
  });

  it("is lower without a confirmation", () => {
    expect(of({ outcome: "unknown" })).toBeLessThan(of({ outcome: "confirmed" }));
  });
});
