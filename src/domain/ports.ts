import type { Action, ActionResult, Decision } from "./action.ts";
import type { NotInvestigated } from "./alert-manners.ts";
import type { Approval } from "./approval.ts";
import type { AuditLog } from "./audit.ts";
import type { Entity } from "./entity.ts";
import type { ExecutionStore } from "./execution.ts";
import type { CitedFinding, Finding } from "./finding.ts";
import type { Incident } from "./incident.ts";
import type { Report } from "./report.ts";
import type { PageFile, Runbook, RunbookPage } from "./runbook.ts";
import type { QueryFilter, TelemetryQuery, TelemetrySignal } from "./query.ts";
import type { Alert, Change, ClusterAnswer, LogStream, Series, Span, Topology } from "./telemetry.ts";
import type { TimeWindow } from "./time.ts";

/**
 * Invalid input that was skipped. Everything else is still read, and the report lists the problem. `isCut`: nothing
 * after this point could be read. `count`: number of records with this problem; 1 if absent.
 */
export type Problem = { source: string; line: number | null; what: string; isCut?: true; count?: number };
export type FetchOptions = { signal?: AbortSignal | undefined; onProblem?: ((problem: Problem) => void) | undefined };

/** The type of an answer, by signal. Spans, alerts and changes come in the source's own order. */
export type TelemetryData = {
  log: LogStream[];
  metric: Series[];
  trace: Span[];
  alert: Alert[];
  cluster: ClusterAnswer[];
  change: Change[];
  topology: Topology;
};

/**
 * A way in which an answer is incomplete or too wide. `capped`: a limit of the query or the source cut the answer.
 * `sampled`: the system kept only a share of its records. `refused`: the source refused a part of the query.
 * `not_filtered`: the source cannot apply this filter, so the answer contains more than requested.
 */
export type AnswerGap =
  | { kind: "capped" | "sampled" | "refused"; why: string }
  | { kind: "not_filtered"; filter: QueryFilter; why: string };

/**
 * The query that a source received, and how complete its answer is. `returned`: number of series, spans, alerts,
 * changes, tool outputs, log streams or topology edges. Logs are read lazily: their gaps and problems are complete
 * only after the streams were read to the end.
 */
export type QueryCoverage = {
  source: string;
  query: TelemetryQuery;
  returned: number;
  gaps: AnswerGap[];
  problems: Problem[];
};
export type Answer<S extends TelemetrySignal> = { data: TelemetryData[S]; coverage: QueryCoverage };

/**
 * The capabilities of a source. `holds`: either everything in it belongs to the incident (a recording, an upload), or
 * it is a backend of the whole system, and an incident needs a part of it. `filters`: the parts of a query that it
 * applies; it reports the others as `not_filtered`. `metadata`: the fields of `SourceMetadata` that it can fill.
 */
export type Capabilities = {
  holds: "incident" | "system";
  filters: readonly QueryFilter[];
  metadata: readonly (keyof SourceMetadata)[];
};

/**
 * `range` null: everything that the source has. `fields`: the fields that the caller needs; the answer may contain
 * more.
 */
export type MetadataRequest = {
  range: TimeWindow | null;
  recording: string | null;
  fields: readonly (keyof SourceMetadata)[];
};
/**
 * The contents of a source in a range. `extent`: from the first to the last record; null if no record has a time.
 * `names`: of metrics, operations, alerts or kinds of change. `streams`: of logs. `isCapped`: the source has more than
 * is listed.
 */
export type SourceMetadata = {
  extent: TimeWindow | null;
  entities: Entity[];
  names: string[];
  labels: string[];
  streams: string[];
  isCapped: boolean;
};

/**
 * A query in a backend's own language, as a person would type it. `link`: a page that shows its result; null if none.
 */
export type NativeQuery = { language: string; text: string; link: string | null };

/**
 * What one backend answered when it was checked. `hasData`: it returned at least one record. `sample`: an example of
 * what it returned, such as a metric with its number of series; null if nothing. `emptyWord`: how to call that it has
 * nothing, where that is fine; absent: it is a fault. `newestMs`: time of the newest record.
 * `clockSkewMs`: its clock minus ours; null if unknown. `tenant`: the tenant that was asked for. `advice`: what to mend,
 * for each thing that is not right.
 */
