// One thread of a bench: asks for ids, one at a time, and answers with what the analysis gave.
import { parentPort, workerData } from "node:worker_threads";
import { IncidentError } from "../domain/errors.ts";
import { benchIncidents } from "./bench-incidents.ts";
import { createLog } from "./log.ts";
import { predictCase } from "./predict.ts";
import type { CaseAnswer, WorkerTask } from "./predict-suite.ts";

const { config, ...task } = workerData as WorkerTask; // written by predict-suite.ts, a line away
const incidents = benchIncidents(task);
const log = createLog(config);

const explain = (error: unknown): string => (error instanceof IncidentError ? error.message : error instanceof Error ? `${error.name}: ${error.message}` : String(error));

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origins; a window's has
const answer = (message: CaseAnswer): void => parentPort?.postMessage(message);

parentPort?.on("message", (id: string) => {
  predictCase(incidents, id, config, log).then(
    (predicted) => answer({ id, predicted }),
    (error: unknown) => {
      log.error({ incidentId: id, err: error }, "the case could not be analysed");
      answer({ id, failed: explain(error) });
    },
  );
});
