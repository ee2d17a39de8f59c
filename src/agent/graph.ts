import { type BaseCheckpointSaver, Command, END, type NodeError, START, StateGraph } from "@langchain/langgraph";
import { isUnavailable } from "../domain/errors.ts";
import type { AgentDeps } from "./deps.ts";
import { explain, explainWithoutModel } from "./nodes/explain.ts";
import { listChanges } from "./nodes/list-changes.ts";
import { logMiner } from "./mined-logs.ts";
import { findOnset } from "./nodes/find-onset.ts";
import { investigate, withoutInvestigation } from "./nodes/investigate.ts";
import { loadIncident } from "./nodes/load-incident.ts";
import { mapTopology, mapDiscoveredTopology } from "./nodes/map-topology.ts";
import { mineLogs } from "./nodes/mine-logs.ts";
import { findRunbooks, findWithoutRunbooks } from "./nodes/find-runbooks.ts";
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
import { writeReport } from "./nodes/write-report.ts";
import type { NodeName } from "./nodes-table.ts";
import { afterReport, settle } from "./routing.ts";
import { SOURCES } from "./sources.ts";
import { AnalysisState, type AnalysisUpdate, type CoverageSource } from "./state.ts";
import { explainFailure, type NodeStep } from "./step.ts";

/** Milliseconds. LangGraph logs each retry to stdout by default, but stdout belongs to the report. */
const retryPolicy = { maxAttempts: 3, initialInterval: 200, jitter: false, logWarning: false, retryOn: isUnavailable };
/** More steps than any analysis takes; `routing.ts` bounds the loops much earlier. */
export const RECURSION_LIMIT = 200;

const SOURCE_NODES = Object.keys(SOURCES) as (keyof typeof SOURCES)[];

type Fallback = (state: AnalysisState, why: string) => Promise<AnalysisUpdate>;
const giveUp: Fallback = async () => ({});

/** Runs the nodes of the analysis. A test wraps them, to see what each reads and writes. */
export function nodeSteps(deps: AgentDeps) {
  const minedLogs = logMiner();
  return {
    "load-incident": loadIncident(deps),
    "find-onset": findOnset(deps, minedLogs),
    "mine-logs": mineLogs(deps, minedLogs),
    "scan-metrics": scanMetrics(deps, minedLogs),
    "walk-traces": walkTraces(deps),
    "read-alerts": readAlerts(deps),
    "read-cluster": readCluster(deps),
    "list-changes": listChanges(deps),
    "map-topology": mapTopology(deps),
    "rank-causes": rankCauses(deps),
    "recall-similar": recallSimilar(deps),
    "widen-window": widenWindow(deps),
    investigate: investigate(deps, minedLogs),
    explain: explain(deps),
    "find-runbooks": findRunbooks(deps),
    "plan-remediation": planRemediation(deps),
    "write-report": writeReport(deps),
    review,
    "record-decision": recordDecision(deps),
    remember: remember(deps),
  };
}
export type NodeSteps = { [Name in NodeName]: NodeStep };