export type SourceHealth = {
  hasData: boolean;
  emptyWord?: string;
  sample: string | null;
  newestMs: number | null;
  clockSkewMs: number | null;
  tenant: string | null;
  advice: string[];
};

/**
 * A named place that answers queries about one signal. An empty answer means that the query ran and matched nothing. A
 * source that cannot run the query throws IncidentError. A backend with several signals provides one source for each,
 * all with the same name.
 */
export interface TelemetrySource<S extends TelemetrySignal> {
  readonly name: string;
  readonly signal: S;
  readonly capabilities: Capabilities;
  query(query: TelemetryQuery, options?: { signal?: AbortSignal | undefined }): Promise<Answer<S>>;
  metadata(request: MetadataRequest, options?: { signal?: AbortSignal | undefined }): Promise<SourceMetadata>;
  /** The queries that this source sends for `query`, in its own language. Absent: it has no language of its own. */
  native?(query: TelemetryQuery, options?: { signal?: AbortSignal | undefined }): Promise<NativeQuery[]>;
  /** Asks for a little data, to show that the source works. @throws {IncidentError} if it cannot be asked. */
  check?(options?: { signal?: AbortSignal | undefined }): Promise<SourceHealth>;
}
/** The alerts of an incident and, if available, the alerts of past incidents. */
export interface AlertSource extends TelemetrySource<"alert"> {
  /**
   * The alert sets of past incidents of the same system, without their conclusions. They show which alerts are usual.
   * Never contains the incident's own alerts, nor anything later than `asOf`.
   */
  pastAlerts?(options?: { signal?: AbortSignal | undefined }): Promise<Alert[][]>;
  /**
   * The alerts that fire at this moment. Absent: the source cannot say, as a recording. @throws {IncidentError} if it
   * cannot be asked.
   */
  firingNow?(options?: { signal?: AbortSignal | undefined }): Promise<Alert[]>;
}
/** A source of any signal. `signal` identifies the kind. */
export type AnySource = {
  [S in TelemetrySignal]: S extends "alert" ? AlertSource : TelemetrySource<S>;
}[TelemetrySignal];

/**
 * The sources of one incident: any number for each signal, each with a name. A signal without a source was not
 * recorded or is not configured. That does not mean that it was quiet.
 */
export type Telemetry = readonly AnySource[];

/** `notInvestigated`: why its alerts started no investigation; absent if that is no question. */
export type ListedIncident = Pick<Incident, "id" | "title" | "alarmAtMs" | "system"> & {
  notInvestigated?: NotInvestigated | null;
};

/** Finds incidents by id, and opens their telemetry. */
export interface IncidentStore {
  /** @throws {IncidentError} NOT_FOUND, naming the incidents that exist. */
  getIncident(incidentId: string): Promise<Incident>;
  /** Ascending by id. */
  listIncidents(): Promise<ListedIncident[]>;
  openTelemetry(incidentId: string): Promise<Telemetry>;
}

/** `queued`: no process has started it. */
export type AnalysisStatus = "queued" | "running" | "waiting_for_review" | "done" | "failed";
export type AnalysisRecord = { id: string; incidentId: string; status: AnalysisStatus; startedAtMs: number };
/** The process that works on an analysis, and the time when its lease ends unless renewed. Unix milliseconds. */
export type Lease = { owner: string; untilMs: number };

/**
 * Everything that analyses read and concluded, and the decisions of people. Artifacts are stored here; the state of a
 * running analysis holds only their keys.
 */
