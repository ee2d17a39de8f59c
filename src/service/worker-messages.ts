import type { Config } from "../config.ts";
import type { ErrorCode } from "../domain/errors.ts";
import type { ProgressEvent } from "../domain/service.ts";

/** What a thread of analyses is started with. */
export type WorkerTask = { config: Config };
/** What it is told. `abort`: another took its analysis over. `drain`: leave it at the end of the running nodes. */
export type ToWorker = { type: "run"; analysisId: string } | { type: "abort" } | { type: "drain" } | { type: "close" };

/** What an analysis came to, as counters count it. */
export type AnalysisCounts = {
  verdict: string;
  confidence: number | null;
  ms: number;
  failedSources: readonly string[];
  recalled: number;
  /** Marks in the report that stand in place of a secret. */
  redactions: number;
  model: string | null;
  inputTokens: number;
  outputTokens: number;
  usd: number | null;
};
/** `events`: what is told with the end. */
export type RunResult =
  | {
      kind: "ended";
      status: "done" | "waiting_for_review";
      events: readonly Pick<ProgressEvent, "type" | "data">[];
      counts: AnalysisCounts;
    }
  | { kind: "left" }
  | { kind: "failed"; code: ErrorCode | null; message: string; hint: string };
export type FromWorker = { type: "result"; analysisId: string; result: RunResult };
