import { interrupt } from "@langchain/langgraph";
import { Decision, type OpenAction } from "../../domain/action.ts";
import type { AnalysisState } from "../state.ts";

/** What the person is asked. */
export type ReviewQuestion = { analysisId: string; openActions: readonly OpenAction[] };

/**
 * Waits for a person, for days if need be and across restarts; the checkpoint holds the question. It runs from its top
 * again when it is resumed, so it does nothing but ask. An answer that is no decision is refused, and the question stands.
 */
export async function review({ analysisId, openActions }: AnalysisState) {
  const question: ReviewQuestion = { analysisId, openActions };
  const decision = interrupt<ReviewQuestion, Decision>(question, { responseSchema: Decision });
  return { decision };
}
