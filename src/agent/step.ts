import { isNodeTimeoutError } from "@langchain/langgraph";
import { IncidentError } from "../domain/errors.ts";
import type { AgentDeps } from "./deps.ts";
import type { NodeName } from "./nodes-table.ts";
import type { AnalysisState, AnalysisUpdate } from "./state.ts";

/** `writer`: informs the caller of the graph about progress within the node. */
export type StepRuntime = { signal?: AbortSignal | undefined; writer?: ((note: ProgressNote) => void) | undefined };
/** Progress within a node, as one plain sentence. */
export type ProgressNote = { node: string; text: string };
/** The work of a node: reads the state, returns the keys that it changes. */
export type NodeStep = (state: AnalysisState, runtime: StepRuntime) => Promise<AnalysisUpdate>;

/** Times a step, and writes one log line for it. */
export function timed(deps: AgentDeps, node: NodeName, step: NodeStep): NodeStep {
  return async (state, runtime) => {
    const startedMs = deps.now();
    const update = await step(state, runtime);
    const ms = deps.now() - startedMs;
    const found = Array.isArray(update.findings) ? update.findings.length : undefined;
    deps.log.info({ analysisId: state.analysisId, incidentId: state.incidentId, node, ms, found }, "step done");
    return { ...update, timings: { [node]: ms } };
  };
}

/**
 * The reason of a failure, for the report. An unexpected error is a bug in Causeway: the report names it and the log
 * gets the stack, but the analysis continues with the other sources.
 */
export function explainFailure(
  deps: AgentDeps,
  state: Pick<AnalysisState, "analysisId">,
  node: string,
  error: Error,
): string {
  const { analysisId } = state;
  if (isNodeTimeoutError(error)) {
    deps.log.warn({ analysisId, node, kind: "timeout" }, "step timed out");
    return `no answer within ${deps.nodeTimeoutMs} ms`;
  }
  if (error instanceof IncidentError) {
    deps.log.warn({ analysisId, node, code: error.code, err: error }, `step failed: ${error.message}`);
    return `${error.message} (${error.hint})`;
  }
  deps.log.error({ analysisId, node, err: error }, `step failed unexpectedly: ${error.name}: ${error.message}`);
  return `a bug in Causeway stopped it (${error.name}: ${error.message})`;
}
