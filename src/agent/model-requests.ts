import type { ChatModel, ModelRequest } from "../domain/chat-model.ts";
import { IncidentError } from "../domain/errors.ts";
import { claimWriter } from "../llm/claim-writer.ts";
import type { Agent } from "./analyse.ts";
import { getArtifact } from "./artifacts.ts";
import { doubtOf } from "./doubt.ts";
import { nodeSteps } from "./graph.ts";
import type { NodeName } from "./nodes-table.ts";
import type { AnalysisState } from "./state.ts";

/** The nodes that call a model, in their order. */
const MODEL_NODES: readonly NodeName[] = ["investigate", "explain"];

/** What every model request ends with here, so that the step goes on without a model. */
const notSent = (): IncidentError =>
  new IncidentError("REJECTED", "the request was only shown", { hint: "Nothing was sent to a model." });

/**
 * The first request that each step of an analysis would send to a model, in the order of the steps. Runs those steps
 * again on the state that they had, without sending and without storing anything.
 *
 * @throws {IncidentError} NOT_FOUND if the analysis has no state any more.
 */
export async function modelRequests(
  { graph, deps }: Agent,
  analysisId: string,
  signal?: AbortSignal,
): Promise<ModelRequest[]> {
  const requests: ModelRequest[] = [];
  const shown = { modelsFor: () => [shownModel(requests)] };
  const steps = nodeSteps({
    ...deps,
    writer: claimWriter(shown, { k: 1 }),
    models: shown,
    store: { ...deps.store, putArtifact: async () => {} },
    log: { ...deps.log, info: () => {}, warn: () => {} },
  });
  try {
    for (const node of MODEL_NODES) {
      const before = requests.length;
      const state = (await stateBefore(graph, analysisId, node)) ?? (await stateBefore(graph, analysisId, "explain"));
      if (state === null) throw noState(analysisId);
      const ranking = await getArtifact(deps.store, analysisId, "ranking");
      // without a model, no doubt was noted, and no investigation began
      await steps[node]({ ...state, doubt: state.doubt ?? doubtOf(ranking) }, { signal });
      requests.splice(before + 1); // a step may try again, or another model
    }
    return requests;
  } finally {
    deps.telemetry.release(analysisId);
  }
}

/** The state that the analysis had when `node` began for the first time; null if it never did. */
export async function stateBefore(
  graph: Agent["graph"],
  analysisId: string,
  node: NodeName,
): Promise<AnalysisState | null> {
  let found: AnalysisState | null = null;
  for await (const { next, values } of graph.getStateHistory({ configurable: { thread_id: analysisId } }))
    if (next.includes(node)) found = values as AnalysisState;
  return found;
}

const noState = (analysisId: string): IncidentError =>
  new IncidentError("NOT_FOUND", `analysis ${analysisId} kept no state of the steps that ask a model`, {
    hint: "It has not come so far, or it is old and was tidied up. Analyze the incident again.",
  });

const shownModel = (requests: ModelRequest[]): ChatModel => ({
  name: "none",
  server: "none",
  complete(request) {
    requests.push(request);
    return Promise.reject(notSent());
  },
});
