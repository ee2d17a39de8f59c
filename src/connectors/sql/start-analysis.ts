import type { Kysely } from "kysely";
import { Severity } from "../../domain/alert-event.ts";
import { DAY_MS, NotInvestigated, refusalToInvestigate } from "../../domain/alert-manners.ts";
import type { DeliveryRequest } from "../../domain/service-store.ts";
import { countAutomatic, needsAnalysis, queueAnalysis } from "./queue.ts";
import { execute, type Script } from "./script.ts";
import { readJson } from "./stored-json.ts";
import type { Tables } from "./tables.ts";

export type OpenIncident = {
  id: string;
  severity: Severity | null;
  /** Why it was not investigated so far. */
  knownWhy: string | null | undefined;
};

/** Queues the analysis that an open incident needs, or records why alerts do not start it. */
export function* startAnalysis(
  db: Kysely<Tables>,
  { id, severity, knownWhy }: OpenIncident,
  { nowMs, manners, newAnalysisId }: DeliveryRequest,
): Script<{ analysisId: string | null; heldBack: NotInvestigated["reason"] | null }> {
  const startedToday = yield* countAutomatic(db, nowMs - DAY_MS);
  const refused = refusalToInvestigate(manners, { severity, startedToday });
  if (refused !== null) {
    const body = JSON.stringify(refused);
    yield* execute(db.updateTable("incidents").set({ not_investigated: body }).where("id", "=", id));
    const isKnown = knownWhy != null && readJson(NotInvestigated, knownWhy, `incident ${id}`).reason === refused.reason;
    return { analysisId: null, heldBack: isKnown ? null : refused.reason };
  }
  const analysisId = newAnalysisId();
  yield* queueAnalysis(db, { analysisId, incidentId: id, requestedBy: "alerts", isAutomatic: true, nowMs });
  return { analysisId, heldBack: null };
}

/**
 * Those of the incidents that are open, have no analysis, and were not held back: a command found their alerts first,
 * and did not analyse them, or was killed.
 */
export function* openWithoutAnalysis(
  db: Kysely<Tables>,
  incidentIds: readonly string[],
  nowMs: number,
): Script<OpenIncident[]> {
  const waiting: OpenIncident[] = [];
  for (const id of incidentIds) {
    if (!(yield* needsAnalysis(db, id, { sinceMs: null, nowMs }))) continue;
    const rows = yield* execute<{ severity: string | null }>(
      db
        .selectFrom("incidents")
        .select("severity")
        .where("id", "=", id)
        .where("status", "=", "open")
        .where("not_investigated", "is", null),
    );
    for (const { severity } of rows)
      waiting.push({ id, severity: severity === null ? null : Severity.parse(severity), knownWhy: null });
  }
  return waiting;
}
