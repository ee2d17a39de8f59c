import type { ErrorCode } from "../domain/errors.ts";
import type { ProgressEvent } from "../domain/service.ts";

/** The numbers of one analysis that the metrics count. */
export type AnalysisCounts = {
  verdict: string;
  /** Of the first hypothesis; null without one. */
  confidence: number | null;
  ms: number;
  /** Sources that exist but could not be read. */
  failedSources: readonly string[];
  /** Past incidents that the report recalled. */
  recalled: number;
  /** Masks in the report that stand in place of a secret. */
  redactions: number;
};

/**
 * How a run ended. `events` are published together with the new status.
 * `left`: the run stopped on request at a checkpoint, and another worker continues it.
 */
export type RunResult =
  | {
      kind: "ended";
      status: "done" | "waiting_for_review";
      events: readonly Pick<ProgressEvent, "type" | "data">[];
      counts: AnalysisCounts;
    }
  | { kind: "left" }
  | { kind: "failed"; code: ErrorCode | null; message: string; hint: string };
