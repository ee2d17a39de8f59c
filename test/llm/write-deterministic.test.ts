import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Hypothesis, Ranking } from "../../src/domain/hypothesis.ts";
import type { ExplainInput } from "../../src/domain/ports.ts";
import { checkCitations } from "../../src/llm/check-citations.ts";
import { deterministicClaims, MOST_CLAIMS } from "../../src/llm/write-deterministic.ts";
import { anyInput } from "./arbitraries.ts";
import { finding, ONSET_MS } from "./findings.ts";

const hypothesis = (id: string, parts: Partial<Hypothesis> = {}): Hypothesis => ({
  entity: { id, kind: "service" },
  cause: "connection_pool_exhausted",
  confidence: 0.9,
  calibrated: true,
  status: "supported",
  reasons: [],
  for: [],
  against: [],
  path: [id],
  wouldRefute: "",
  ...parts,
});
const findings = [
  finding({
    id: "E1",
    strength: 3,
    summary: "Wait for a connection rose to 812 ms from 3 ms",
    facts: { waitMs: 812, beforeMs: 3 },
  }),
  finding({
    id: "E2",
    strength: 9,
    kind: "trace.self-time",
    signal: "trace",
    onsetMs: ONSET_MS + 2000,
    summary: "store spends 790 ms in itself",
    facts: { selfMs: 790 },
  }),
  finding({
    id: "E3",
    kind: "change.config",
    signal: "change",
    onsetMs: ONSET_MS - 30_000,
    summary: "Config cfg-118: pool size 20 to 4",
    facts: { id: "cfg-118", before: 20, after: 4 },
  }),
  finding({
    id: "E4",
    entity: "orders",
    peer: "store",
    kind: "trace.edge-latency",
    signal: "trace",
    onsetMs: ONSET_MS + 5000,
    summary: "orders waits 880 ms for store",
    facts: { waitMs: 880 },
  }),
  finding({
    id: "E5",
    entity: "web",
    onsetMs: ONSET_MS + 9000,
    summary: "Share of 503 rose to 0.31",
    facts: { share: 0.31, status: "503" },
  }),
];
const input = (ranking: Partial<Ranking> = {}): ExplainInput => ({
  incident: { id: "shop-17", title: "Slow", system: "shop", entry: "web", alarmAtMs: null },
  ranking: {
    verdict: "root_cause",
    why: "",
    onsetMs: ONSET_MS,
    nextEvidence: [],
    hypotheses: [
      hypothesis("store", { for: ["E1", "E2", "E3", "E4"], path: ["web", "orders", "store"] }),
      hypothesis("orders", { for: ["E4"], path: ["web", "orders"] }),
    ],
    ...ranking,
  },
  findings,
});
const texts = (of: ExplainInput): string[] => deterministicClaims(of).map(({ text }) => text);

