import type { Kysely } from "kysely";
import { IncidentError } from "../../domain/errors.ts";
import { addProgressEvent } from "./progress.ts";
import { execute, type Script } from "./script.ts";
import type { Tables } from "./tables.ts";

/** SQLite's work queue; see `sqlite/work-queue.ts`. */
export const QUEUE_SCHEMA = [
  `create table jobs (
    analysis_id text not null,
    due_at_ms bigint not null,
    attempts integer not null,
    claim text,
    claim_until_ms bigint
  )`,
  `create unique index jobs_key on jobs (analysis_id)`,
  `create index jobs_by_due_at_ms on jobs (due_at_ms)`,
  `create index analyses_by_status on analyses (status)`,
];

/** For a client that meets a full queue, milliseconds. */
const RETRY_AFTER_MS = 15_000;

function* countQueued(db: Kysely<Tables>): Script<number> {
  const [row] = yield* execute<{ count: number }>(
    db
      .selectFrom("analyses")
      .where("status", "=", "queued")
      .select(({ fn }) => fn.countAll<number>().as("count")),
  );
  return Number(row?.count ?? 0);
}

/** @throws {IncidentError} BUSY when the queue is full. */
export function* checkQueueCapacity(db: Kysely<Tables>, maxQueued: number): Script<void> {
  const count = yield* countQueued(db);
  if (count < maxQueued) return;
  throw new IncidentError("BUSY", `the queue is full: ${count} analyses are waiting`, {
    hint: "Try again later, or run more workers (`causeway worker`).",
    retryAfterMs: RETRY_AFTER_MS,
  });
}

/** Records an analysis that no worker has begun. `isAutomatic`: alerts started it, not a person. */
export function* queueAnalysis(
  db: Kysely<Tables>,
  request: { analysisId: string; incidentId: string; requestedBy: string; isAutomatic: boolean; nowMs: number },
): Script<void> {
  const { analysisId, incidentId, requestedBy, isAutomatic, nowMs } = request;
  yield* execute(
    db
      .insertInto("analyses")
      .values({ id: analysisId, incident_id: incidentId, status: "queued", started_at_ms: nowMs }),
  );
  yield* execute(
    db.insertInto("requests").values({
      analysis_id: analysisId,
      incident_id: incidentId,
      input: 0,
      requested_by: requestedBy,
      requested_at_ms: nowMs,
      began_at_ms: null,
      finished_at_ms: null,
      attempts: 0,
      why: null,
      dead: 0,
      automatic: isAutomatic ? 1 : 0,
    }),
  );
  yield* execute(db.updateTable("incidents").set({ not_investigated: null }).where("id", "=", incidentId));
}

/** Investigations that alerts started since a time. Those that were cancelled before they began do not count. */
export function* countAutomatic(db: Kysely<Tables>, sinceMs: number): Script<number> {
  const [row] = yield* execute<{ count: number }>(
    db
      .selectFrom("requests")
      .innerJoin("analyses", "analyses.id", "requests.analysis_id")
      .where("requests.automatic", "=", 1)
      .where("requests.requested_at_ms", ">", sinceMs)
      .where(({ or, eb }) => or([eb("analyses.status", "<>", "failed"), eb("requests.began_at_ms", "is not", null)]))
      .select(({ fn }) => fn.countAll<number>().as("count")),
  );
  return Number(row?.count ?? 0);
}

/**
 * True when the incident has no analysis but cancelled ones that never began, and those of a command whose process was
 * killed: its lease is not renewed, and its record says `running` for ever.
 *
 * @param sinceMs for an incident that fires again: analyses that ended and started before this time do not count.
 */
export function* needsAnalysis(
  db: Kysely<Tables>,
  incidentId: string,
  { sinceMs, nowMs }: { sinceMs: number | null; nowMs: number },
): Script<boolean> {
  const rows = yield* execute<{ status: string; started_at_ms: number }>(
    db
      .selectFrom("analyses")
      .leftJoin("requests", "requests.analysis_id", "analyses.id")
      .leftJoin("leases", "leases.analysis_id", "analyses.id")
      .select(["analyses.status", "analyses.started_at_ms"])
      .where("analyses.incident_id", "=", incidentId)
      .where(({ or, eb }) =>
        or([
          eb("analyses.status", "<>", "running"),
          eb("requests.requested_at_ms", "is not", null),
          eb("leases.until_ms", ">", nowMs),
        ]),
      )
      .where(({ or, eb }) => or([eb("analyses.status", "<>", "failed"), eb("requests.began_at_ms", "is not", null)])),
  );
  return rows.every(
    ({ status, started_at_ms: startedAtMs }) =>
      sinceMs !== null && status !== "queued" && status !== "running" && Number(startedAtMs) < sinceMs,
  );
}

/** Cancels analyses that no worker has begun. @returns their ids. */
export function* cancelQueued(db: Kysely<Tables>, incidentId: string, why: string, nowMs: number): Script<string[]> {
  const notBegun = db
    .selectFrom("requests")
    .select("analysis_id")
    .where("incident_id", "=", incidentId)
    .where("began_at_ms", "is", null);
  const rows = yield* execute<{ id: string }>(
    db
      .updateTable("analyses")
      .set({ status: "failed" })
      .where("incident_id", "=", incidentId)
      .where("status", "=", "queued")
      .where("id", "in", notBegun)
      .returning("id"),
  );
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return ids;
  yield* execute(
    db
      .updateTable("requests")
      .set({ why: `cancelled: ${why}`, finished_at_ms: nowMs })
      .where("analysis_id", "in", ids),
  );
  for (const id of ids)
    yield* addProgressEvent(db, id, {
      atMs: nowMs,
      type: "error",
      data: {
        message: `cancelled: ${why}`,
        hint: "To analyze the incident anyway, request an analysis of it.",
        willRetry: false,
      },
    });
  return ids;
}
