import type { ModelTask } from "../domain/chat-model.ts";

/**
 * Everything that a model may call, by task. A tool reads telemetry, or proposes one of the values below; code checks
 * the value and decides. No tool takes a command, a query, a path, an address or a step of a runbook.
 *
 * What a model may propose:
 *
 * - `examine`: an entity that exists, and a time. Code measures there.
 * - `read_as`: a cause of the catalogue, for a finding that exists, at its entity or peer (`agent/investigation`).
 * - `conclude`, `answer` and the claims of an explanation: sentences, which code checks (`verify-claims.ts`).
 * - `run_plan`: a plan of the form of `AskPlan`, with fields that the data has.
 *
 * A model proposes no runbook, action, severity or confidence: the plan comes from the cause that code ranked first.
 */
export const MODEL_TOOLS: Readonly<Record<ModelTask, readonly string[]>> = {
  explain: [],
  investigate: [
    "list_names",
    "read_metric",
    "read_logs",
    "read_calls",
    "read_trace",
    "read_cluster",
    "read_changes",
    "read_alerts",
    "read_past",
    "read_runbooks",
    "fetch",
    "examine",
    "read_as",
    "conclude",
  ],
  ask: ["run_plan", "list_fields", "about_candidate", "answer"],
  judge: [],
  runbook: [],
};

/** True if a model may call this tool in this task. */
export const isAllowedTool = (task: ModelTask, name: string): boolean => MODEL_TOOLS[task].includes(name);