/** Wires the analysis. `routing.ts` decides the way; `nodes-table.ts` lists what each node reads and writes. */
export function buildGraph(deps: AgentDeps, checkpointer?: BaseCheckpointSaver, steps: NodeSteps = nodeSteps(deps)) {
  /** After the retries of a node are spent, the report names the gap, and the analysis continues at `next`. */
  const degrade = <Next extends NodeName | typeof END>(
    source: CoverageSource,
    next: (state: AnalysisState) => Next | Next[],
    fallback: Fallback = giveUp,
  ) => ({
    retryPolicy,
    timeout: deps.nodeTimeoutMs,
    errorHandler: async (state: AnalysisState, { node, error }: NodeError) => {
      const why = explainFailure(deps, state, node, error);
      const update = await fallback(state, why);
      const gaps = Array.isArray(update.coverage) ? update.coverage : [];
      return new Command({
        update: { ...update, coverage: [{ source, kind: "failed" as const, why }, ...gaps] },
        goto: next(state),
      });
    },
  });
  const ofSource = (node: keyof typeof SOURCES) => degrade(SOURCES[node], () => "map-topology");

  return (
    new StateGraph(AnalysisState)
      .addNode("load-incident", steps["load-incident"], { retryPolicy })
      .addNode(
        "find-onset",
        steps["find-onset"],
        degrade("onset", () => SOURCE_NODES),
      )
      .addNode("mine-logs", steps["mine-logs"], ofSource("mine-logs"))
      .addNode("scan-metrics", steps["scan-metrics"], ofSource("scan-metrics"))
      .addNode("walk-traces", steps["walk-traces"], ofSource("walk-traces"))
      .addNode("read-alerts", steps["read-alerts"], ofSource("read-alerts"))
      .addNode("read-cluster", steps["read-cluster"], ofSource("read-cluster"))
      .addNode("list-changes", steps["list-changes"], ofSource("list-changes"))
      .addNode(
        "map-topology",
        steps["map-topology"],
        degrade("topology", () => "rank-causes", mapDiscoveredTopology(deps)),
      )
      .addNode("rank-causes", steps["rank-causes"])
      .addNode("recall-similar", steps["recall-similar"], degrade("memory", settle))
      .addNode("widen-window", steps["widen-window"])
      .addNode(
        "investigate",
        steps.investigate,
        degrade("model", () => "rank-causes", withoutInvestigation),
      )
      .addNode(
        "explain",
        steps.explain,
        degrade("model", () => "find-runbooks", explainWithoutModel(deps)),
      )
      .addNode(
        "find-runbooks",
        steps["find-runbooks"],
        degrade("runbooks", () => "plan-remediation", findWithoutRunbooks(deps)),
      )
      .addNode(
        "plan-remediation",
        steps["plan-remediation"],
        degrade("runbooks", () => "write-report", planWithoutRunbooks(deps)),
      )
      .addNode("write-report", steps["write-report"])
      .addNode("review", steps.review)
      .addNode("record-decision", steps["record-decision"])
      .addNode(
        "remember",
        steps.remember,
        degrade("memory", () => END),
      )
      .addEdge(START, "load-incident")
      .addEdge("load-incident", "find-onset")
      .addEdge("find-onset", "mine-logs")
      .addEdge("find-onset", "scan-metrics")
      .addEdge("find-onset", "walk-traces")
      .addEdge("find-onset", "read-alerts")
      .addEdge("find-onset", "read-cluster")
      .addEdge("find-onset", "list-changes")
      // One edge each, not a join: a join would wait forever for a source that failed. All end in the same step, so
      // map-topology still runs once.
      .addEdge("mine-logs", "map-topology")
      .addEdge("scan-metrics", "map-topology")
      .addEdge("walk-traces", "map-topology")
      .addEdge("read-alerts", "map-topology")
      .addEdge("read-cluster", "map-topology")
      .addEdge("list-changes", "map-topology")
      .addEdge("map-topology", "rank-causes")
      .addEdge("rank-causes", "recall-similar")
      .addConditionalEdges("recall-similar", settle, ["widen-window", "investigate", "explain"])
      .addEdge("widen-window", "find-onset")
      .addEdge("investigate", "rank-causes")
      .addEdge("explain", "find-runbooks")
      .addEdge("find-runbooks", "plan-remediation")
      .addEdge("plan-remediation", "write-report")
      .addConditionalEdges("write-report", afterReport, ["review", "remember"])
      .addEdge("review", "record-decision")
      .addConditionalEdges("record-decision", afterReport, ["review", "remember"])
      .addEdge("remember", END)
      .compile({ name: "incident-analysis", ...(checkpointer ? { checkpointer } : {}) })
  );
}
export type AnalysisGraph = ReturnType<typeof buildGraph>;
