import type { AnalysisOutcome } from "../agent/analyse.ts";
import { modelRequests } from "../agent/model-requests.ts";
import {
  readTelemetry,
  TELEMETRY_TOOLS,
  type TelemetryReading,
  type TelemetryReadingResult,
} from "../agent/read-telemetry.ts";
import type { Similar } from "../agent/artifacts.ts";
import type { Memory } from "../agent/deps.ts";
import type { ActionResult } from "../domain/action.ts";
import type { ModelRequest, ModelTool } from "../domain/chat-model.ts";
import { IncidentError } from "../domain/errors.ts";
import type { Conversation, Exchange } from "../domain/conversation.ts";
import type { ChangeImpactListing } from "../domain/change-verdict.ts";
import type { EvidenceListing } from "../domain/evidence-listing.ts";
import type { ForecastListing } from "../domain/forecast.ts";
import type { LedgerSummary } from "../domain/model-rollup.ts";
import type { ModelStore } from "../domain/model-store.ts";
import type { ServiceStore } from "../domain/service-store.ts";
import type { IncidentStore } from "../domain/ports.ts";
import type { Policy } from "../domain/policy.ts";
import { type Masker, maskerOf } from "../domain/redact-values.ts";
import type { AnalysisDetail, AnalysisSummary, Feedback } from "../domain/service.ts";
import { analyses, type AnalysesParts, type AnalysisListing, type Conclusion, type RunOptions } from "./analyses.ts";
import { type Decided, type DecisionRequest, decideAction } from "./decide.ts";
import { type EditedAction, editOpenAction, type EditRequest } from "./edit-action.ts";
import { type EvidenceOptions, listEvidence } from "./evidence.ts";
import { askAnalysis, type AskParts, type AskRequest } from "./questions/ask-analysis.ts";
import { conversationOf } from "./questions/conversation.ts";
import { type FeedbackParts, type FeedbackResult, giveFeedback } from "./feedback.ts";
import { incidentView, type IncidentView, type IncidentViewParts } from "./incident-view.ts";
import { ledgerRecords, type LedgerOptions, summarizeLedger } from "./model-ledger.ts";
import { type Requirement, requirementAt } from "./requirement.ts";
import { type ProposedSilence, proposeSilence, type Silencer, type SilenceRequest } from "./propose-silence.ts";
import { learnFromResult } from "./memory/learn-from-result.ts";
import { executions, type Executions } from "./execute/executions.ts";
import { learnFromExecution } from "./execute/learn-from-execution.ts";
import { reportChange } from "./execute/report-change.ts";
import type { ExecutionParts } from "./execute/parts.ts";
import { type Notices, noticesOf } from "./notices/notices.ts";
import type { NoticeParts } from "./notices/send-notice.ts";
import { similarIncidents } from "./memory/similar.ts";
import { changeImpacts, type ImpactRequest } from "./outlook/change-impact.ts";
import { forecastIncident } from "./outlook/forecast-incident.ts";

type Apart = IncidentView & Executions;

/**
 * The use cases of Causeway. A surface (command line, HTTP, Slack) parses input, calls one of these and renders the
 * answer. None of them needs a queue or a worker; `CausewayService` adds those that do.
 */
