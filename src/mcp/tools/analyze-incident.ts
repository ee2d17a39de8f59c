import { z } from "zod";
import { WorkStatus } from "../../domain/service.ts";
import { defineTool, type RegisterTool } from "../define-tool.ts";
import type { McpPorts } from "../ports.ts";
import { IncidentIdInput } from "../schemas.ts";
import { ReportSummary, reportSummary } from "../views/report.ts";

/** Clients give a call a minute by default. Whoever wants to wait longer says so. */
const WAIT_SECONDS = 45;
const MOST_SECONDS = 3_600;

/** Analyses an incident, with progress. A long analysis goes on after the call; a second call waits for it. */
export const analyzeIncident = (ports: McpPorts): RegisterTool =>
  defineTool(
    {
      name: "analyze_incident",
      title: "Analyze an incident",
      description:
        "Finds the root cause of an incident from its logs, metrics, traces, alerts, cluster state and changes, and " +
        "returns the conclusion with the ids of its evidence. Takes seconds to minutes and sends progress. If it is " +
        "still running after wait_seconds, status says so: call again with the same incident_id to go on waiting. " +
        "Nothing in the systems is changed, and proposed actions wait for a person.",
      scope: "analyse",
      writes: true,
      asksOutside: true,
      input: {
        incident_id: IncidentIdInput,
        wait_seconds: z.number().int().min(1).max(MOST_SECONDS).default(WAIT_SECONDS),
        force: z.boolean().default(false).describe("start a new analysis even if one has read the same input"),
      },
      output: {
        incident_id: z.string(),
        analysis_id: z.string().nullable().describe("null while it is not known yet"),
        status: WorkStatus,
        failure: z.string().nullable(),
        report: ReportSummary.nullable().describe("null while there is none"),
      },
    },
    ports,
    async ({ incident_id: incidentId, wait_seconds: seconds, force }, { caller, signal, progress }) => {
      const { analysisId, status, why } = await ports.runs.run(incidentId, {
        by: caller.name,
        force,
        waitMs: seconds * 1_000,
        signal,
        onProgress: progress,
      });
      const isOver = status === "done" || status === "waiting_for_review";
      const report = analysisId === null || !isOver ? null : (await ports.causeway.getAnalysis(analysisId)).report;
      return {
        incident_id: incidentId,
        analysis_id: analysisId,
        status,
        failure: why,
        report: report && reportSummary(report),
      };
    },
  );
