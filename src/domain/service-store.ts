import type { AlertDelivery, AlertEvent } from "./alert-event.ts";
import type { AlertManners, NotInvestigated } from "./alert-manners.ts";
import type { FoundIncident, IncidentHead } from "./incident-search.ts";
import type { Incident } from "./incident.ts";
import type { NoticeRequest } from "./notice.ts";
import type { AcceptedChanges, ReportedChange } from "./reported-change.ts";
import type { TimeWindow } from "./time.ts";
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

/**
 * A stored alert, and the incident that it belongs to. `scope`: the sender, or its group, that reported it first; null
 * for that of the delivery.
 */
export type PlacedAlert = { incidentId: string; event: AlertEvent; why: string; scope: string | null };

/**
 * Stored data that a new delivery is compared with: alerts that it may update or belong to, and, if its sender groups
 * alerts, the latest incidents of its group.
 */
export type DeliveryContext = {
  alerts: readonly PlacedAlert[];
  incidents: readonly Pick<KnownIncident, "id" | "status" | "closedAtMs">[];
};

/**
 * The changes that a delivery causes. `alerts`: new alerts, and known ones with new data. `absorbed`: incidents that
 * turn out to be the same as another. `duplicates`: alerts with nothing new, which the incidents `repeatedIn` hold.
 */
export type DeliveryPlan = {
  alerts: readonly PlacedAlert[];
  opens: readonly { id: string; title: string; alarmAtMs: number }[];
  absorbed: readonly { from: string; into: string }[];
  duplicates: number;
  repeatedIn: readonly string[];
};

export type DeliveryRequest = {
  delivery: AlertDelivery;
  deliveryId: string;
  nowMs: number;
  /**
   * Limit of analyses that may wait.
   * @throws {IncidentError} BUSY if a new incident would exceed it; nothing is stored then.
   */
  maxQueued: number;
  /** Alerts within this time of the delivery's own may belong to the same incident, milliseconds. */
  reachMs: number;
  manners: AlertManners;
  /** False if somebody investigates the incidents right away: the alerts start no investigation then. */
  investigates: boolean;
  plan(context: DeliveryContext): DeliveryPlan;
  newAnalysisId(): string;
};
/**
 * The result of a delivery. `queued`, `cancelled`: analyses to add to the queue and to remove from it, once the
 * delivery is stored.
 */
