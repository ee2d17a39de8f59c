import type { Memory } from "../agent/deps.ts";
import { seenBy } from "../agent/seen.ts";
import { UNKNOWN_CAUSE } from "../domain/cause.ts";
import { embedDocuments } from "../domain/embed-documents.ts";
import { IncidentError, isNotFound } from "../domain/errors.ts";
import { incidentKey } from "../domain/memory.ts";
import type { AnalysisStore } from "../domain/ports.ts";
import type { Feedback } from "../domain/service.ts";
import type { ServiceStore } from "../domain/service-store.ts";
import { workloadOfPod } from "../domain/pod-names.ts";
import { blamedBy, type Blamed, incidentDocument, type Seen } from "../memory/document.ts";
import { CAUSES, causeCard } from "../rca/catalogue.ts";

export type FeedbackParts = {
  store: Pick<AnalysisStore, "getAnalysis"> & Parameters<typeof seenBy>[0];
  service: Pick<ServiceStore, "addFeedback">;
  memory: Memory;
  /** Unix milliseconds. */
  now: () => number;
};
/** `learned`: what changed in the memory, as a sentence. */
export type FeedbackResult = { feedback: Feedback; learned: string };

/**
 * Records a person's feedback on an analysis and updates the memory. From then on `confirmed` and `corrected`
 * conclusions count as true, and a `wrong` one counts for nothing. Feedback replaces the conclusion of a later analysis
 * of the same incident that nobody has judged.
 *
 * @throws {IncidentError} NOT_FOUND for an unknown analysis; REJECTED before its causes are ranked; BAD_INPUT when an
 *   open verdict is confirmed, or when a correction names no entity, one that the analysis did not see, or a cause
 * that is   not in the catalogue.
 */
export async function giveFeedback(
  { store, service, memory, now }: FeedbackParts,
  judgement: Omit<Feedback, "atMs">,
): Promise<FeedbackResult> {
  const { analysisId, outcome, by } = judgement;
  const record = await store.getAnalysis(analysisId);
  const seen = await seenBy(store, analysisId).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
    throw new IncidentError("REJECTED", `analysis ${analysisId} has not ranked any causes yet`, {
      hint: "Wait until it is done, then give the feedback again.",
      cause: error,
    });
  });
  const concluded = blamedBy(seen.ranking);
  if (outcome === "confirmed") refuseOpenVerdict(analysisId, seen.ranking.verdict);
  const blamed = outcome === "corrected" ? correctedBlame(judgement, knownEntities(seen)) : concluded;
  const feedback: Feedback = { ...judgement, atMs: now() };
  await service.addFeedback(feedback);
  const stored = await memory.store.get(incidentKey(memory.tenant, record.incidentId));
  const before = stored?.kind === "incident" ? stored : null;
  if (
    outcome === "wrong" &&
    before !== null &&
    (before.entity !== concluded.entity || before.cause !== concluded.cause)
  ) {
    return { feedback, learned: "the memory holds another conclusion on this incident and keeps it" };
  }
  const document = incidentDocument(
    {
      seen,
      tenant: memory.tenant,
      analysisId,
      atMs: Math.max(record.startedAtMs, before?.atMs ?? 0),
      judgement: { outcome, by, atMs: feedback.atMs },
      resolution: before?.resolution ?? null,
      tried: before?.tried,
    },
    blamed,
  );
  const { written } = await memory.store.put(await embedDocuments(memory.embedder, [document]));
  return {
    feedback,
    learned: written === 0 ? "the memory already holds this" : `remembered as ${outcome}: ${blameText(blamed)}`,
  };
}

/** An open verdict names no cause that feedback could confirm. */
function refuseOpenVerdict(analysisId: string, verdict: Seen["ranking"]["verdict"]): void {
  if (verdict !== "inconclusive") return;
  throw new IncidentError("BAD_INPUT", `analysis ${analysisId} is inconclusive: it names no cause to confirm`, {
    hint: "If you know the cause, give it with --actual <entity:cause>. If not, no feedback is needed.",
  });
}

/** The entities of the analysis: in its topology, its findings, its candidates and its closed vocabulary. */
function knownEntities({ incident, ranking, findings, topology }: Seen): ReadonlySet<string> {
  const named = [
    ...topology.nodes.map(({ id }) => id),
    ...topology.edges.flatMap(({ from, to }) => [from, to]),
    ...findings.flatMap(({ entity, peer }) => (peer === null ? [entity.id] : [entity.id, peer])),
    ...ranking.hypotheses.map(({ entity }) => entity.id),
    ...(incident.vocabulary?.entities ?? []),
    ...(incident.entry === null ? [] : [incident.entry]),
  ];
  return new Set(named.flatMap((id) => [id, workloadOfPod(id) ?? id]));
}

/** An error about an unknown entity lists at most this many known ones. */
const MAX_NAMED = 12;

function refuseUnknownEntity(entity: string, known: ReadonlySet<string>): void {
  if (known.size === 0 || known.has(entity)) return;
  const listed = [...known].toSorted();
  const more = listed.length > MAX_NAMED ? ` and ${listed.length - MAX_NAMED} more` : "";
  throw new IncidentError("BAD_INPUT", `the analysis has no entity "${entity.slice(0, 80)}"`, {
    hint:
      `Give one of: ${listed.slice(0, MAX_NAMED).join(", ")}${more}. If it was something that the telemetry does not ` +
      "show, give --wrong with --note.",
  });
}

function correctedBlame({ entity, cause }: Omit<Feedback, "atMs">, known: ReadonlySet<string>): Blamed {
  if (entity === null || entity === "")
    throw new IncidentError("BAD_INPUT", "a correction must name the entity that caused the incident", {
      hint: "Give it as <entity>:<cause>, such as orders:network_delay. You may leave out the cause.",
    });
  refuseUnknownEntity(entity, known);
  if (cause === null || cause === UNKNOWN_CAUSE) return { entity, cause: null };
  if (causeCard(cause) !== undefined) return { entity, cause };
  const ids = CAUSES.map(({ id }) => id).toSorted();
  throw new IncidentError("BAD_INPUT", `the cause catalogue has no cause "${cause.slice(0, 80)}"`, {
    hint: `Leave the cause out, or give one of: ${ids.join(", ")}.`,
  });
}

const blameText = ({ entity, cause }: Blamed): string =>
  entity === null ? "no entity was to blame" : `${entity}, ${cause ?? "cause unknown"}`;
