import { type Agent, type AnalyseOptions, type AnalysisOutcome, analyse, resume } from "../agent/analyse.ts";
import { IncidentError, nullIfNotFound } from "../domain/errors.ts";
import type { AnalysisStore } from "../domain/ports.ts";
import type { Report } from "../domain/report.ts";
import type { AnalysisDetail, AnalysisSummary } from "../domain/service.ts";
import type { ServiceStore } from "../domain/service-store.ts";
import { isoTime } from "../domain/time.ts";
import type { HoldLease } from "./hold-lease.ts";
import { newAnalysisId } from "./new-ids.ts";

export type RunOptions = Omit<AnalyseOptions, "analysisId">;
/** `incidentId`: of this incident only. */
export type AnalysisListing = { incidentId?: string | undefined; limit: number };

export type AnalysesParts = {
  agent: Agent;
  store: AnalysisStore;
  service: Pick<ServiceStore, "findSummary" | "listSummaries">;
  holdLease: HoldLease;
};

/** Runs analyses in this process, and finds those on record. */
export const analyses = ({ agent, store, service, holdLease }: AnalysesParts) => ({
  analyse(incidentId: string, options: RunOptions = {}): Promise<AnalysisOutcome> {
    const analysisId = newAnalysisId();
    return holdLease(analysisId, { signal: options.signal }, (signal) =>
      analyse(agent, incidentId, { ...options, analysisId, signal }),
    );
  },

  resume: (analysisId: string, options: RunOptions = {}): Promise<AnalysisOutcome> =>
    holdLease(analysisId, { signal: options.signal }, (signal) => resume(agent, analysisId, { ...options, signal })),

  async getAnalysis(analysisId: string): Promise<AnalysisDetail> {
    const summary = await service.findSummary(analysisId);
    if (summary === null)
      throw new IncidentError("NOT_FOUND", `there is no analysis ${analysisId.slice(0, 80)}`, {
        hint: "`causeway analyses` and GET /v1/analyses list the analyses.",
      });
    const report = await store.getReport(analysisId).catch(nullIfNotFound);
    const actions = report === null ? [] : await store.listActions(analysisId);
    return {
      ...summary,
      report,
      actions: await Promise.all(
        actions.map(async (action) => ({ action, decision: await store.getDecision(action.id) })),
      ),
    };
  },

  listAnalyses: ({ incidentId, limit }: AnalysisListing): Promise<AnalysisSummary[]> =>
    service.listSummaries({ limit, ...(incidentId === undefined ? {} : { incidentId }) }),
});

/** The report of an analysis. @throws {IncidentError} NOT_FOUND before there is one. */
export function reportOf({ id, incidentId, status, requestedAtMs, startedAtMs, report }: AnalysisDetail): Report {
  if (report !== null) return report;
  if (status === "queued")
    throw new IncidentError("NOT_FOUND", `analysis ${id} of ${incidentId} has no report yet: it waits for a worker`, {
      hint: "Wait until a worker takes it: `causeway serve` or `causeway worker` must be running.",
    });
  // The store does not record whether a process still works on it, so the message does not claim to know.
  throw new IncidentError(
    "NOT_FOUND",
    `analysis ${id} of ${incidentId}, started at ${isoTime(startedAtMs ?? requestedAtMs)}, has no report yet: ` +
      (status === "failed" ? "it failed" : "it is not finished"),
    {
      hint:
        `Wait if a process is working on it. Otherwise run \`causeway analyze --resume ${id}\` to continue it, ` +
        `or \`causeway analyze ${incidentId}\` to start a new analysis.`,
    },
  );
}
