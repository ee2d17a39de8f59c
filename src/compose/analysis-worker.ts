// One thread of analyses: takes one at a time, and tells what came of it. It has connections of its own: nothing is shared with the thread that answers requests.
import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { IncidentError, messageOf } from "../domain/errors.ts";
import { createLog } from "./log.ts";
import { startTracing } from "../connectors/opentelemetry/tracing.ts";
import { openRuntime } from "./runtime.ts";
import { runAnalysis } from "../service/run-analysis.ts";
import type { FromWorker, WorkerTask, ToWorker } from "../service/worker-messages.ts";

/** A store that restarts must not make a source look as if it could not be read, milliseconds. */
const STORE_PATIENCE_MS = 20_000;
const THREAD_NICENESS = 10;

/** Requests come first. Linux counts niceness by thread; elsewhere it would be that of the whole process. */
if (process.platform === "linux") setPriority(THREAD_NICENESS);

const { config } = workerData as WorkerTask; // written by service/analysis-runner.ts, which starts this thread
const log = createLog(config);
const now = Date.now;

const opening = startTracing(config).then(async (stopTracing) => {
  const runtime = await openRuntime(config, { log, now, patienceMs: STORE_PATIENCE_MS });
  const close = async (): Promise<void> => {
    await runtime.close();
    await stopTracing();
  };
  return { ...runtime, close };
});
opening.catch((error: unknown) =>
  log.error({ err: error }, `a thread of analyses cannot open its stores: ${messageOf(error)}`),
);

let current: { abort: AbortController; drain: AbortController } | null = null;

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origins; a window's has
const answer = (message: FromWorker): void => parentPort?.postMessage(message);

async function run(analysisId: string): Promise<void> {
  const controls = (current = { abort: new AbortController(), drain: new AbortController() });
  const { agent: machine, stores } = await opening; // a failure ends the thread: whoever waits is told
  answer({
    type: "result",
    analysisId,
    result: await runAnalysis(analysisId, {
      agent: machine,
      service: stores.service,
      now,
      signal: controls.abort.signal,
      drain: controls.drain.signal,
    }),
  });
}

parentPort?.on("message", (message: ToWorker) => {
  if (message.type === "run") void run(message.analysisId);
  else if (message.type === "drain") current?.drain.abort();
  else if (message.type === "abort")
    current?.abort.abort(
      new IncidentError("UNAVAILABLE", "another process works on it now", { hint: "Nothing needs to be done." }),
    );
  else void opening.then(({ close }) => close()).finally(() => parentPort?.close());
});
