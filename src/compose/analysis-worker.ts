// The entry point of an analysis worker thread: it takes one analysis at a time and answers with the result. It opens
// its own connections and shares none with the thread that answers requests.
import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { stepGuard } from "../agent/step-guard.ts";
import { runAnalysis } from "../app/run-analysis.ts";
import { tracerName } from "../app/version.ts";
import type { Config } from "../config.ts";
import { analysisSpans } from "../connectors/opentelemetry/analysis-spans.ts";
import { IncidentError, messageOf } from "../domain/errors.ts";
import type { ModelCall } from "../domain/model-call.ts";
import type { FromWorker, ToWorker } from "../service/worker-messages.ts";
import { createLog } from "./log.ts";
import { openRuntime } from "./runtime.ts";
import { startTracing } from "./tracing.ts";

/** `workerData` of this thread. */
export type AnalysisWorkerData = { config: Config };

/** How long to retry a store that restarts, milliseconds. A shorter wait would make a source look unreadable. */
const STORE_PATIENCE_MS = 20_000;
const WORKER_NICENESS = 10;

// Requests come first. Linux sets niceness by thread; elsewhere it would slow the whole process.
if (process.platform === "linux") setPriority(WORKER_NICENESS);

const { config } = workerData as AnalysisWorkerData; // written by open-service.ts
const log = createLog(config);
const now = Date.now;
const startSpans = analysisSpans(tracerName());

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's port has no origin
const answer = (message: FromWorker): void => parentPort?.postMessage(message);
const steps = stepGuard((node, isRunning) => answer({ type: "step", node, isRunning }));

const onModelCall = (call: ModelCall): void => answer({ type: "model_call", call });

const opening = startTracing(config).then(async (stopTracing) => {
  const runtime = await openRuntime(config, {
    log,
    now,
    patienceMs: STORE_PATIENCE_MS,
    guard: steps.guard,
    onModelCall,
  });
  const close = async (): Promise<void> => {
    await runtime.close();
    await stopTracing();
  };
  return { ...runtime, close };
});
opening.catch((error: unknown) =>
  log.error({ err: error }, `an analysis worker cannot open its stores: ${messageOf(error)}`),
);

let current: { abort: AbortController; drain: AbortController } | null = null;

async function run({ analysisId, orders, beatMs }: Extract<ToWorker, { type: "run" }>): Promise<void> {
  const controls = (current = { abort: new AbortController(), drain: new AbortController() });
  const beat = setInterval(() => answer({ type: "alive" }), beatMs);
  const { agent, stores } = await opening; // a failure ends this thread, and the runner reports it
  steps.follow(orders);
  const result = await runAnalysis(analysisId, {
    agent,
    service: stores.service,
    startSpans,
    now,
    signal: controls.abort.signal,
    drain: controls.drain.signal,
  });
  clearInterval(beat);
  answer({ type: "result", analysisId, result });
}

parentPort?.on("message", (message: ToWorker) => {
  if (message.type === "run") void run(message);
  else if (message.type === "drain") current?.drain.abort();
  else if (message.type === "abort")
    current?.abort.abort(
      new IncidentError("UNAVAILABLE", "another process works on this analysis now", {
        hint: "You do not need to do anything.",
      }),
    );
  else void opening.then(({ close }) => close()).finally(() => parentPort?.close());
});
