import type { DeliveryReceipt } from "../app/accept-alerts.ts";
import type { Causeway } from "../app/causeway.ts";
import type { AlertDelivery } from "../domain/alert-event.ts";
import type { FoundIncidents, IncidentSearch } from "../domain/incident-search.ts";
import type { OtlpReceiver } from "../domain/otlp.ts";
import type { AcceptedChanges, ReportedChange } from "../domain/reported-change.ts";
import type { Report } from "../domain/report.ts";
import type {
  AcceptedDelivery,
  DeadLetter,
  IncidentDetail,
  KnownIncident,
  NewIncident,
  Page,
  ProgressEvent,
  Readiness,
} from "../domain/service.ts";
import type { ApiKeys } from "./api-keys.ts";
import type { PageRequest } from "./incident-pages.ts";
import type { ServiceMetrics } from "./metrics.ts";
import type { LogUpload, TakenUpload } from "./take-upload.ts";
import type { WebSessions } from "./web-sessions.ts";

/**
 * `force` starts a new analysis even if a finished one, or one that waits for a decision, read the same input (alerts,
 * uploads, notes). It never starts one beside an analysis that is queued or running.
 */
export type AnalysisRequest = { idempotencyKey: string | null; by: string; force?: boolean };

/**
 * Causeway with a queue, workers and API keys. Every method throws IncidentError: NOT_FOUND for an unknown id,
 * BAD_INPUT for invalid input, REJECTED on a conflict with what is on record, BUSY (with `retryAfterMs`) when the queue
 * is full, UNAVAILABLE when the store is down.
 */
export type CausewayService = Causeway &
  ApiKeys & {
    /**
     * REJECTED when the id is taken, or the key was used for another incident. `created`: false for a repeat.
     */
    createIncident(
      incident: NewIncident,
      request: { idempotencyKey: string | null; by: string },
    ): Promise<{ incident: KnownIncident; created: boolean }>;
    getIncident(incidentId: string): Promise<IncidentDetail>;
    /** Incidents of the store, the newest first, then those of the data folders, by id. */
    listIncidents(page: PageRequest): Promise<Page<KnownIncident>>;
    /** Incidents of the store that match, the open ones first, then those of the data folders. */
    searchIncidents(search: IncidentSearch): Promise<FoundIncidents>;
    /**
     * All or nothing, once for each `deliveryId`. An alert that fires for the first time opens an incident and queues
     * its analysis. The last alert to resolve closes the incident.
     */
    acceptAlerts(delivery: AlertDelivery, receipt: DeliveryReceipt): Promise<AcceptedDelivery>;
    /** Takes OpenTelemetry export requests: records of the running system. */
    readonly otlp: OtlpReceiver;
    /** Keeps changes that a sender reported; they belong to every incident whose time they fall in. */
    reportChanges(source: string, changes: readonly ReportedChange[]): Promise<AcceptedChanges>;
    /** Keeps logs as telemetry of the incident. BAD_INPUT beyond `MAX_UPLOAD_BYTES` or `MAX_UPLOADS`. */
    uploadLogs(incidentId: string, upload: LogUpload): Promise<TakenUpload>;

    /**
     * Queues an analysis. `created`: false when an analysis that is queued, running, waiting or (without `force`)
     * finished already covers the same input.
     */
    submitAnalysis(incidentId: string, request: AnalysisRequest): Promise<{ analysisId: string; created: boolean }>;
    /**
     * Progress events after `afterId` (0 for all): those on record, then new ones, until `final`, the last `error`, or
     * until `signal` aborts.
     */
    progress(analysisId: string, options: { afterId: number; signal?: AbortSignal }): AsyncIterable<ProgressEvent>;
    /** The past incidents that the newest report of the incident recalled. Empty before there is a report. */
    recalledIncidents(incidentId: string): Promise<Report["similar"]>;

    /** Who is signed in at the web pages. */
    readonly sessions: WebSessions;

    deadLetters(): Promise<DeadLetter[]>;
    /** Queues a dead letter again. REJECTED when it is none. */
    retry(analysisId: string): Promise<void>;

    /** Checks the store, and Qdrant when it is configured; never the model. */
    readiness(): Promise<Readiness>;
    readonly metrics: ServiceMetrics;
    /**
     * Starts nothing new, lets the running nodes finish, leaves their analyses to another worker, then closes
     * everything. Idempotent.
     */
    drain(): Promise<void>;
  };
