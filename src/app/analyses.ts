import { type Agent, type AnalyseOptions, type AnalysisOutcome, analyse, resume } from "../agent/analyse.ts";
import { IncidentError, nullIfNotFound } from "../domain/errors.ts";
import type { AnalysisStore } from "../domain/ports.ts";
import type { Report } from "../domain/report.ts";
import { type AnalysisDetail, type AnalysisSummary, BY_HAND } from "../domain/service.ts";
import type { ServiceStore } from "../domain/service-store.ts";
import type { Proposer } from "../remediation/authority.ts";
import type { HoldLease } from "./hold-lease.ts";
import { newAnalysisId } from "./new-ids.ts";
import type { AnalysisSpans } from "./run-analysis.ts";

/** `by`: who asks for the analysis. */
export type RunOptions = Omit<AnalyseOptions, "analysisId"> & { by?: string | undefined };
/** `entity`: the root cause, or the first suspect of an open verdict; null if none is to blame. */
export type Conclusion = { verdict: Report["verdict"]; entity: string | null; cause: string | null };
/** `incidentId`: of this incident only. */
export type AnalysisListing = { incidentId?: string | undefined; limit: number };

const REQUESTER = "requester";
/** `requestedBy` of an analysis that alerts started. */
const ALERTS = "alerts";

export type AnalysesParts = {
  agent: Agent;
  store: AnalysisStore;
  service: Pick<ServiceStore, "findSummary" | "listSummaries">;
  holdLease: HoldLease;
  /** Traces each analysis; absent: nothing does. */
  startSpans?: ((analysisId: string) => AnalysisSpans) | undefined;
};

/** Runs analyses in this process, and finds those on record. */
export const analyses = ({ agent, store, service, holdLease, startSpans }: AnalysesParts) => ({
  analyse(incidentId: string, { by, ...options }: RunOptions = {}): Promise<AnalysisOutcome> {
    const analysisId = newAnalysisId();
    return holdLease(analysisId, { signal: options.signal }, async (signal) => {
      const outcome = await traced(startSpans?.(analysisId), options, (hooks) =>
        analyse(agent, incidentId, { ...options, ...hooks, analysisId, signal }),
      );
      if (by !== undefined) await store.putArtifact(analysisId, REQUESTER, by);
      return outcome;
    });
  },

  /** Who asked for an analysis. One from the command line that does not say so may be anybody's there. */
  async proposerOf(analysisId: string): Promise<Proposer> {
    const requestedBy = (await service.findSummary(analysisId))?.requestedBy ?? BY_HAND;
    if (requestedBy === ALERTS) return null;
    if (requestedBy !== BY_HAND) return { name: requestedBy };
    const name = await store.getArtifact(analysisId, REQUESTER);
    return typeof name === "string" ? { name } : "any_cli";
  },

  resume: (analysisId: string, options: RunOptions = {}): Promise<AnalysisOutcome> =>
    holdLease(analysisId, { signal: options.signal }, (signal) =>
      traced(startSpans?.(analysisId), options, (hooks) => resume(agent, analysisId, { ...options, ...hooks, signal })),
    ),

  async endIfLeft({ id, requestedBy }: Pick<AnalysisSummary, "id" | "requestedBy">): Promise<boolean> {
    try {
      return await holdLease(id, {}, async () => {
        const { status } = await store.getAnalysis(id);
        // one that was requested stays: the next worker goes on with it
        if (requestedBy === BY_HAND && status === "running") await store.setStatus(id, "failed");
        return true;
      });
    } catch (error) {
      if (error instanceof IncidentError && error.code === "UNAVAILABLE") return false;
      throw error;
    }
  },

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

  /** The conclusion of each analysis; omits those without a report. */
  async conclusionsOf(analysisIds: readonly string[]): Promise<Map<string, Conclusion>> {
    const conclusions = new Map<string, Conclusion>();
    for (const id of analysisIds) {
      const report = await store.getReport(id).catch(nullIfNotFound);
      if (report === null) continue;
      const [blamed] = report.root_causes;
      const [suspect] = report.hypotheses;
      conclusions.set(id, {
        verdict: report.verdict,
        entity: blamed?.entity ?? (report.verdict === "inconclusive" ? (suspect?.entity ?? null) : null),
        cause: blamed?.category ?? null,
      });
    }
    return conclusions;
  },

  listAnalyses: ({ incidentId, limit }: AnalysisListing): Promise<AnalysisSummary[]> =>
    service.listSummaries({ limit, ...(incidentId === undefined ? {} : { incidentId }) }),
});

type Hooks = Pick<RunOptions, "onStart" | "onStep">;

/** Gives a run hooks that also make its spans. */
async function traced<T>(
  spans: AnalysisSpans | undefined,
  { onStart, onStep }: Hooks,
  run: (hooks: Hooks) => Promise<T>,
): Promise<T> {
  if (spans === undefined) return run({});
  try {
    const result = await run({
      onStart(node) {
        spans.start(node);
        onStart?.(node);
      },
      onStep(node, found) {
        spans.end(node, found);
        onStep?.(node, found);
      },
    });
    spans.finish(null);
    return result;
  } catch (error) {
    spans.finish(error instanceof Error ? error.name : "unknown");
    throw error;
  }
}
