// One thread of a bench: asked for cases, one at a time, it answers with what the analysis gave.
import { parentPort, workerData } from "node:worker_threads";
import { IncidentError } from "../../domain/errors.ts";
import type { IncidentStore } from "../../domain/ports.ts";
import { type BenchTask, benchIncidents } from "../incidents/bench-incidents.ts";
import { createLog } from "../../compose/log.ts";
import { predictCase } from "./predict.ts";
import type { CaseAnswer, CaseQuestion, PredictConfig } from "./predict-pool.ts";

const config = workerData as PredictConfig; // written by predict-pool.ts
const log = createLog(config);

/** The incidents of the task at hand: they remember what the cases of a suite share. */
let atHand: { task: string; incidents: IncidentStore } | null = null;
function incidentsOf(task: BenchTask): IncidentStore {
  const asked = JSON.stringify(task);
  if (atHand?.task !== asked) atHand = { task: asked, incidents: benchIncidents(task) };
  return atHand.incidents;
}

const explain = (error: unknown): string =>
  error instanceof IncidentError
    ? error.message
    : error instanceof Error
      ? `${error.name}: ${error.message}`
      : String(error);

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origins; a window's has
const answer = (message: CaseAnswer): void => parentPort?.postMessage(message);

async function predict({ task, id }: CaseQuestion): Promise<CaseAnswer> {
  try {
    return { id, predicted: await predictCase(incidentsOf(task), id, config, log) };
  } catch (error) {
    log.error({ incidentId: id, err: error }, "the case could not be analysed");
    return { id, failed: explain(error) };
  }
}

parentPort?.on("message", (question: CaseQuestion) => void predict(question).then(answer));