export interface AnalysisStore extends AuditLog, ExecutionStore {
  createAnalysis(record: AnalysisRecord): Promise<void>;
  setStatus(analysisId: string, status: AnalysisStatus): Promise<void>;
  /** @throws {IncidentError} NOT_FOUND */
  getAnalysis(analysisId: string): Promise<AnalysisRecord>;
  /** Newest first. */
  listAnalyses(incidentId?: string): Promise<AnalysisRecord[]>;
  /** Stores findings under content keys (idempotent). @returns the keys, in the order of `findings`. */
  putFindings(analysisId: string, findings: readonly Finding[]): Promise<string[]>;
  /** Findings by key, in the order of `keys`. */
  getFindings(analysisId: string, keys: readonly string[]): Promise<Finding[]>;
  /**
   * Stores any other artifact (topology, plan, runbook draft) under a name. A second call with that name replaces it.
   */
  putArtifact(analysisId: string, name: string, artifact: unknown): Promise<void>;
  getArtifact(analysisId: string, name: string): Promise<unknown>;
  putReport(report: Report): Promise<void>;
  /** @throws {IncidentError} NOT_FOUND */
  getReport(analysisId: string): Promise<Report>;
  /** Adds a line to the audit log for each action that is new or changed. */
  putActions(actions: readonly Action[], nowMs: number): Promise<void>;
  /** @throws {IncidentError} NOT_FOUND */
  getAction(actionId: string): Promise<Action>;
  listActions(analysisId: string): Promise<Action[]>;
  /** Records the decision once, with its line in the audit log. @returns false if this action was decided before. */
  recordDecision(decision: Decision): Promise<boolean>;
  getDecision(actionId: string): Promise<Decision | null>;
  /**
   * Records what became of the symptom, with its line in the audit log. It replaces an earlier result.
   *
   * @throws {IncidentError} NOT_FOUND
   */
  recordActionResult(result: ActionResult): Promise<void>;
  getActionResult(actionId: string): Promise<ActionResult | null>;
  /** Records a person's approval, with its line in the audit log. It replaces their earlier one of the same action. */
  recordApproval(approval: Approval): Promise<void>;
  /** Oldest first, the expired ones too. */
  listApprovals(actionId: string): Promise<Approval[]>;
  /**
   * Takes the lease on an analysis, which need not exist yet, or renews one's own. Anybody may take a lease that has
   * lapsed (`untilMs` ≤ `nowMs`). If several processes ask at once, one gets it.
   *
   * @returns the lease that is valid now. Its `owner` is the caller if the caller got it.
   */
  takeLease(analysisId: string, request: Lease, nowMs: number): Promise<Lease>;
  /** The lease on an analysis, whether it has ended or not; null if nobody holds one. */
  findLease(analysisId: string): Promise<Lease | null>;
  /** Gives a lease back. Changes nothing if `owner` does not hold it. */
  dropLease(analysisId: string, owner: string): Promise<void>;
  close(): Promise<void>;
}

export interface RunbookSource {
  readonly name: string;
  listRunbooks(options?: FetchOptions): Promise<Runbook[]>;
}

/** Pages that people wrote for people, in folders: a checkout of a repository, or an exported wiki. */
export interface PageFolders {
  /** The pages by id. A page that did not change since the last call is the same object. */
  listPages(options?: FetchOptions): Promise<PageFile[]>;
}

/**
 * Web pages that alerts link to. Anybody can write an alert, so only addresses that the operator allows are fetched.
 */
export interface RunbookPageSource {
  /** The address to fetch, or null if the operator does not allow it. */
  allowed(address: string): string | null;
  /**
   * @returns null if the server has no such page.
   * @throws {IncidentError} REJECTED for an address that is not allowed, or that redirects; UNAVAILABLE, BAD_RESPONSE
   */
  fetchPage(address: string, signal?: AbortSignal): Promise<RunbookPage | null>;
}

/** A sentence, with the ids of the findings that support it. */
export type Claim = { text: string; evidenceIds: string[] };
/** `cachedTokens`: those of the input that the server read from its cache; absent if it does not say. */
export type ModelUse = { inputTokens: number; outputTokens: number; cachedTokens?: number | undefined };

/**
 * `context`: on whose behalf. `onUse`: called for each answer as it arrives, so that answers before a failure count.
 */
export type ClaimRun = {
  context: { analysisId: string; incidentId: string };
  signal?: AbortSignal | undefined;
  onUse?: ((use: ModelUse) => void) | undefined;
};

/** Language models that write claims about findings. They receive findings and templates, never a raw log line. */
export interface ClaimWriter {
  /**
   * `use` sums up all answers. `model`: the one whose claims these are.
   *
   * @throws {IncidentError} UNAVAILABLE, REJECTED or BAD_RESPONSE. The report then keeps its deterministic explanation.
   */
  writeClaims(input: ExplainInput, run: ClaimRun): Promise<{ claims: Claim[]; use: ModelUse; model: string }>;
}
export type ExplainInput = {
  incident: Pick<Incident, "id" | "title" | "system" | "entry" | "alarmAtMs">;
  ranking: import("./hypothesis.ts").Ranking;
  findings: readonly CitedFinding[];
};
