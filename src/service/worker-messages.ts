import type { ModelCall } from "../domain/model-call.ts";
import type { StepOrders } from "../domain/step-orders.ts";
import type { RunResult } from "../app/run-result.ts";

/**
 * Messages to an analysis worker. `run`: `beatMs` is the time between signs of life. `abort`: another process took the
 * analysis over. `drain`: finish the running nodes, then leave the analysis.
 */
export type ToWorker =
  | { type: "run"; analysisId: string; orders: StepOrders; beatMs: number }
  | { type: "abort" }
  | { type: "drain" }
  | { type: "close" };

/**
 * Messages from an analysis worker. `alive`: its event loop turns. `step`: a step of the graph begins or ends.
 * `model_call`: one has ended.
 */
export type FromWorker =
  | { type: "result"; analysisId: string; result: RunResult }
  | { type: "alive" }
  | { type: "step"; node: string; isRunning: boolean }
  | { type: "model_call"; call: ModelCall };