export type Causeway = Apart & {
  /** Analyses an incident in this process. @throws {IncidentError} NOT_FOUND when there is no such incident. */
  analyse(incidentId: string, options?: RunOptions): Promise<AnalysisOutcome>;
  /**
   * Continues an analysis whose process ended.
   *
   * @throws {IncidentError} NOT_FOUND; UNAVAILABLE while another process works on it.
   */
  resume(analysisId: string, options?: RunOptions): Promise<AnalysisOutcome>;
  /**
   * Marks an analysis of the command line as failed if its process was killed. A killed process leaves a record that
   * says `running`.
   *
   * @returns false while a process works on the analysis.
   */
  endIfLeft(analysis: Pick<AnalysisSummary, "id" | "requestedBy">): Promise<boolean>;
  /** Which of these analyses have ended without a record: the process that worked on them is gone, on this host. */
  interrupted(analyses: readonly Pick<AnalysisSummary, "id" | "status">[]): Promise<Set<string>>;
  /** Every incident that can be analysed, by id. */
  listAllIncidents(): ReturnType<IncidentStore["listIncidents"]>;
  /** @throws {IncidentError} NOT_FOUND */
  getAnalysis(analysisId: string): Promise<AnalysisDetail>;
  /** The newest first, at most `limit`. */
  listAnalyses(options: AnalysisListing): Promise<AnalysisSummary[]>;
  conclusionsOf(analysisIds: readonly string[]): Promise<Map<string, Conclusion>>;
  /**
   * Lists the evidence of a report: numbers, queries, and the lines or points behind them. Secrets are masked.
   *
   * @throws {IncidentError} NOT_FOUND; UNAVAILABLE when a source does not answer.
   */
  evidence(analysisId: string, options?: EvidenceOptions): Promise<EvidenceListing>;
  /**
   * The first request that each step of an analysis would send to a model. Nothing is sent and nothing is stored.
   *
   * @throws {IncidentError} NOT_FOUND
   */
  modelRequests(analysisId: string, signal?: AbortSignal): Promise<ModelRequest[]>;
  /**
   * Reads the telemetry of an analysed incident, as an investigation would. It stores nothing.
   *
   * @throws {IncidentError} as `readTelemetry`.
   */
  readTelemetry(analysisId: string, reading: TelemetryReading): Promise<TelemetryReadingResult>;
  /** The readings that `readTelemetry` knows. */
  readonly telemetryTools: readonly ModelTool[];
  /**
   * Answers a question about an analysis, and keeps both. It changes no rank and decides nothing.
   *
   * @throws {IncidentError} as `askAnalysis`.
   */
  ask(analysisId: string, request: AskRequest): Promise<Exchange>;
  /** The questions about an analysis, with their answers. @throws {IncidentError} NOT_FOUND */
  conversation(analysisId: string): Promise<Conversation>;
  /**
   * Approves or rejects an action. An approval exports the script, bound to its hash. Nothing is run, unless the
   * settings say that the last approval starts the execution.
   *
   * @throws {IncidentError} NOT_FOUND; REJECTED when the action no longer matches its report, or was decided before;
   *   UNAVAILABLE while another process works on its analysis.
   */
  decide(request: DecisionRequest): Promise<Decided>;
  /**
   * Replaces an open action by one with a person's values or commands, which waits for its own approval.
   *
   * @throws {IncidentError} as `editOpenAction`; UNAVAILABLE while another process works on its analysis.
   */
  editAction(request: EditRequest): Promise<EditedAction>;
  /**
   * Proposes to silence the alerts of an incident. The silence is an action that waits for approval.
   *
   * @throws {IncidentError} as `proposeSilence`; UNAVAILABLE while another process works on its analysis.
   */
  proposeSilence(request: SilenceRequest): Promise<ProposedSilence>;
  /**
   * What the policy demands of an action at a time, and who approved it validly so far. @throws {IncidentError}
   * NOT_FOUND
   */
  requirement(actionId: string, atMs: number): Promise<Requirement>;
  /**
   * Records what became of the symptom after an approved action was run. The memory learns from it.
   *
   * @throws {IncidentError} NOT_FOUND; REJECTED unless the action was approved.
   */
  reportResult(result: ReportedResult): Promise<ActionResult>;
  /** @throws {IncidentError} as `giveFeedback`; REJECTED before there is a report. */
  feedback(judgement: Omit<Feedback, "atMs">): Promise<FeedbackResult>;
  /**
   * Searches the memory, as it is today, for past incidents like this one. `recalledIncidents` of the service gives
   * what the report recalled instead.
   *
   * @throws {IncidentError} NOT_FOUND when the incident was never analysed; UNAVAILABLE when the memory is down.
   */
  similarIncidents(incidentId: string, limit: number): Promise<Similar>;
  /** When each bounded resource of an incident's system runs out. @throws {IncidentError} as `forecastIncident` */
  forecast(incidentId: string, signal?: AbortSignal): Promise<ForecastListing>;
  /** What the changes of an incident did to its metrics. @throws {IncidentError} as `changeImpacts` */
  changeImpacts(incidentId: string, request?: ImpactRequest): Promise<ChangeImpactListing>;
  /** What the calls of models used and cost, summed up. */
  ledger(options: LedgerOptions): Promise<LedgerSummary>;
  /** Each call of a model, as a record for evaluation tools; oldest first. */
  ledgerRecords(sinceMs: number | null): ReturnType<typeof ledgerRecords>;
  /** Sends reports to the configured places. */
  readonly notices: Notices;
  close(): Promise<void>;
};

/** What a person reports of an action that they ran. */
export type ReportedResult = Omit<ActionResult, "source" | "atMs">;

export type CausewayParts = AnalysesParts &
  FeedbackParts &
  Pick<AskParts, "routes"> &
  Pick<IncidentViewParts, "service" | "notes"> & {
    /** Takes executed changes, and has the alerts of incidents. */
    service: Pick<ServiceStore, "addChanges" | "listAlerts">;
    /** Where reports are sent to, and what was sent. */
    outgoing: Pick<NoticeParts, "notices" | "places" | "post">;
    /** The Alertmanagers at which alerts may be silenced. Absent: none. */
    silencers?: readonly Silencer[] | undefined;
    incidents: IncidentStore;
    memory: Memory;
    models: Pick<ModelStore, "listCalls">;
    /** Approved scripts are exported to the folder `approved` in it. */
    home: string;
    /** Who must approve what. */
    policy: Policy;
    /** Masks what is read anew; absent: with marks that are the same everywhere. */
    masker?: Masker | undefined;
    /** What executes approved scripts. */
    execution: Omit<
      ExecutionParts,
      "store" | "incidents" | "policy" | "proposerOf" | "log" | "mask" | "now" | "onEnd"
    > & {
      /** Whether the last approval starts the execution. */
      startsByApproval: boolean;
      /** How long executions may take when this process is to end, milliseconds. */
      drainMs: number;
    };
    close(): Promise<void>;
  };

