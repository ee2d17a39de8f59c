// An analysis worker of which one step computes without end, unless orders leave it out.
import { parentPort, workerData } from "node:worker_threads";
import { MemorySaver } from "@langchain/langgraph";
import { buildGraph, nodeSteps } from "../../src/agent/graph.ts";
import type { NodeName } from "../../src/agent/nodes-table.ts";
import { guardSteps, stepGuard } from "../../src/agent/step-guard.ts";
import { runAnalysis } from "../../src/app/run-analysis.ts";
import type { FromWorker, ToWorker } from "../../src/service/worker-messages.ts";
import { agentOver, declaredTopology, incident, metricsAnswering, spiking } from "../agent/fakes.ts";

/** `blocked` counts how often `computes`, the step, began to compute. */
export type ComputingWorkerData = { computes: NodeName | null; blocked: Int32Array<SharedArrayBuffer> };
const { computes, blocked } = workerData as ComputingWorkerData;

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's port has no origin
const answer = (message: FromWorker): void => parentPort?.postMessage(message);
const steps = stepGuard((node, isRunning) => answer({ type: "step", node, isRunning }));
const { deps } = await agentOver({ metrics: metricsAnswering(spiking), topology: declaredTopology }, { review: false });
const plain = nodeSteps(deps);
const computing: typeof plain = { ...plain };
if (computes !== null)
  computing[computes] = async () => {
    Atomics.add(blocked, 0, 1);
    Atomics.notify(blocked, 0);
    for (;;);
  };
const graph = buildGraph(deps, new MemorySaver(), guardSteps(computing, steps.guard));

parentPort?.on("message", async (message: ToWorker) => {
  if (message.type === "close") return parentPort?.close();
  if (message.type !== "run") return;
  const { analysisId, orders } = message;
  answer({ type: "alive" });
  steps.follow(orders);
  const never = new AbortController().signal;
  await deps.store.createAnalysis({
    id: analysisId,
    incidentId: incident.id,
    startedAtMs: deps.now(),
    status: "running",
  });
  const result = await runAnalysis(analysisId, {
    agent: { deps, graph },
    service: { addProgress: async () => undefined },
    startSpans: () => ({ start: () => undefined, end: () => undefined, finish: () => undefined }),
    now: deps.now,
    signal: never,
    drain: never,
  });
  answer({ type: "result", analysisId, result });
});
