import type { AlertDelivery, AlertEvent } from "./alert-event.ts";
import type { Incident } from "./incident.ts";
import type {
  AcceptedDelivery,
  AnalysisSummary,
  ApiKey,
  DeadLetter,
  Feedback,
  IncidentAlert,
  KnownIncident,
  ProgressEvent,
  Upload,
  WorkStatus,
} from "./service.ts";

/** An alert as it is on record, and the incident that holds it. */
export type PlacedAlert = { incidentId: string; event: AlertEvent; why: string };

/** What a delivery is held against: alerts that it may tell of or be one trouble with, and (where its sender groups) the latest incidents of its group. */
export type DeliveryContext = {
  alerts: readonly PlacedAlert[];
  incidents: readonly Pick<KnownIncident, "id" | "status" | "closedAtMs">[];
};

/** What a delivery changes. `alerts`: new ones, and known ones of which more is known now. `absorbed`: incidents that turn out to be one with another. */
export type DeliveryPlan = {
  alerts: readonly PlacedAlert[];
  opens: readonly { id: string; title: string; alarmAtMs: number }[];
  absorbed: readonly { from: string; into: string }[];
  duplicates: number;
};

export type DeliveryRequest = {
  delivery: AlertDelivery;
  deliveryId: string;
  nowMs: number;
  /** Analyses that may wait. @throws {IncidentError} BUSY where a new incident would be one too many; nothing is on record then. */
  maxQueued: number;
  /** How far from its own times alerts may lie that it is one trouble with, milliseconds. */
  reachMs: number;
  plan(context: DeliveryContext): DeliveryPlan;
  newAnalysisId(): string;
};
/** Analyses to put into the queue and to take out of it, once the delivery is on record. */
export type DeliveryOutcome = {
  answer: AcceptedDelivery;
  queued: readonly string[];
  cancelled: readonly string[];
  opened: number;
  closed: number;
};

export type SubmitRequest = {
  incidentId: string;
  analysisId: string;
  requestedBy: string;
  idempotencyKey: string | null;
  force: boolean;
  nowMs: number;
  maxQueued: number;
};

/** What a worker needs to begin. `finished`: it came to its end before, and only the queue does not know. */
export type BegunAnalysis = { incidentId: string; attempts: number; finished: boolean };

/** What a running service keeps beside the analyses themselves. All writes are all or nothing; IncidentError as in `AnalysisStore`. */
export interface ServiceStore {
  /** REJECTED where the id, or the key with another incident, was used before. `created`: false for a repeat. */
  addIncident(
    incident: Incident,
    details: Pick<KnownIncident, "severity"> & { idempotencyKey: string | null; nowMs: number },
  ): Promise<{ incident: KnownIncident; created: boolean }>;
  /** Null where no such incident was posted or came of alerts. */
  findIncident(incidentId: string): Promise<{ known: KnownIncident; incident: Incident } | null>;
  /** The newest first, after `after`. */
  listIncidents(options: { limit: number; after: { openedAtMs: number; id: string } | null }): Promise<KnownIncident[]>;
  /** The newest first. */
  listAlerts(incidentId: string, limit: number): Promise<{ alerts: IncidentAlert[]; count: number }>;
  /** The alerts of each of the latest incidents but `excludeId`. */
  pastAlerts(excludeId: string, limit: number): Promise<AlertEvent[][]>;
  acceptDelivery(request: DeliveryRequest): Promise<DeliveryOutcome>;

  /** BUSY where too many wait. REJECTED where the key was used for another incident. */
  submit(request: SubmitRequest): Promise<{ analysisId: string; created: boolean }>;
  /** Null where nobody waits for it any more. */
  begin(analysisId: string, nowMs: number): Promise<BegunAnalysis | null>;
  /** Back in the queue: to be tried again for `why`, or (null) to be gone on with by another worker. */
  putBack(analysisId: string, why: string | null): Promise<void>;
  /** Its end, once: false where it was told before. `events` are told with it. */
  finish(
    analysisId: string,
    end: {
      status: WorkStatus;
      why: string | null;
      dead: boolean;
      nowMs: number;
      events: readonly Pick<ProgressEvent, "type" | "data">[];
    },
  ): Promise<boolean>;
  /** Queues a dead letter again: false where it is none. */
  revive(analysisId: string, nowMs: number): Promise<boolean>;
  findSummary(analysisId: string): Promise<AnalysisSummary | null>;
  /** The newest first. */
  listSummaries(options: { incidentId?: string | undefined; limit: number }): Promise<AnalysisSummary[]>;
  /** Ids of those that should be in the queue: queued or running by their record, the oldest first. */
  unfinished(limit: number): Promise<string[]>;
  countQueued(): Promise<number>;
  /** The newest first. */
  deadLetters(limit: number): Promise<DeadLetter[]>;

  addProgress(analysisId: string, events: readonly Pick<ProgressEvent, "atMs" | "type" | "data">[]): Promise<void>;
  listProgress(analysisId: string, afterId: number): Promise<ProgressEvent[]>;

  addKey(key: ApiKey, secretSha256: string): Promise<void>;
  listKeys(): Promise<ApiKey[]>;
  revokeKey(keyId: string, nowMs: number): Promise<boolean>;
  findKey(secretSha256: string): Promise<ApiKey | null>;

  addFeedback(feedback: Feedback): Promise<void>;
  listFeedback(analysisId: string): Promise<Feedback[]>;

  /** Keeps the bytes as they come; the same under the same name is there once, and answered as it was first. BAD_INPUT beyond `maxBytes` or `maxUploads`, and then none of it is kept. */
  addUpload(
    incidentId: string,
    upload: Pick<Upload, "id" | "name" | "framing" | "uploadedAtMs">,
    body: AsyncIterable<Uint8Array>,
    caps: { maxBytes: number; maxUploads: number },
  ): Promise<Upload>;
  listUploads(incidentId: string): Promise<Upload[]>;
  readUpload(uploadId: string): AsyncIterable<Uint8Array>;

  /** Deliveries and keys of idempotency older than this are forgotten. */
  forget(beforeMs: number): Promise<void>;
  /** Asks the database something small. @throws {IncidentError} where it cannot be asked. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
