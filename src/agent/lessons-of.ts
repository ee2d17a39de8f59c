import type { AnalysisStore } from "../domain/ports.ts";
import { type Lessons, lessonsOf } from "../memory/lessons.ts";

/** What an analysis teaches so far: decisions on its actions, and what became of those that were run. */
export async function lessonsOfAnalysis(
  store: Pick<AnalysisStore, "listActions" | "getDecision" | "getActionResult">,
  analysisId: string,
): Promise<Lessons> {
  const actions = await store.listActions(analysisId);
  return lessonsOf(
    await Promise.all(
      actions.map(async (action) => ({
        action,
        decision: await store.getDecision(action.id),
        result: await store.getActionResult(action.id),
      })),
    ),
  );
}
