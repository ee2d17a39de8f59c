import { interrupt } from "@langchain/langgraph";
import { type OpenAction, ReviewAnswer } from "../../domain/action.ts";
import type { AnalysisState } from "../state.ts";

/** The question to the person. */
export type ReviewQuestion = { analysisId: string; openActions: readonly OpenAction[] };

/**
 * Waits for a person, for days and across restarts; the checkpoint holds the question. A resumed node runs again from
 * its start, so this node does nothing else. An invalid answer is refused, and the question stays open.
 */
export async function review({ analysisId, openActions }: AnalysisState) {
  const question: ReviewQuestion = { analysisId, openActions };
  const decision = interrupt<ReviewQuestion, ReviewAnswer>(question, { responseSchema: ReviewAnswer });
  return { decision };
}
