import type { Action, Decision } from "./action.ts";
import type { Entity } from "./entity.ts";
import type { CitedFinding, Finding } from "./finding.ts";
import type { Incident } from "./incident.ts";
import type { Report } from "./report.ts";
import type { Runbook, RunbookPage } from "./runbook.ts";
import type { QueryFilter, TelemetryQuery, TelemetrySignal } from "./query.ts";
import type { Alert, Change, ClusterAnswer, LogStream, Series, Span, Topology } from "./telemetry.ts";
import type { TimeWindow } from "./time.ts";

/**
 * Broken input that was skipped. The rest is still read, and the report names the problem. `isCut`: nothing after it could
 * be read. `count`: how many records it stands for; 1 when absent.
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
 * Where an answer falls short of its query. `capped`: a limit or a cap of the source cut it. `sampled`: only a share of the
 * records was kept. `refused`: the source answered a part with no. `not_filtered`: the source cannot apply this filter, so
 * the answer holds more than was queried.
 */
export type AnswerGap =
  | { kind: "capped" | "sampled" | "refused"; why: string }
  | { kind: "not_filtered"; filter: QueryFilter; why: string };

/**
 * What one source was asked, and what came back. `returned`: series, spans, alerts, changes, tool outputs, log streams, or
 * topology edges. Logs are read lazily: their gaps and problems are complete once the streams were read to the end.
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
 * What a source can do. `holds`: all that it has belongs to the incident (a recording, an upload), or it is a backend of the
 * whole system, of which an incident needs a part. `filters`: the parts of a query that it applies; it reports the others
 * as `not_filtered`. `metadata`: the fields of `SourceMetadata` that it knows.
 */
export type Capabilities = {
  holds: "incident" | "system";
  filters: readonly QueryFilter[];
  metadata: readonly (keyof SourceMetadata)[];
};

/** `range` null: as far as the source reaches. `fields`: those that the caller needs; more may be answered. */
export type MetadataRequest = {
  range: TimeWindow | null;
  recording: string | null;
  fields: readonly (keyof SourceMetadata)[];
};
/**
 * What exists in a range. `extent`: from the first to the last record, null where none has a time. `names`: of metrics,
 * operations, alerts, kinds of change. `streams`: of logs. `isCapped`: there are more than listed.
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
 * A named place that answers queries about one signal. An empty answer means "queried, nothing there". A source that cannot
 * be queried throws IncidentError. A backend with several signals gives one source for each, all of one name.
 */
export interface TelemetrySource<S extends TelemetrySignal> {
  readonly name: string;
  readonly signal: S;
  readonly capabilities: Capabilities;
  query(query: TelemetryQuery, options?: { signal?: AbortSignal | undefined }): Promise<Answer<S>>;
  metadata(request: MetadataRequest, options?: { signal?: AbortSignal | undefined }): Promise<SourceMetadata>;
}
/** The alerts of an incident, and where it is known, what is usual. */
export interface AlertSource extends TelemetrySource<"alert"> {
  /**
   * The alert sets of past incidents of the same system, without their conclusions, to tell what is usual there. Never holds
   * the incident's own alerts, nor anything later than `asOf`.
   */
  pastAlerts?(options?: { signal?: AbortSignal | undefined }): Promise<Alert[][]>;
}
/** A source of any signal; `signal` tells which. */
export type AnySource = {
  [S in TelemetrySignal]: S extends "alert" ? AlertSource : TelemetrySource<S>;
}[TelemetrySignal];

/**
 * The sources of one incident: any number for a signal, each named. A signal without a source was not recorded or is not
 * configured, which is not "quiet".
 */
export type Telemetry = readonly AnySource[];

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
