import { z } from "zod";
import type { Action, Decision } from "./action.ts";
import { AlertEvent, Severity } from "./alert-event.ts";
import { Incident } from "./incident.ts";
import type { Report } from "./report.ts";

/** `recorded`: in a data folder. `posted`: somebody made it known. `alerts`: alerts that came in are it. */
export const IncidentOrigin = z.enum(["recorded", "posted", "alerts"]);

/** An incident as the service knows it, whatever made it known. Times are Unix milliseconds. */
export const KnownIncident = z.object({
  id: z.string(),
  title: z.string(),
  system: z.string().nullable(),
  origin: IncidentOrigin,
  /** `closed`: each of its alerts is resolved. A recorded incident stays open. */
  status: z.enum(["open", "closed"]),
  /** The worst that an alert of it said; null where nothing told. */
  severity: Severity.nullable(),
  alarmAtMs: z.number().nullable(),
  /** When it became known here, and when it was over; null of a recorded one. */
  openedAtMs: z.number().nullable(),
  closedAtMs: z.number().nullable(),
  /** The incident that it turned out to be one with, which has its alerts now; null while it stands for itself. */
  mergedInto: z.string().nullable(),
});
export type KnownIncident = z.infer<typeof KnownIncident>;

/** An incident that somebody makes known: only the title must be told. `id`: null gives it one. */
export const NewIncident = Incident.pick({ title: true })
  .extend({
    title: z.string().min(1).max(500),
    id: z.string().nullable().default(null),
    severity: Severity.nullable().default(null),
  })
  .extend(Incident.pick({ system: true, alarmAtMs: true, window: true, entry: true, target: true }).partial().shape);
export type NewIncident = z.infer<typeof NewIncident>;

/** An alert of an incident: the last that was told of it, and why it belongs to that incident. */
export type IncidentAlert = AlertEvent & { why: string };
/** Logs that somebody gave for an incident. `bytes` after decompression. */
export const Upload = z.object({
  id: z.string(),
  name: z.string(),
  framing: z.enum(["raw", "jsonl"]),
  bytes: z.number(),
  sha256: z.string(),
  uploadedAtMs: z.number(),
});
export type Upload = z.infer<typeof Upload>;

/** `queued`: no worker has begun it. `failed`: `why` says why; a dead letter may be tried again. */
export const WorkStatus = z.enum(["queued", "running", "waiting_for_review", "done", "failed"]);
export type WorkStatus = z.infer<typeof WorkStatus>;

/** Where an analysis stands. Times are Unix milliseconds. */
export type AnalysisSummary = {
  id: string;
  incidentId: string;
  status: WorkStatus;
  /** Why it failed, or is tried again; null while all is well. */
  why: string | null;
  /** Who asked for it: a key's name, a user, `alerts`, `cli`. */
  requestedBy: string;
  requestedAtMs: number;
  startedAtMs: number | null;
  finishedAtMs: number | null;
  /** Times that a worker began it or went on with it. */
  attempts: number;
};
export type DecidedAction = { action: Action; decision: Decision | null };
/** `report`: null until there is one. */
export type AnalysisDetail = AnalysisSummary & { report: Report | null; actions: readonly DecidedAction[] };
/** Alerts: at most 1000, the newest. */
export type IncidentDetail = KnownIncident & {
  alerts: readonly IncidentAlert[];
  alertCount: number;
  uploads: readonly Upload[];
  analyses: readonly AnalysisSummary[];
};

/** `nextCursor`: null at the end. */
export type Page<T> = { items: readonly T[]; nextCursor: string | null };

/** What a delivery of alerts came to. A repeat is answered as the first was, with `repeated`. */
export const AcceptedDelivery = z.object({
  /** Ascending; empty where the delivery told of nothing. */
  incidentIds: z.array(z.string()),
  /** Alerts that told something new, and those that did not. */
  accepted: z.number().int(),
  duplicates: z.number().int(),
  repeated: z.boolean(),
});
export type AcceptedDelivery = z.infer<typeof AcceptedDelivery>;

/** What an analysis tells while it runs; `final` or `error` is the last. */
export const ProgressEvent = z.object({
  /** From 1, ascending within an analysis, without gaps. */
  id: z.number().int().positive(),
  atMs: z.number(),
  type: z.enum(["node_started", "evidence", "hypothesis", "approval_required", "final", "error"]),
  /**
   * `node_started`: node. `evidence`: source, found. `hypothesis`: entity, cause, confidence, rank. `approval_required`: actionId, title, scriptSha256.
   * `final`: status, verdict, why. `error`: message, hint, willRetry; one that will be tried again does not end the events.
   */
  data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
export type ProgressEvent = z.infer<typeof ProgressEvent>;

/** `read` looks, `analyse` makes incidents and analyses known, `approve` decides actions, `admin` keys and dead letters. Each stands for itself. */
export const SCOPES = ["read", "analyse", "approve", "admin"] as const;
export const Scope = z.enum(SCOPES);
export type Scope = z.infer<typeof Scope>;
/** A key as it is listed: what it opens is not on record, only its hash. */
export const ApiKey = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(Scope),
  createdAtMs: z.number(),
  revokedAtMs: z.number().nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;

/** What a person says about a finished analysis. */
export const Feedback = z.object({
  analysisId: z.string(),
  /** `corrected`: `entity` and `cause` say what it really was. */
  outcome: z.enum(["confirmed", "corrected", "wrong"]),
  entity: z.string().max(500).nullable().default(null),
  cause: z.string().max(200).nullable().default(null),
  note: z.string().max(4000).nullable().default(null),
  by: z.string(),
  atMs: z.number(),
});
export type Feedback = z.infer<typeof Feedback>;

/** Work that was given up: tried too often, or not worth trying again. */
export type DeadLetter = { analysisId: string; incidentId: string; why: string; attempts: number; failedAtMs: number };

/** One thing that must work before requests are taken. */
export type Readiness = { ready: boolean; checks: readonly { name: string; ok: boolean; detail: string }[] };
