import { z } from "zod";
import { AskAnswer } from "../../domain/ask-answer.ts";
import { type Conversation, CONVERSATION_SCHEMA, Exchange } from "../../domain/conversation.ts";
import type { AnalysisStore } from "../../domain/ports.ts";
import type { HoldLease } from "../hold-lease.ts";

/** Exchanges kept with an analysis. The oldest are dropped. */
const MAX_EXCHANGES = 200;
const ARTIFACT = "conversation";
/** How long a question waits for another process that works on the analysis, milliseconds. */
const PATIENCE_MS = 10_000;
const Exchanges = z.array(Exchange);

/** The questions and answers of an analysis, the oldest first. */
export async function conversationOf(
  store: Pick<AnalysisStore, "getAnalysis" | "getArtifact">,
  analysisId: string,
): Promise<Conversation> {
  const { incidentId } = await store.getAnalysis(analysisId);
  const stored = Exchanges.safeParse((await store.getArtifact(analysisId, ARTIFACT)) ?? []);
  return {
    schema_version: CONVERSATION_SCHEMA,
    analysis_id: analysisId,
    incident_id: incidentId,
    exchanges: stored.success ? stored.data : [],
  };
}

/** Adds an exchange. Of two at once, both are kept. */
export async function addExchange(
  { store, holdLease }: { store: AnalysisStore; holdLease: HoldLease },
  analysisId: string,
  exchange: Exchange,
): Promise<void> {
  await holdLease(analysisId, { patienceMs: PATIENCE_MS }, async () => {
    const { exchanges } = await conversationOf(store, analysisId);
    const others = exchanges.filter(({ id }) => id !== exchange.id);
    const kept = [...others, { ...exchange, answer: AskAnswer.parse(exchange.answer) }].slice(-MAX_EXCHANGES);
    await store.putArtifact(analysisId, ARTIFACT, kept);
  });
}