export type DeliveryOutcome = {
  answer: AcceptedDelivery;
  queued: readonly string[];
  cancelled: readonly string[];
  opened: number;
  closed: number;
  /** Reasons for which this delivery started no investigation, each counted once for an incident. */
  heldBack: readonly NotInvestigated["reason"][];
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

/** The input of a worker. `finished`: the analysis ended before, but the queue still lists it. */
export type BegunAnalysis = { incidentId: string; attempts: number; finished: boolean };

/**
 * Stored data of a running service besides the analyses. Every write is atomic. Throws IncidentError as
 * `AnalysisStore` does.
 */
export interface ServiceStore {
  /**
   * @throws {IncidentError} REJECTED if the id exists, or the key was used with another incident. `created`: false for
   *   a repeat.
   */
  addIncident(
    incident: Incident,
    details: Pick<KnownIncident, "severity"> & { idempotencyKey: string | null; nowMs: number },
  ): Promise<{ incident: KnownIncident; created: boolean }>;
  /** Null if no such incident was posted or came from alerts. @throws {IncidentError} NOT_FOUND if it was pruned */
  findIncident(incidentId: string): Promise<{ known: KnownIncident; incident: Incident } | null>;
  /** Newest first, starting behind `after`. */
  listIncidents(options: { limit: number; after: { openedAtMs: number; id: string } | null }): Promise<KnownIncident[]>;
  /** Open ones first, then the newest. `status`: null for any. Leaves out those that were merged into others. */
  searchIncidents(options: {
    text: string | null;
    status: KnownIncident["status"] | null;
    limit: number;
    offset: number;
  }): Promise<{ items: Pick<FoundIncident, "incident" | "head">[]; count: number }>;
  /** Those of the ids that the store has an incident for. */
  knownIncidents(incidentIds: readonly string[]): Promise<Set<string>>;
  /** By incident; leaves out those without a report. */
  headsOf(incidentIds: readonly string[]): Promise<Map<string, IncidentHead>>;
  /** By incident; leaves out those without an analysis. */
  newestAnalyses(incidentIds: readonly string[]): Promise<Map<string, NonNullable<FoundIncident["analysis"]>>>;
  /**
   * Analyses, by id, whose reports are the newest of their incidents while the head of the incident is absent or of an
   * older version. `after`: the last id of the batch before; empty for the first.
   */
  reportsWithStaleHeads(batch: { after: string; limit: number }): Promise<string[]>;
  /** Writes the head of an incident again, from this report. @throws {IncidentError} BAD_RESPONSE if it cannot be read */
  writeHeadAgain(analysisId: string): Promise<void>;
  /** Newest first. */
  listAlerts(incidentId: string, limit: number): Promise<{ alerts: IncidentAlert[]; count: number }>;
  /** The alerts of each of the latest incidents except `excludeId`. */
  pastAlerts(excludeId: string, limit: number): Promise<AlertEvent[][]>;
  /** The alerts of a sender that have no end yet, those without a group. At most 10,000. */
  firingAlerts(source: string): Promise<AlertEvent[]>;
  acceptDelivery(request: DeliveryRequest): Promise<DeliveryOutcome>;

  /** @throws {IncidentError} BUSY if too many analyses wait; REJECTED if the key was used for another incident. */
  submit(request: SubmitRequest): Promise<{ analysisId: string; created: boolean }>;
  /** Null if nobody needs the analysis any more. */
  begin(analysisId: string, nowMs: number): Promise<BegunAnalysis | null>;
  /**
   * Puts an analysis back in the queue: to retry it because of `why`, or (null) so that another worker continues it.
   */
  putBack(analysisId: string, why: string | null): Promise<void>;
  /**
   * Records the end of an analysis together with `events`, and with the messages to send about it, once. @returns false
   * if its end was recorded before.
   */
  finish(
    analysisId: string,
    end: {
      status: WorkStatus;
      why: string | null;
      dead: boolean;
      nowMs: number;
      events: readonly Pick<ProgressEvent, "type" | "data">[];
      notices?: readonly (NoticeRequest & { id: string })[];
    },
  ): Promise<boolean>;
  /** Queues a dead letter again. @returns false if it is not a dead letter. */
  revive(analysisId: string, nowMs: number): Promise<boolean>;
  findSummary(analysisId: string): Promise<AnalysisSummary | null>;
  /** Newest first. */
  listSummaries(options: { incidentId?: string | undefined; limit: number }): Promise<AnalysisSummary[]>;
  /** Ids of analyses that belong in the queue, because they are recorded as queued or running. Oldest first. */
  unfinished(limit: number): Promise<string[]>;
  countQueued(): Promise<number>;
  /** Newest first. */
  deadLetters(limit: number): Promise<DeadLetter[]>;

  addProgress(analysisId: string, events: readonly Pick<ProgressEvent, "atMs" | "type" | "data">[]): Promise<void>;
  listProgress(analysisId: string, afterId: number): Promise<ProgressEvent[]>;

  addKey(key: ApiKey, secretSha256: string): Promise<void>;
  listKeys(): Promise<ApiKey[]>;
  revokeKey(keyId: string, nowMs: number): Promise<boolean>;
  findKey(secretSha256: string): Promise<ApiKey | null>;

  addFeedback(feedback: Feedback): Promise<void>;
  listFeedback(analysisId: string): Promise<Feedback[]>;

  /**
   * Stores the bytes as they arrive. The same content under the same name is stored once, and gets the same answer
   * again.
   * @throws {IncidentError} BAD_INPUT beyond `maxBytes` or `maxUploads`; nothing is stored then.
   */
  addUpload(
    incidentId: string,
    upload: Pick<Upload, "id" | "name" | "framing" | "uploadedAtMs">,
    body: AsyncIterable<Uint8Array>,
    caps: { maxBytes: number; maxUploads: number },
  ): Promise<Upload>;
  listUploads(incidentId: string): Promise<Upload[]>;
  readUpload(uploadId: string): AsyncIterable<Uint8Array>;

  /** Stores changes that a sender reported. One with a known id replaces it. */
  addChanges(source: string, changes: readonly ReportedChange[], nowMs: number): Promise<AcceptedChanges>;
  /** Those of a range, the newest `limit`, oldest first. */
  listChanges(range: TimeWindow, limit: number): Promise<ReportedChange[]>;
  /** True if somebody reports changes. */
  hasChanges(): Promise<boolean>;
  /** Deletes changes that were made before this time, and the oldest of too many. */
  forgetChanges(beforeMs: number): Promise<void>;

  /** Deletes deliveries and idempotency keys older than this. */
  forget(beforeMs: number): Promise<void>;
  /** Writes a row, to see whether it can. @throws {IncidentError} if the database does not answer or cannot write. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
