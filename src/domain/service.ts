import { z } from "zod";
import type { Action, Decision } from "./action.ts";
import { AlertEvent, Severity } from "./alert-event.ts";
import { NotInvestigated } from "./alert-manners.ts";
import { Incident } from "./incident.ts";
import type { Report } from "./report.ts";

/** `recorded`: in a data folder. `posted`: sent over HTTP or by a person. `alerts`: made from incoming alerts. */
export const IncidentOrigin = z.enum(["recorded", "posted", "alerts"]);

/** An incident that the service knows, from any origin. Times are Unix milliseconds. */
export const KnownIncident = z.object({
  id: z.string(),
  title: z.string(),
  system: z.string().nullable(),
  origin: IncidentOrigin,
  /** `closed`: all its alerts are resolved. A recorded incident stays open. */
  status: z.enum(["open", "closed"]),
  /** The worst severity among its alerts. Null if no alert gave one. */
  severity: Severity.nullable(),
  alarmAtMs: z.number().nullable(),
  /** When the service first received it, and when it ended. Null for a recorded incident. */
  openedAtMs: z.number().nullable(),
  closedAtMs: z.number().nullable(),
  /** The incident that it turned out to be part of, which now has its alerts. Null if it was not merged. */
  mergedInto: z.string().nullable(),
  /** Why alerts started no investigation of it. Null if they did, or if somebody requested one since. */
  notInvestigated: NotInvestigated.nullable(),
});
export type KnownIncident = z.infer<typeof KnownIncident>;

/** A new incident from a caller. Only the title is required. `id`: null to get a new one. */
export const NewIncident = Incident.pick({ title: true })
  .extend({
    title: z.string().min(1).max(500),
    id: z.string().nullable().default(null),
    severity: Severity.nullable().default(null),
  })
  .extend(Incident.pick({ system: true, alarmAtMs: true, window: true, entry: true, target: true }).partial().shape);
export type NewIncident = z.infer<typeof NewIncident>;

/** The latest state of one alert of an incident, and why it belongs there. */
export type IncidentAlert = AlertEvent & { why: string };
/** Logs that somebody uploaded for an incident. `bytes`: size after decompression. */
export const Upload = z.object({
  id: z.string(),
  name: z.string(),
  framing: z.enum(["raw", "jsonl"]),
  bytes: z.number(),
  sha256: z.string(),
  uploadedAtMs: z.number(),
});
export type Upload = z.infer<typeof Upload>;

/** `queued`: no worker has started it. `failed`: `why` gives the reason; a dead letter may be retried. */
export const WorkStatus = z.enum(["queued", "running", "waiting_for_review", "done", "failed"]);
export type WorkStatus = z.infer<typeof WorkStatus>;

/** `requestedBy` of an analysis that a command runs in its own process, without the queue. */
export const BY_HAND = "cli";

/** The current state of an analysis. Times are Unix milliseconds. */
export type AnalysisSummary = {
  id: string;
  incidentId: string;
  status: WorkStatus;
  /** Why it failed or is retried. Null if there was no failure. */
  why: string | null;
  /** The requester: a key's name, a user, `alerts`, `BY_HAND`. */
  requestedBy: string;
  requestedAtMs: number;
  startedAtMs: number | null;
  finishedAtMs: number | null;
  /** How often a worker started or continued it. */
  attempts: number;
};
export type DecidedAction = { action: Action; decision: Decision | null };
/** `report`: null until there is one. */
export type AnalysisDetail = AnalysisSummary & { report: Report | null; actions: readonly DecidedAction[] };
/** `alerts`: the newest, at most 1000. */
export type IncidentDetail = KnownIncident & {
  alerts: readonly IncidentAlert[];
  alertCount: number;
  uploads: readonly Upload[];
  analyses: readonly AnalysisSummary[];
};

/** `nextCursor`: null at the end. */
export type Page<T> = { items: readonly T[]; nextCursor: string | null };

/** The answer to an alert delivery. A repeated delivery gets the answer of the first, with `repeated` set. */
export const AcceptedDelivery = z.object({
  /** Ascending. Empty if the delivery concerned no incident. */
  incidentIds: z.array(z.string()),
  /** Number of alerts that brought something new, and of those that did not. */
  accepted: z.number().int(),
  duplicates: z.number().int(),
  repeated: z.boolean(),
  /** Those of the incidents that are not investigated, and why. */
  notInvestigated: z.array(NotInvestigated.extend({ incidentId: z.string() })).default([]),
});
export type AcceptedDelivery = z.infer<typeof AcceptedDelivery>;

/** A progress event of a running analysis. `final` or `error` is the last one. */
export const ProgressEvent = z.object({
  /** From 1, ascending without gaps within an analysis. */
  id: z.number().int().positive(),
  atMs: z.number(),
  type: z.enum(["node_started", "evidence", "hypothesis", "investigation", "approval_required", "final", "error"]),
  /**
   * `node_started`: node. `evidence`: source, found. `hypothesis`: entity, cause, confidence, rank.
   * `investigation`: step, what a model just did, as a sentence.
   * `approval_required`: actionId, title, scriptSha256.
   * `final`: status, verdict, why. `error`: message, hint, willRetry; the events go on after an error that will be
   * retried.
   */
  data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
export type ProgressEvent = z.infer<typeof ProgressEvent>;

/**
 * `read`: see everything. `analyse`: create incidents and start analyses. `approve`: decide on actions. `admin`: keys,
 * dead letters and the ledger of models. `execute`: execute what was approved. No scope includes another.
 */
export const SCOPES = ["read", "analyse", "approve", "admin", "execute"] as const;
export const Scope = z.enum(SCOPES);
export type Scope = z.infer<typeof Scope>;
/** A key as it is listed. The secret itself is not stored, only its hash. */
export const ApiKey = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(Scope),
  createdAtMs: z.number(),
  revokedAtMs: z.number().nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;

/** A person's feedback on a finished analysis. */
export const Feedback = z.object({
  analysisId: z.string(),
  /** `corrected`: `entity` and `cause` give the true answer. */
  outcome: z.enum(["confirmed", "corrected", "wrong"]),
  entity: z.string().max(500).nullable().default(null),
  cause: z.string().max(200).nullable().default(null),
  note: z.string().max(4000).nullable().default(null),
  by: z.string(),
  atMs: z.number(),
});
export type Feedback = z.infer<typeof Feedback>;

/** An analysis that was given up: it failed too often, or a retry cannot help. */
export type DeadLetter = { analysisId: string; incidentId: string; why: string; attempts: number; failedAtMs: number };

/** True if the service can take requests, with one check for each required dependency. */
export type Readiness = { ready: boolean; checks: readonly { name: string; ok: boolean; detail: string }[] };
