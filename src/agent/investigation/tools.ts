import type { LoopTool } from "../../llm/loop-tool.ts";
import type { InvestigationContext } from "./context.ts";
import { examine, readAs } from "./finding-tools.ts";
import { readLogs } from "./log-tools.ts";
import { readMetric } from "./metric-tools.ts";
import {
  fetchRows,
  listNames,
  readAlertRecords,
  readChanges,
  readClusterObjects,
  readPast,
  readRunbooks,
} from "./record-tools.ts";
import { readCalls, readTrace } from "./trace-tools.ts";

/** The tools that read the telemetry of the incident itself. */
export const telemetryTools = (context: InvestigationContext): LoopTool[] => [
  listNames(context),
  readMetric(context),
  readLogs(context),
  readCalls(context),
  readTrace(context),
  readClusterObjects(context),
  readChanges(context),
  readAlertRecords(context),
];

/** The tools that read. They change nothing, and add no evidence. */
export const readingTools = (context: InvestigationContext): LoopTool[] => [
  ...telemetryTools(context),
  readPast(context),
  readRunbooks(context),
  fetchRows(context),
];

/** All tools of an investigation but the one that ends it. */
export const investigationTools = (context: InvestigationContext, model: () => string | null): LoopTool[] => [
  ...readingTools(context),
  examine(context, model),
  readAs(context),
];