describe("a proven cause", () => {
  it("is explained in order: what broke and since when, evidence, change, spread, runner-up", () => {
    expect(texts(input())).toEqual([
      "store is the most likely root cause, abnormal since 08:41:02 UTC; " +
        "the evidence matches connection pool exhausted.",
      "Wait for a connection rose to 812 ms from 3 ms.",
      "store spends 790 ms in itself.",
      "orders waits 880 ms for store.",
      "store was changed before that, at 08:40:32 UTC: Config cfg-118: pool size 20 to 4.",
      "From there the fault spread to orders at 08:41:07 UTC and web at 08:41:11 UTC.",
      "orders, the runner-up, became abnormal only at 08:41:07 UTC, after store at 08:41:02 UTC.",
    ]);
  });
  it("names no change if the ranking has none", () => {
    expect(texts(input({ change: null })).join(" ")).not.toContain("cfg-118");
  });
  it("names the ranking's change, even of another entity", () => {
    const elsewhere = finding({
      id: "E9",
      entity: "orders",
      kind: "change.deploy",
      signal: "change",
      onsetMs: ONSET_MS - 1000,
      summary: "Deploy of orders",
      facts: { id: "d-7" },
    });
    expect(texts({ ...input({ change: "d-7" }), findings: [...findings, elsewhere] }).join(" ")).toContain(
      "orders was changed before that, at 08:41:01 UTC: Deploy of orders.",
    );
  });
  it("does not say that a later change came before", () => {
    const later = finding({
      id: "E9",
      kind: "change.deploy",
      signal: "change",
      onsetMs: ONSET_MS + 60_000,
      summary: "Deploy",
      facts: { id: "d-7" },
    });
    expect(texts({ ...input({ change: "d-7" }), findings: [...findings, later] }).join(" ")).toContain(
      "The likely culprit is a change of store: Deploy.",
    );
  });
  it("does not say that the fault spread to an entity that failed earlier", () => {
    const early = findings.map((one) => (one.id === "E5" ? { ...one, onsetMs: ONSET_MS - 90_000 } : one));
    expect(texts({ ...input(), findings: early }).join(" ")).toContain(
      "From there the fault spread to orders at 08:41:07 UTC.",
    );
  });
  it("does not call the runner-up later if one of its findings is as early", () => {
    const early = finding({
      id: "E9",
      entity: "orders",
      kind: "trace.edge-latency",
      signal: "trace",
      onsetMs: ONSET_MS + 100,
      summary: "orders fails",
    });
    const written = texts({ ...input(), findings: [...findings, early] }).join(" ");
    expect(written).toContain("From there the fault spread to orders at 08:41:02 UTC");
    expect(written).not.toContain("became abnormal only at");
    expect(written).toContain("orders, the runner-up, has fewer kinds of evidence than store.");
  });
  it("falls back to the findings if the ranking cites none", () => {
    expect(texts(input({ hypotheses: [hypothesis("cart", { for: [] })] })).slice(0, 2)).toEqual([
      "Share of 503 rose to 0.31.",
      "store spends 790 ms in itself.",
    ]);
  });
  it("cuts a long summary between words, so that no number loses a digit", () => {
    const long = finding({ summary: `${"very ".repeat(46)}slow: 123456789 ms`, facts: { ms: 123_456_789 } });
    const written = texts({ ...input({ hypotheses: [hypothesis("store", { for: ["E1"] })] }), findings: [long] });
    expect(written[1]).toMatch(/slow: …$/);
  });
});

it("names the hypotheses that an inconclusive ranking cannot separate, with their evidence", () => {
  expect(texts(input({ verdict: "inconclusive" }))).toEqual([
    "The evidence does not separate store and orders.",
    "Wait for a connection rose to 812 ms from 3 ms.",
    "store spends 790 ms in itself.",
    "orders waits 880 ms for store.",
  ]);
});
it("says that a clear leader of an inconclusive ranking is not proven", () => {
  const far = [
    hypothesis("store", { for: ["E1"], confidence: 0.97 }),
    hypothesis("orders", { for: ["E4"], confidence: 0.02 }),
  ];
  expect(texts(input({ verdict: "inconclusive", hypotheses: far }))[0]).toBe(
    "Most evidence points at store, but does not prove it.",
  );
});
it("says what was observed without an incident", () => {
  expect(texts(input({ verdict: "no_incident", hypotheses: [] }))[0]).toBe(
    "Observed, but too weak for an incident: Share of 503 rose to 0.31.",
  );
});
it("writes nothing without findings", () => {
  expect(deterministicClaims({ ...input({ verdict: "no_incident" }), findings: [] })).toEqual([]);
});

it("passes the citation check, is short, and repeats exactly, for any findings", () => {
  fc.assert(
    fc.property(anyInput, (any) => {
      const claims = deterministicClaims(any);
      const { kept, dropped } = checkCitations(claims, any.findings, any.ranking.hypotheses[0]?.path, "code");
      expect(dropped).toEqual([]);
      expect(kept).toEqual(claims);
      expect(claims.length).toBeLessThanOrEqual(MOST_CLAIMS);
      expect(deterministicClaims(any)).toEqual(claims);
    }),
    { numRuns: 300 },
  );
});
