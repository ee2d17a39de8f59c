import { ReducedValue, StateSchema } from "@langchain/langgraph";
import { z } from "zod";
import { OpenAction, ReviewAnswer } from "../domain/action.ts";
import { SourceExtent } from "../domain/extent.ts";
import { FindingRef } from "../domain/finding.ts";
import { Verdict } from "../domain/hypothesis.ts";
import { DOUBTS } from "../domain/model-investigation.ts";
import { Onset } from "../domain/onset.ts";
import { TimeWindow } from "../domain/time.ts";

/** Sources and steps that coverage gaps refer to, by their names in the report. */
export const COVERAGE_SOURCES = [
  "onset",
  "logs",
  "metrics",
  "traces",
  "alerts",
  "cluster",
  "changes",
  "topology",
  "memory",
  "model",
  "runbooks",
  "runbook", // pages that alerts link to
] as const;
export type CoverageSource = (typeof COVERAGE_SOURCES)[number];

/**
 * A gap in what the analysis saw. `absent`: not recorded and not configured. `failed`: could not be queried or read.
 * `empty`: nothing of this time. `incomparable`: no quiet time to compare with. `cut`: broke off, so its end is
 * unknown. `partial`: read except for some parts.
 */
export const CoverageGap = z.object({
  source: z.enum(COVERAGE_SOURCES),
  kind: z.enum(["absent", "failed", "empty", "incomparable", "cut", "partial"]),
  why: z.string(),
});
export type CoverageGap = z.infer<typeof CoverageGap>;

/** A finding before it has an id. */
export const UnnamedRef = FindingRef.omit({ id: true });
export type UnnamedRef = z.infer<typeof UnnamedRef>;

/** Gives ids in order of arrival, here and nowhere else, because nodes run in parallel. A known key keeps its id. */
export function nameFindings(known: readonly FindingRef[], found: readonly UnnamedRef[]): FindingRef[] {
  const keys = new Set(known.map(({ key }) => key));
  const named = [...known];
  for (const ref of found) {
    if (keys.has(ref.key)) continue;
    keys.add(ref.key);
    named.push({ ...ref, id: `E${named.length + 1}` });
  }
  return named;
}

const sameGap = (a: CoverageGap) => (b: CoverageGap) => a.source === b.source && a.why === b.why;

/**
 * Everything that one analysis knows, except artifacts. A checkpoint writes the whole state each time, so findings,
 * topology, ranking and plan are in the store and the state holds their keys. A node returns only the keys that it
 * changes.
 */
export const AnalysisState = new StateSchema({
  analysisId: z.string(),
  incidentId: z.string(),
  startedAtMs: z.number(),
  /** The incident's window, widened backwards when it held nothing. Null if the incident has none. */
  window: TimeWindow.nullable().default(null),
  baseline: TimeWindow.nullable().default(null),
  /** When the fault began, from all signals together. Null if they do not agree. */
  onset: Onset.nullable().default(null),
  /** Earliest data of the incident in any source. Unix ms; null if unknown. */
  observedFromMs: z.number().nullable().default(null),
  /** First and last time of each source that shows the course of the incident. */
  extents: z.array(SourceExtent).default([]),
  /** How often the window was widened. Bounds the loop. */
  widenings: z.number().int().default(0),
  findings: new ReducedValue(
    z.array(FindingRef).default(() => []),
    {
      inputSchema: z.array(UnnamedRef),
      reducer: nameFindings,
    },
  ),
  coverage: new ReducedValue(
    z.array(CoverageGap).default(() => []),
    {
      inputSchema: z.array(CoverageGap),
      reducer: (known, added) => [...known, ...added.filter((gap) => !known.some(sameGap(gap)))],
    },
  ),
  /** Milliseconds spent in each node, over all passes. */
  timings: new ReducedValue(
    z.record(z.string(), z.number()).default(() => ({})),
    {
      inputSchema: z.record(z.string(), z.number()),
      reducer: (known, added) => {
        const sum = { ...known };
        for (const [node, ms] of Object.entries(added)) sum[node] = (sum[node] ?? 0) + ms;
        return sum;
      },
    },
  ),
  verdict: Verdict.nullable().default(null),
  /** Why a model should look further. Null if code is sure, if nothing is wrong, and without a model. */
  doubt: z.enum(DOUBTS).nullable().default(null),
  /** How often a model investigated. Bounds the loop. */
  investigations: z.number().int().default(0),
  droppedClaims: z.number().int().default(0),
  use: z.object({ inputTokens: z.number(), outputTokens: z.number() }).default({ inputTokens: 0, outputTokens: 0 }),
  /** The model that wrote the claims; null for the deterministic writer. */
  model: z.string().nullable().default(null),
  /** Actions that wait for a decision. Checkpoints are stored apart, so an edit of the store does not change these. */
  openActions: z.array(OpenAction).default([]),
  /** The last decision; `record-decision` stores it. */
  decision: ReviewAnswer.nullable().default(null),
});
export type AnalysisState = typeof AnalysisState.State;
export type AnalysisUpdate = typeof AnalysisState.Update;
