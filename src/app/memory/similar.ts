import type { Similar } from "../../agent/artifacts.ts";
import { described, recall } from "../../agent/recall.ts";
import { seenBy } from "../../agent/seen.ts";
import { IncidentError, nullIfNotFound } from "../../domain/errors.ts";
import type { AnalysisStore } from "../../domain/ports.ts";
import type { Memory } from "../../compose/memory.ts";

export type { Similar } from "../../agent/artifacts.ts";

/**
 * Past incidents like this one, by what its newest analysis saw and by what is remembered today.
 *
 * @throws {IncidentError} NOT_FOUND where no analysis of it has come to a ranking; UNAVAILABLE where the memory cannot be asked.
 */
export async function similarTo(
  { store, memory, now }: { store: AnalysisStore; memory: Memory; now: () => number },
  incidentId: string,
  limit: number,
): Promise<Similar> {
  for (const { id } of await store.listAnalyses(incidentId)) {
    const seen = await seenBy(store, id).catch(nullIfNotFound);
    if (seen === null) continue; // it has not come so far
    return described(await recall(seen, memory, { nowMs: now(), limit }), seen);
  }
  throw new IncidentError("NOT_FOUND", `incident ${incidentId.slice(0, 80)} has not been analysed yet`, {
    hint: `Run \`causeway analyze ${incidentId.slice(0, 80)}\` first.`,
  });
}
