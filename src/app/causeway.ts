import { type AnalyseOptions, analyse, type AnalysisOutcome, resume } from "../agent/analyse.ts";
import type { Config } from "../config.ts";
import type { Action, Decision } from "../domain/action.ts";
import { IncidentError, isNotFound } from "../domain/errors.ts";
import type { Log } from "../domain/log.ts";
import type { AnalysisRecord, IncidentStore } from "../domain/ports.ts";
import type { Report } from "../domain/report.ts";
import type { Feedback } from "../domain/service.ts";
import { isoTime } from "../domain/time.ts";
import { type Decided, type DecisionRequest, decideAction } from "./decide.ts";
import { giveFeedback, type Learned } from "./feedback.ts";
import { withLease } from "../service/lease.ts";
import { type Similar, similarTo } from "./memory/similar.ts";
import { newAnalysisId } from "./new-ids.ts";
import { openRuntime, type Runtime } from "../compose/runtime.ts";

export type Shown = {
  record: AnalysisRecord;
  report: Report;
  actions: readonly { action: Action; decision: Decision | null }[];
};
export type RunOptions = Omit<AnalyseOptions, "analysisId">;

/** What the program can do. A surface parses input, calls one of these and renders the answer. */
export type Verbs = {
  analyse(incidentId: string, options?: RunOptions): Promise<AnalysisOutcome>;
  /** Goes on with an analysis whose process ended. @throws {IncidentError} NOT_FOUND; UNAVAILABLE while a process works on it. */
  resume(analysisId: string, options?: RunOptions): Promise<AnalysisOutcome>;
  incidents(): ReturnType<IncidentStore["listIncidents"]>;
  /** @throws {IncidentError} NOT_FOUND */
  show(analysisId: string): Promise<Shown>;
  /** Newest first. */
  analyses(incidentId?: string): Promise<AnalysisRecord[]>;
  /** @throws {IncidentError} NOT_FOUND; REJECTED when the action no longer matches its report, or was decided before; UNAVAILABLE while a process works on its analysis. */
  decide(request: DecisionRequest): Promise<Decided>;
  /** @throws {IncidentError} as `giveFeedback`. */
  feedback(said: Omit<Feedback, "atMs">): Promise<Learned>;
  /** Past incidents like it, by what its newest analysis saw. @throws {IncidentError} NOT_FOUND where it was never analysed; UNAVAILABLE where the memory cannot be asked. */
  similar(incidentId: string, limit: number): Promise<Similar>;
  close(): Promise<void>;
};

export type VerbOptions = {
  log: Log;
  /** Instead of the incidents that the configuration names. */
  incidents?: IncidentStore;
  /** Unix milliseconds. */
  now?: () => number;
};

/** Whether a process still works on it is not on record, so it is not claimed. */
const unfinished = ({ id, incidentId, startedAtMs, status }: AnalysisRecord, cause: unknown): IncidentError =>
  new IncidentError(
    "NOT_FOUND",
    `analysis ${id} of ${incidentId}, begun at ${isoTime(startedAtMs)}, ${status === "failed" ? "failed" : "was not finished"}: there is no report yet`,
    {
      hint: `Unless it is still running, its process ended. \`causeway analyze --resume ${id}\` goes on with it, \`causeway analyze ${incidentId}\` begins anew.`,
      cause,
    },
  );

/** How long a decision waits for another on the same analysis, milliseconds. */
const DECISION_PATIENCE_MS = 10_000;

/** Configuration to verbs: the one place that picks implementations. */
export async function openVerbs(config: Config, { log, incidents, now = Date.now }: VerbOptions): Promise<Verbs> {
  return verbsOf(config, await openRuntime(config, { log, recorded: incidents, now }), now);
}

/** The verbs over what is open already; `close` closes it. */
export function verbsOf(
  config: Pick<Config, "home">,
  { agent, incidents, stores, memory, close }: Runtime,
  now: () => number,
): Verbs {
  const { store } = stores;
  const leasing = { store, now };
  return {
    analyse(incidentId, options = {}) {
      const analysisId = newAnalysisId();
      return withLease(leasing, analysisId, options, (signal) =>
        analyse(agent, incidentId, { ...options, analysisId, signal }),
      );
    },
    resume: (analysisId, options = {}) =>
      withLease(leasing, analysisId, options, (signal) => resume(agent, analysisId, { ...options, signal })),
    incidents: () => incidents.listIncidents(),
    analyses: (incidentId) => store.listAnalyses(incidentId),
    show: async (analysisId) => {
      const record = await store.getAnalysis(analysisId);
      const report = await store.getReport(analysisId).catch((error: unknown) => {
        throw isNotFound(error) ? unfinished(record, error) : error;
      });
      const actions = await store.listActions(analysisId);
      return {
        record,
        report,
        actions: await Promise.all(
          actions.map(async (action) => ({ action, decision: await store.getDecision(action.id) })),
        ),
      };
    },
    async decide(request) {
      const { analysisId } = await store.getAction(request.actionId);
      return withLease(leasing, analysisId, { patienceMs: DECISION_PATIENCE_MS }, () =>
        decideAction({ agent: agent, home: config.home, now }, request),
      );
    },
    feedback: (said) => giveFeedback({ stores, memory, now }, said),
    similar: (incidentId, limit) => similarTo({ store, memory, now }, incidentId, limit),
    close,
  };
}
