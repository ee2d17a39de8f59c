// The entry point of a prediction worker: it analyses one case at a time and answers with the result.
import { parentPort, workerData } from "node:worker_threads";
import { IncidentError } from "../../domain/errors.ts";
import type { IncidentStore } from "../../domain/ports.ts";
import { type BenchTask, benchIncidents } from "../incidents/bench-incidents.ts";
import type { CallRecord } from "../../cluster/requests/ask-cluster.ts";
import { createLog } from "../../compose/log.ts";
import { CALIBRATION } from "../../rca/confidence.ts";
import { leftOutOf } from "../leave-out.ts";
import { predictCase } from "./predict.ts";
import type { CaseAnswer, CaseRequest, PredictConfig } from "./predict-pool.ts";

const config = workerData as PredictConfig; // written by predict-pool.ts
const log = createLog(config);

/** The incidents of the current task. They cache what the cases of a suite share. */
let current: { task: string; incidents: IncidentStore } | null = null;
/** The calls of each case, where tools are asked step by step. A case takes its own. */
const callsOf = new Map<string, readonly CallRecord[]>();
function incidentsOf(task: BenchTask): IncidentStore {
  const key = JSON.stringify(task);
  if (current?.task !== key)
    current = { task: key, incidents: benchIncidents(task, (id, calls) => callsOf.set(id, calls)) };
  return current.incidents;
}

const explain = (error: unknown): string =>
  error instanceof IncidentError
    ? error.message
    : error instanceof Error
      ? `${error.name}: ${error.message}`
      : String(error);

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's port has no origin
const answer = (message: CaseAnswer): void => parentPort?.postMessage(message);

async function predict({ task, id }: CaseRequest): Promise<CaseAnswer> {
  try {
    const incidents = incidentsOf(task);
    const { leaveOut } = task;
    const calibration = leaveOut === undefined ? CALIBRATION : await leftOutOf(leaveOut, incidents, id);
    const withoutCauses = task.withoutCauses && new Set(task.withoutCauses[id]);
    const takeCalls = (): readonly CallRecord[] | undefined => {
      const calls = callsOf.get(id);
      callsOf.delete(id);
      return calls;
    };
    const seed = task.variation?.modelSeed ?? undefined;
    const model = config.model && { ...config.model, seed };
    const options = { ...config, model, calibration, withoutCauses, detail: task.detail, takeCalls };
    return { id, predicted: await predictCase(incidents, id, options, log) };
  } catch (error) {
    log.error({ incidentId: id, err: error }, "the case could not be analysed");
    return { id, failed: explain(error) };
  }
}

parentPort?.on("message", (request: CaseRequest) => void predict(request).then(answer));
