import { seenBy } from "../agent/seen.ts";
import { UNKNOWN_CAUSE } from "../domain/cause.ts";
import { embedDocuments } from "../domain/embed-documents.ts";
import { IncidentError, isNotFound } from "../domain/errors.ts";
import { incidentKey } from "../domain/memory.ts";
import type { Feedback } from "../domain/service.ts";
import { blamedBy, type Blamed, incidentDocument } from "../memory/document.ts";
import { CAUSES, causeCard } from "../rca/catalogue.ts";
import type { Runtime } from "../compose/runtime.ts";

type Place = { stores: Pick<Runtime["stores"], "store" | "service">; memory: Runtime["memory"]; now: () => number };
/** `learned`: what the memory made of it, in words. */
export type Learned = { feedback: Feedback; learned: string };

/**
 * Puts a person's word on an analysis on record, and into the memory: `confirmed` and `corrected` are believed from now on, `wrong` votes for nothing any more. What is said of an
 * analysis replaces what a later one of the same incident concluded without anybody's word.
 *
 * @throws {IncidentError} NOT_FOUND; REJECTED where there is no report yet; BAD_INPUT where a correction names no entity, or a cause that the catalogue does not have.
 */
export async function giveFeedback(
  { stores: { store, service }, memory, now }: Place,
  said: Omit<Feedback, "atMs">,
): Promise<Learned> {
  const record = await store.getAnalysis(said.analysisId);
  const seen = await seenBy(store, said.analysisId).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
    throw new IncidentError("REJECTED", `analysis ${said.analysisId} has not ranked any causes yet`, {
      hint: "Wait until it is done.",
      cause: error,
    });
  });
  const concluded = blamedBy(seen.ranking);
  const blamed = said.outcome === "corrected" ? corrected(said) : concluded;
  const feedback: Feedback = { ...said, atMs: now() };
  await service.addFeedback(feedback);
  const stored = await memory.store.get(incidentKey(memory.tenant, record.incidentId));
  const before = stored?.kind === "incident" ? stored : null;
  if (
    said.outcome === "wrong" &&
    before !== null &&
    (before.entity !== concluded.entity || before.cause !== concluded.cause)
  ) {
    return { feedback, learned: "the memory holds another conclusion on this incident, which stays" };
  }
  const document = incidentDocument(
    {
      seen,
      tenant: memory.tenant,
      analysisId: said.analysisId,
      atMs: Math.max(record.startedAtMs, before?.atMs ?? 0),
      judgement: { outcome: said.outcome, by: said.by, atMs: feedback.atMs },
      resolution: before?.resolution ?? null,
    },
    blamed,
  );
  const { written } = await memory.store.put(await embedDocuments(memory.embedder, [document]));
  return {
    feedback,
    learned: written === 0 ? "the memory said so already" : `remembered as ${said.outcome}: ${wordsOf(blamed)}`,
  };
}

function corrected({ entity, cause }: Omit<Feedback, "atMs">): Blamed {
  if (entity === null || entity === "")
    throw new IncidentError("BAD_INPUT", "a correction names the entity that was to blame", {
      hint: "Give it as <entity>:<cause>, such as orders:network_delay; the cause may be left out.",
    });
  if (cause === null || cause === UNKNOWN_CAUSE) return { entity, cause: null };
  if (causeCard(cause) !== undefined) return { entity, cause };
  throw new IncidentError("BAD_INPUT", `the catalogue has no cause "${cause.slice(0, 80)}"`, {
    hint: `It has ${CAUSES.map(({ id }) => id)
      .toSorted()
      .join(", ")}; or leave it out.`,
  });
}

const wordsOf = ({ entity, cause }: Blamed): string =>
  entity === null ? "nobody was to blame" : `${entity}, ${cause ?? "cause not known"}`;
