import type { BaseCheckpointSaver } from "@langchain/langgraph";
import type { Agent } from "../agent/analyse.ts";
import type { AgentDeps, Memory } from "../agent/deps.ts";
import { buildGraph, nodeSteps } from "../agent/graph.ts";
import { type StepGuard, guardSteps } from "../agent/step-guard.ts";
import { type Config, forbidTracing } from "../config.ts";
import type { ModelRoutes, TraceTool } from "../domain/chat-model.ts";
import type { Log } from "../domain/log.ts";
import type { AnalysisStore, IncidentStore, RunbookPageSource } from "../domain/ports.ts";
import { claimWriter } from "../llm/claim-writer.ts";
import { programVersion, tracerName } from "../app/version.ts";
import { analysisHandles } from "../telemetry/analysis-handles.ts";
import { openPages, openRunbooks } from "./runbooks.ts";

export type AgentParts = {
  config: Pick<Config, "runbooks" | "model" | "nodeTimeoutMs"> &
    Partial<Pick<Config, "policy" | "owners" | "proxy" | "modelPlan" | "investigation" | "runbookPages">>;
  incidents: IncidentStore;
  store: AnalysisStore;
  memory: Memory | null;
  /** The configured models; null for none. */
  models: ModelRoutes | null;
  /** Notes of people on incidents; absent when nobody can add any. */
  notes?: AgentDeps["notes"];
  /** Runbook pages that alerts link to; absent when none may be fetched. */
  pages?: RunbookPageSource;
  checkpointer: BaseCheckpointSaver | null;
  log: Log;
  /** Absent: the calibration in use. */
  calibration?: AgentDeps["calibration"];
  /** Absent: all causes are known. */
  withoutCauses?: AgentDeps["withoutCauses"];
  now: () => number;
  /** True if actions wait for a person's decision. */
  review: boolean;
  /** Wraps the steps; absent: nothing does. */
  guard?: StepGuard | undefined;
};

/** Builds the agent with the implementations that the configuration chooses. */
export async function buildAgent({
  config,
  incidents,
  store,
  memory,
  models,
  notes,
  pages,
  checkpointer,
  calibration,
  withoutCauses,
  log,
  now,
  review,
  guard = (_node, step) => step,
}: AgentParts): Promise<Agent> {
  forbidTracing();
  const deps: AgentDeps = {
    incidents,
    telemetry: analysisHandles(incidents, now),
    store,
    memory,
    notes,
    pages,
    calibration,
    withoutCauses,
    log,
    now,
    review,
    owners: config.owners ?? [],
    policy: config.policy,
    runbooks: openRunbooks(config),
    library: openPages(config),
    writer: models === null ? null : claimWriter(models, { k: config.modelPlan?.votes ?? 1 }),
    models,
    investigation: config.investigation,
    traceTool: models === null ? undefined : await toolSpans(),
    nodeTimeoutMs: config.nodeTimeoutMs,
    versions: { causeway: programVersion() },
  };
  return { deps, graph: buildGraph(deps, checkpointer ?? undefined, guardSteps(nodeSteps(deps), guard)) };
}

async function toolSpans(): Promise<TraceTool> {
  const { toolTracer } = await import("../connectors/opentelemetry/traced-model.ts");
  return toolTracer(tracerName());
}
