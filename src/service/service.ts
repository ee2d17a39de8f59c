import type { AlertDelivery } from "../domain/alert-event.ts";
import type { Report } from "../domain/report.ts";
import type {
  AcceptedDelivery,
  AnalysisDetail,
  AnalysisSummary,
  ApiKey,
  DeadLetter,
  Feedback,
  IncidentDetail,
  KnownIncident,
  NewIncident,
  Page,
  ProgressEvent,
  Readiness,
  Scope,
  Upload,
} from "../domain/service.ts";
import type { Decided, DecisionRequest } from "../app/decide.ts";
import type { ServiceMetrics } from "./metrics.ts";

/** `limit`: 1 to 200. `cursor`: the `nextCursor` of the page before; null for the first. */
export type PageRequest = { limit: number; cursor: string | null };
/** `force`: even where an analysis that read the same (alerts, logs that were given, notes) is finished, or waits for a decision; never beside one that is queued or runs. */
export type AnalysisRequest = { idempotencyKey: string | null; by: string; force?: boolean };
/** `deliveryId` is equal for repeats of one delivery: the sender's own id of it, or the hash of the body's bytes. */
export type DeliveryReceipt = { deliveryId: string; receivedAtMs: number };
/** `body`: as it came over the wire, read once. */
export type LogUpload = {
  name: string;
  framing: "raw" | "jsonl";
  encoding: "identity" | "gzip";
  body: AsyncIterable<Uint8Array>;
};

/**
 * What HTTP, Slack and the command line ask of a running Causeway. All methods throw IncidentError: NOT_FOUND for an id that nobody knows, BAD_INPUT for input
 * that cannot be meant, REJECTED where it conflicts with what is on record, BUSY (with `retryAfterMs`) where the queue is full, UNAVAILABLE where the store
 * cannot be asked.
 */
export type CausewayService = {
  /** The same key with another incident is REJECTED, and so is an id that is taken. `created`: false for a repeat. */
  createIncident(
    incident: NewIncident,
    request: { idempotencyKey: string | null; by: string },
  ): Promise<{ incident: KnownIncident; created: boolean }>;
  getIncident(incidentId: string): Promise<IncidentDetail>;
  /** The newest first, then what the data folders hold, by id. */
  listIncidents(page: PageRequest): Promise<Page<KnownIncident>>;
  /** All or nothing, once for each `deliveryId`. What fires for the first time opens an incident and queues its analysis; the last to resolve closes it. */
  acceptAlerts(delivery: AlertDelivery, receipt: DeliveryReceipt): Promise<AcceptedDelivery>;
  /** `created`: false where one that is queued, running, waiting or (without `force`) finished already answers for the same input. */
  submitAnalysis(incidentId: string, request: AnalysisRequest): Promise<{ analysisId: string; created: boolean }>;
  getAnalysis(analysisId: string): Promise<AnalysisDetail>;
  /** The newest first, at most `limit`. */
  listAnalyses(options: { incidentId?: string; limit: number }): Promise<AnalysisSummary[]>;
  /** What was told after event `afterId` (0 for all), then what is told from now on, until `final` or the last `error`, or until `signal` aborts. */
  progress(analysisId: string, options: { afterId: number; signal?: AbortSignal }): AsyncIterable<ProgressEvent>;
  /** Approving exports the script, bound to its hash; nothing is run. */
  decide(request: DecisionRequest): Promise<Decided>;
  /** What the newest report of the incident recalled. Empty before there is one. */
  similar(incidentId: string): Promise<Report["similar"]>;
  /** REJECTED before there is a report. */
  feedback(said: Omit<Feedback, "atMs">): Promise<Feedback>;
  /** Kept as telemetry of the incident: the next analysis reads it. BAD_INPUT beyond `MAX_UPLOAD_BYTES` or `MAX_UPLOADS`. */
  uploadLogs(incidentId: string, upload: LogUpload): Promise<Upload>;

  /** `secret` is shown this once. */
  createKey(asked: { name: string; scopes: readonly Scope[] }): Promise<{ key: ApiKey; secret: string }>;
  listKeys(): Promise<ApiKey[]>;
  /** False when it was revoked before. */
  revokeKey(keyId: string): Promise<boolean>;
  /** The key that `secret` opens; null for a wrong or revoked one. */
  verifyKey(secret: string): Promise<ApiKey | null>;

  deadLetters(): Promise<DeadLetter[]>;
  /** Queues it again. REJECTED where it is no dead letter. */
  retry(analysisId: string): Promise<void>;

  /** The store, and Qdrant where it is configured; never the model. */
  readiness(): Promise<Readiness>;
  readonly metrics: ServiceMetrics;
  /** From now on nothing is begun, a running node ends and the analysis is left to another worker; then all is closed. Idempotent. */
  drain(): Promise<void>;
};

export const MAX_UPLOAD_BYTES = 64 * 1024 * 1024;
export const MAX_UPLOADS = 20;
