import { type BaseCheckpointSaver, Command, END, type NodeError, START, StateGraph } from "@langchain/langgraph";
import { isUnavailable } from "../domain/errors.ts";
import type { AgentDeps } from "./deps.ts";
import { explain, explainWithoutModel } from "./nodes/explain.ts";
import { listChanges } from "./nodes/list-changes.ts";
import { loadIncident } from "./nodes/load-incident.ts";
import { mapTopology, mapDiscoveredTopology } from "./nodes/map-topology.ts";
import { mineLogs } from "./nodes/mine-logs.ts";
import { planRemediation, planWithoutRunbooks } from "./nodes/plan-remediation.ts";
import { rankCauses } from "./nodes/rank-causes.ts";
import { readAlerts } from "./nodes/read-alerts.ts";
import { readCluster } from "./nodes/read-cluster.ts";
import { recallSimilar } from "./nodes/recall-similar.ts";
import { recordDecision } from "./nodes/record-decision.ts";
import { remember } from "./nodes/remember.ts";
import { review } from "./nodes/review.ts";
import { scanMetrics } from "./nodes/scan-metrics.ts";
import { walkTraces } from "./nodes/walk-traces.ts";
import { widenWindow } from "./nodes/widen-window.ts";
import { afterPlan, settle } from "./routing.ts";
import { SOURCES } from "./sources.ts";
import { AnalysisState, type AnalysisUpdate } from "./state.ts";
import { explainFailure } from "./step.ts";

/** Milliseconds. LangGraph announces each retry on stdout unless told not to; stdout belongs to the report. */
const retryPolicy = { maxAttempts: 3, initialInterval: 200, jitter: false, logWarning: false, retryOn: isUnavailable };
/** Loading, six passes and decisions; the routing bounds the loops long before this does. */
export const RECURSION_LIMIT = 200;

type Fallback = (state: AnalysisState, why: string) => Promise<AnalysisUpdate>;
const giveUp: Fallback = async () => ({});

/** The whole analysis at a glance: nodes do, `routing.ts` decides. */
export function buildGraph(deps: AgentDeps, checkpointer?: BaseCheckpointSaver) {
  /** What happens when a node's retries are spent: the report says what was not checked, and the analysis goes on at `next`. */
  const degrade = <Next extends string>(
    source: string,
    next: (state: AnalysisState) => Next,
    fallback: Fallback = giveUp,
  ) => ({
    retryPolicy,
    timeout: deps.nodeTimeoutMs,
    errorHandler: async (state: AnalysisState, { node, error }: NodeError) => {
      const why = explainFailure(deps, state, node, error);
      const update = await fallback(state, why);
      return new Command({
        update: {
          ...update,
          notChecked: [
            { source, kind: "failed" as const, why },
            ...(Array.isArray(update.notChecked) ? update.notChecked : []),
          ],
        },
        goto: next(state),
      });
    },
  });
  const degradeSource = (node: keyof typeof SOURCES) => degrade(SOURCES[node], () => "map-topology");

  return (
    new StateGraph(AnalysisState)
      .addNode("load-incident", loadIncident(deps), { retryPolicy })
      .addNode("mine-logs", mineLogs(deps), degradeSource("mine-logs"))
      .addNode("scan-metrics", scanMetrics(deps), degradeSource("scan-metrics"))
      .addNode("walk-traces", walkTraces(deps), degradeSource("walk-traces"))
      .addNode("read-alerts", readAlerts(deps), degradeSource("read-alerts"))
      .addNode("read-cluster", readCluster(deps), degradeSource("read-cluster"))
      .addNode("list-changes", listChanges(deps), degradeSource("list-changes"))
      .addNode(
        "map-topology",
        mapTopology(deps),
        degrade("topology", () => "rank-causes", mapDiscoveredTopology(deps)),
      )
      .addNode("rank-causes", rankCauses(deps))
      .addNode("recall-similar", recallSimilar(deps), degrade("memory", settle))
      .addNode("widen-window", widenWindow(deps))
      .addNode(
        "explain",
        explain(deps),
        degrade("model", () => "plan-remediation", explainWithoutModel(deps)),
      )
      .addNode("plan-remediation", planRemediation(deps), degrade("runbooks", afterPlan, planWithoutRunbooks(deps)))
      .addNode("review", review)
      .addNode("record-decision", recordDecision(deps))
      .addNode(
        "remember",
        remember(deps),
        degrade("memory", () => END),
      )
      .addEdge(START, "load-incident")
      .addEdge("load-incident", "mine-logs")
      .addEdge("load-incident", "scan-metrics")
      .addEdge("load-incident", "walk-traces")
      .addEdge("load-incident", "read-alerts")
      .addEdge("load-incident", "read-cluster")
      .addEdge("load-incident", "list-changes")
      // One edge each, not a join: a join would wait for ever for a source that failed. They share a step, so this still runs once.
      .addEdge("mine-logs", "map-topology")
      .addEdge("scan-metrics", "map-topology")
      .addEdge("walk-traces", "map-topology")
      .addEdge("read-alerts", "map-topology")
      .addEdge("read-cluster", "map-topology")
      .addEdge("list-changes", "map-topology")
      .addEdge("map-topology", "rank-causes")
      .addEdge("rank-causes", "recall-similar")
      .addConditionalEdges("recall-similar", settle, ["widen-window", "explain"])
      .addEdge("widen-window", "mine-logs")
      .addEdge("widen-window", "scan-metrics")
      .addEdge("widen-window", "walk-traces")
      .addEdge("widen-window", "read-alerts")
      .addEdge("widen-window", "read-cluster")
      .addEdge("widen-window", "list-changes")
      .addEdge("explain", "plan-remediation")
      .addConditionalEdges("plan-remediation", afterPlan, ["review", "remember"])
      .addEdge("review", "record-decision")
      .addConditionalEdges("record-decision", afterPlan, ["review", "remember"])
      .addEdge("remember", END)
      .compile({ name: "incident-analysis", ...(checkpointer ? { checkpointer } : {}) })
  );
}
export type AnalysisGraph = ReturnType<typeof buildGraph>;