/** How long a decision waits for another on the same analysis, milliseconds. */
const DECISION_PATIENCE_MS = 10_000;

export function createCauseway({ close, ...parts }: CausewayParts): Causeway {
  const { agent, incidents, store, memory, holdLease, home, now } = parts;
  const found = analyses(parts);
  const { startsByApproval, drainMs } = parts.execution;
  const running = executions(
    {
      ...parts.execution,
      store,
      incidents,
      policy: parts.policy,
      proposerOf: found.proposerOf,
      mask: (text) => (parts.masker ?? maskerOf()).text(text),
      log: agent.deps.log,
      now,
      async onEnd(execution) {
        const { log } = agent.deps;
        await reportChange({ store, service: parts.service, log }, execution);
        await learnFromExecution({ store, memory, log }, execution);
      },
    },
    drainMs,
  );
  return {
    ...found,
    ...incidentView(parts),
    ...running,
    async interrupted(all) {
      const ids = all.filter(({ status }) => status === "running").map(({ id }) => id);
      const leases = await Promise.all(ids.map((id) => store.findLease(id)));
      const { hasDied } = parts.execution.owners;
      return new Set(ids.filter((_, at) => hasDied(leases[at]?.owner ?? "")));
    },
    listAllIncidents: () => incidents.listIncidents(),
    evidence: (analysisId, options) => listEvidence({ store, incidents, masker: parts.masker }, analysisId, options),
    async modelRequests(analysisId, signal) {
      await store.getAnalysis(analysisId);
      return modelRequests(agent, analysisId, signal);
    },
    telemetryTools: TELEMETRY_TOOLS,
    readTelemetry: (analysisId, reading) => readTelemetry(agent, analysisId, reading),
    ask: (analysisId, request) => askAnalysis(parts, analysisId, request),
    conversation: (analysisId) => conversationOf(store, analysisId),
    async decide(request) {
      const { analysisId } = await store.getAction(request.actionId);
      const decided = await holdLease(analysisId, { patienceMs: DECISION_PATIENCE_MS }, () =>
        decideAction({ agent, home, now, policy: parts.policy, proposerOf: found.proposerOf }, request),
      );
      return startsByApproval ? startedBy(decided, request, running) : decided;
    },
    async editAction(request) {
      const { analysisId } = await store.getAction(request.actionId);
      return holdLease(analysisId, { patienceMs: DECISION_PATIENCE_MS }, () =>
        editOpenAction({ agent, policy: parts.policy, now }, request),
      );
    },
    proposeSilence: (request) =>
      holdLease(request.analysisId, { patienceMs: DECISION_PATIENCE_MS }, () => proposeSilence(parts, request)),
    requirement: (actionId, atMs) => requirementAt({ store, policy: parts.policy }, actionId, atMs),
    async reportResult(reported) {
      const result: ActionResult = { ...reported, source: "report", atMs: now() };
      await learnFromResult({ store, memory }, result);
      return result;
    },
    async feedback(judgement) {
      const { report } = await found.getAnalysis(judgement.analysisId);
      if (report === null)
        throw new IncidentError("REJECTED", `analysis ${judgement.analysisId} has no report yet`, {
          hint: "Wait until it is done, then give the feedback again.",
        });
      return giveFeedback(parts, judgement);
    },
    similarIncidents: (incidentId, limit) => similarIncidents({ store, memory, now }, incidentId, limit),
    forecast: (incidentId, signal) => forecastIncident(parts, incidentId, signal),
    changeImpacts: (incidentId, request) => changeImpacts(parts, incidentId, request),
    ledger: (options) => summarizeLedger(parts.models, options),
    ledgerRecords: (sinceMs) => ledgerRecords(parts.models, sinceMs),
    notices: noticesOf({
      ...parts.outgoing,
      getAnalysis: found.getAnalysis,
      listAlerts: (incidentId, limit) => parts.service.listAlerts(incidentId, limit),
      now,
    }),
    async close() {
      await running.settle();
      await close();
    },
  };
}

/** Starts the execution of what was just approved. That it may not run now is no failure of the approval. */
async function startedBy(decided: Decided, request: DecisionRequest, running: Executions): Promise<Decided> {
  const { actionId, decision, by, approver = { surface: "cli", id: by, name: by } } = request;
  if (decision !== "approved" || decided.missing > 0) return decided;
  try {
    return { ...decided, execution: await running.execute({ actionId, by: approver, onState: request.onState }) };
  } catch (error) {
    if (error instanceof IncidentError) return { ...decided, notExecuted: error };
    throw error;
  }
}
