import type { Similar } from "../../agent/artifacts.ts";
import { described, recall } from "../../agent/recall.ts";
import { seenBy } from "../../agent/seen.ts";
import { IncidentError, nullIfNotFound } from "../../domain/errors.ts";
import type { AnalysisStore } from "../../domain/ports.ts";
import type { Memory } from "../../agent/deps.ts";

/**
 * Finds past incidents like this one: by what its newest analysis saw, in the memory as it is today.
 *
 * @throws {IncidentError} NOT_FOUND when no analysis of it has ranked causes yet; UNAVAILABLE when the memory is down.
 */
export async function similarIncidents(
  { store, memory, now }: { store: AnalysisStore; memory: Memory; now: () => number },
  incidentId: string,
  limit: number,
): Promise<Similar> {
  for (const { id } of await store.listAnalyses(incidentId)) {
    const seen = await seenBy(store, id).catch(nullIfNotFound);
    if (seen === null) continue; // it has not ranked causes yet
    return described(await recall(seen, memory, { nowMs: now(), limit }), seen);
  }
  throw new IncidentError("NOT_FOUND", `incident ${incidentId.slice(0, 80)} has not been analyzed yet`, {
    hint: `Run \`causeway analyze ${incidentId.slice(0, 80)}\` first.`,
  });
}
