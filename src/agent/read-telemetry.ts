import { IncidentError } from "../domain/errors.ts";
import type { ModelTool } from "../domain/chat-model.ts";
import type { LoopTool } from "../llm/loop-tool.ts";
import { resultText } from "../llm/tool-result.ts";
import type { Agent } from "./analyse.ts";
import { stateBefore } from "./model-requests.ts";
import type { InvestigationContext } from "./investigation/context.ts";
import { openContext } from "./investigation/open-context.ts";
import { HEAD_ROWS } from "./investigation/observations.ts";
import { telemetryTools } from "./investigation/tools.ts";
import { logMiner } from "./mined-logs.ts";

/**
 * One reading of an incident's telemetry. `tool`, `input`: as `TELEMETRY_TOOLS` define them. `from`: the first row to
 * show, from 1.
 */
export type TelemetryReading = { tool: string; input: unknown; from: number; signal?: AbortSignal | undefined };
/**
 * `text`: JSON in which every foreign text is a quoted name, value or text. `nextRow`: null if no row is left.
 * `isRefused`: the input names nothing that exists; the text says what does.
 */
export type TelemetryReadingResult = { text: string; nextRow: number | null; isRefused: boolean };

/** What can be read, each with the schema of its input. They are made without a context: only `run` uses it. */
export const TELEMETRY_TOOLS: readonly ModelTool[] = telemetryTools({} as InvestigationContext).map(
  ({ definition }) => definition,
);

/**
 * Reads the telemetry of an analysed incident as an investigation would, in the same time range and with the same
 * limits. Nothing is stored, and no evidence is added.
 *
 * @throws {IncidentError} NOT_FOUND if there is no such analysis, it has no report yet, or its state was tidied up;
 *   BAD_INPUT for an unknown tool.
 */
export async function readTelemetry(
  { graph, deps }: Agent,
  analysisId: string,
  { tool: name, input, from, signal }: TelemetryReading,
): Promise<TelemetryReadingResult> {
  await deps.store.getReport(analysisId);
  const state = await stateBefore(graph, analysisId, "explain");
  if (state === null)
    throw new IncidentError("NOT_FOUND", `analysis ${analysisId.slice(0, 80)} kept no state to read telemetry with`, {
      hint: "It is old and was tidied up. Analyze the incident again.",
    });
  const store = { ...deps.store, putArtifact: async () => {} };
  // a handle of its own: an analysis that still runs keeps the one that it has
  const telemetry = await deps.telemetry.openHandle(state);
  const { context } = await openContext({ ...deps, store }, state, logMiner(), telemetry);
  const tool = toolOf(telemetryTools(context), name);
  const { text, ok } = await tool.run(input, signal);
  if (!ok) return { text, nextRow: null, isRefused: true };
  const { rows, shown, key } = JSON.parse(text) as { rows: number; shown: number; key: string | null };
  if (from <= 1 || key === null) return { text, nextRow: shown < rows ? shown + 1 : null, isRefused: false };
  const page = context.observations.range(key, from, from + HEAD_ROWS - 1);
  const end = from + (page?.data.length ?? 0);
  return {
    text: page === null ? text : resultText({ ...page, tool: name }),
    nextRow: page === null || page.data.length === 0 || end > rows ? null : end,
    isRefused: false,
  };
}

function toolOf(tools: readonly LoopTool[], name: string): LoopTool {
  const tool = tools.find(({ definition }) => definition.name === name);
  if (tool === undefined)
    throw new IncidentError("BAD_INPUT", `there is no reading called ${name.slice(0, 80)}`, {
      hint: `There are ${tools.map(({ definition }) => definition.name).join(", ")}.`,
    });
  return tool;
}
