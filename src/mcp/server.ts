import { McpServer } from "@modelcontextprotocol/server";
import { programVersion } from "../app/version.ts";
import type { RegisterTool } from "./define-tool.ts";
import type { McpCaller, McpPorts } from "./ports.ts";
import { registerPrompts } from "./prompts.ts";
import { registerReports } from "./resources.ts";
import { analyzeIncident } from "./tools/analyze-incident.ts";
import { askAboutAnalysis } from "./tools/ask.ts";
import { listAnalyses, listIncidents } from "./tools/listings.ts";
import { findRunbooks, findSimilarIncidents } from "./tools/past.ts";
import { readEvidence, readReport } from "./tools/reports.ts";
import { telemetryTools } from "./tools/telemetry.ts";
import { triageAlerts } from "./tools/triage.ts";
import { NOTICE } from "./untrusted.ts";

/** The newest first. Older revisions lack structured results and tool annotations that clients rely on. */
export const PROTOCOL_VERSIONS = ["2026-07-28", "2025-11-25"];
/** Values in the arguments of one call. Alerts are the largest input. */
const MAX_INPUT_ELEMENTS = 100_000;

const INSTRUCTIONS = `Causeway finds the root cause of incidents from recorded evidence.
Begin with list_incidents or analyze_incident. read_report and read_evidence show what a conclusion rests on; list_names \
and the read_ tools query the telemetry of an analyzed incident.
Every result holds ${NOTICE.charAt(0).toLowerCase()}${NOTICE.slice(1)}
No tool approves or executes anything: a person does, outside of MCP.`;

/** Every tool. Each is a function of the ports, so that a test can call them. */
export const toolsOf = (ports: McpPorts): RegisterTool[] => [
  analyzeIncident(ports),
  listIncidents(ports),
  listAnalyses(ports),
  readReport(ports),
  readEvidence(ports),
  ...telemetryTools(ports),
  findSimilarIncidents(ports),
  findRunbooks(ports),
  triageAlerts(ports),
  askAboutAnalysis(ports),
];

/** A factory of servers: one for each connection or request, with the tools that its caller may use. */
export function mcpServers(ports: McpPorts): (caller: McpCaller) => McpServer {
  const tools = toolsOf(ports);
  return (caller) => {
    const server = new McpServer(
      { name: "causeway", title: "Causeway", version: programVersion() },
      {
        instructions: INSTRUCTIONS,
        supportedProtocolVersions: PROTOCOL_VERSIONS,
        maxToolInputElements: MAX_INPUT_ELEMENTS,
      },
    );
    for (const register of tools) register(server, caller);
    registerReports(server, ports, caller);
    registerPrompts(server);
    return server;
  };
}
