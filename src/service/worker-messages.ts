import type { RunResult } from "../app/run-result.ts";

/**
 * Messages to an analysis worker. `abort`: another process took the analysis over. `drain`: finish the running nodes,
 * then leave the analysis.
 */
export type ToWorker = { type: "run"; analysisId: string } | { type: "abort" } | { type: "drain" } | { type: "close" };

/** Messages from an analysis worker. */
export type FromWorker = { type: "result"; analysisId: string; result: RunResult };
