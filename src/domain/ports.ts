import type { Action, Decision } from "./action.ts";
import type { CitedFinding, Finding } from "./finding.ts";
import type { Incident } from "./incident.ts";
import type { Report } from "./report.ts";
import type { Runbook, RunbookPage } from "./runbook.ts";
import type { Alert, Change, ClusterAnswer, LogStream, Series, Span, Topology } from "./telemetry.ts";
import type { TimeWindow } from "./time.ts";

/** Something wrong with the input that was stepped over: the rest is still read, and the report says so. `isCut`: nothing that comes after it could be read. `count`: how many it stands for; one unless told. */
export type Problem = { source: string; line: number | null; what: string; isCut?: true; count?: number };

/** Which telemetry: from when (null: all there is), and of which shared recording instead of the incident's own. */
export type Slice = { window: TimeWindow | null; shared?: string | null };
export type FetchOptions = { signal?: AbortSignal | undefined; onProblem?: ((problem: Problem) => void) | undefined };

// An empty answer means "asked, nothing there"; being unable to ask throws IncidentError.
/** Where logs come from. `openLogs` answers with streams that are read lazily and once. */
export interface LogSource {
  readonly name: string;
  openLogs(slice: Slice, options?: FetchOptions): Promise<LogStream[]>;
}
/** Where metrics come from. */
export interface MetricSource {
  readonly name: string;
  fetchSeries(slice: Slice, options?: FetchOptions): Promise<Series[]>;
}
/** Where traces come from. Spans in file order. */
export interface TraceSource {
  readonly name: string;
  fetchSpans(slice: Slice, options?: FetchOptions): Promise<Span[]>;
}
export interface AlertSource {
  readonly name: string;
  fetchAlerts(slice: Slice, options?: FetchOptions): Promise<Alert[]>;
  /**
   * The alert sets of other incidents of the same system, one a past incident, without anything that was concluded of them: what is usual there. Absent or empty
   * where none are known. Never holds the incident's own, nor anything later than the time at which the analysis stands.
   */
  fetchPastAlerts?(options?: FetchOptions): Promise<Alert[][]>;
}
export interface ChangeSource {
  readonly name: string;
  fetchChanges(slice: Slice, options?: FetchOptions): Promise<Change[]>;
}
export interface TopologySource {
  readonly name: string;
  fetchTopology(options?: FetchOptions): Promise<Topology>;
}
/** Where the cluster's state comes from: read-only diagnostic tools, live or recorded. */
export interface ClusterSource {
  readonly name: string;
  fetchAnswers(options?: FetchOptions): Promise<ClusterAnswer[]>;
}

/** The sources of one incident. An absent one was not recorded or not configured, which is not "quiet". */
export type Telemetry = {
  logs?: LogSource;
  metrics?: MetricSource;
  traces?: TraceSource;
  alerts?: AlertSource;
  changes?: ChangeSource;
  topology?: TopologySource;
  cluster?: ClusterSource;
};

/** Finds incidents by id, and opens their telemetry. */
export interface IncidentStore {
  /** @throws {IncidentError} NOT_FOUND, naming the incidents that exist. */
  getIncident(incidentId: string): Promise<Incident>;
  /** Ascending by id. */
  listIncidents(): Promise<Pick<Incident, "id" | "title" | "alarmAtMs" | "system">[]>;
  openTelemetry(incidentId: string): Promise<Telemetry>;
}

/** `queued`: no process has started it. */
export type AnalysisStatus = "queued" | "running" | "waiting_for_review" | "done" | "failed";
export type AnalysisRecord = { id: string; incidentId: string; status: AnalysisStatus; startedAtMs: number };
/** Which process works on an analysis, and until when unless it renews. Unix milliseconds. */
export type Lease = { owner: string; untilMs: number };

/**
 * What analyses saw, concluded and received from people. Artifacts live here; the state of a running analysis holds
 * keys.
 */
export interface AnalysisStore {
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
  putActions(actions: readonly Action[]): Promise<void>;
  /** @throws {IncidentError} NOT_FOUND */
  getAction(actionId: string): Promise<Action>;
  listActions(analysisId: string): Promise<Action[]>;
  /** Records the decision once. @returns false if this action was decided before. */
  recordDecision(decision: Decision): Promise<boolean>;
  getDecision(actionId: string): Promise<Decision | null>;
  /**
   * Takes the lease on an analysis, which need not exist yet, or renews one's own. Anybody may take a lease that has
   * lapsed (`untilMs` ≤ `nowMs`). If several processes ask at once, one gets it.
   *
   * @returns the lease that is valid now. Its `owner` is the caller if the caller got it.
   */
  takeLease(analysisId: string, request: Lease, nowMs: number): Promise<Lease>;
  /** Gives a lease back. Changes nothing if `owner` does not hold it. */
  dropLease(analysisId: string, owner: string): Promise<void>;
  close(): Promise<void>;
}

export interface RunbookSource {
  readonly name: string;
  listRunbooks(options?: FetchOptions): Promise<Runbook[]>;
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
export type ModelUse = { inputTokens: number; outputTokens: number };

/** A language model that writes claims about findings. It receives findings and templates, never a raw log line. */
export interface ClaimWriter {
  readonly name: string;
  /**
   * `use` sums up all answers. `onUse` is called for each answer as it arrives, so that answers before a failure are
   * counted too.
   *
   * @throws {IncidentError} UNAVAILABLE, REJECTED or BAD_RESPONSE. The report then keeps its deterministic explanation.
   */
  writeClaims(
    input: ExplainInput,
    signal?: AbortSignal,
    onUse?: (use: ModelUse) => void,
  ): Promise<{ claims: Claim[]; use: ModelUse }>;
}
export type ExplainInput = {
  incident: Pick<Incident, "id" | "title" | "system" | "entry" | "alarmAtMs">;
  ranking: import("./hypothesis.ts").Ranking;
  findings: readonly CitedFinding[];
};
