import type { FindingRef } from "../../domain/finding.ts";
import type { Doubt, ModelInvestigation } from "../../domain/model-investigation.ts";
import type { ExplainInput } from "../../domain/ports.ts";
import { whyNotConcluded } from "../../llm/verify-claims.ts";
import type { Report } from "../../domain/report.ts";

const BECAUSE: Record<Doubt, string> = {
  inconclusive: "the ranking reached no conclusion",
  close: "the first two suspects were close",
};

/**
 * What a model did to find the cause, with the ids that the report cites. Its conclusion is left out if it goes beyond
 * the ranking in the end.
 */
export function investigationOf(
  investigation: ModelInvestigation | null,
  refs: readonly Pick<FindingRef, "id" | "key">[],
  input: ExplainInput,
): Pick<Report, "investigation"> {
  if (investigation === null) return {};
  const { model, prompt, doubt, stoppedBy, failure, steps, foundKeys, readings, conclusion } = investigation;
  const idOf = new Map(refs.map(({ key, id }) => [key, id]));
  const idsOf = (key: string): string[] => {
    const id = idOf.get(key);
    return id === undefined ? [] : [id];
  };
  return {
    investigation: {
      model,
      prompt: `${prompt.name}/${prompt.version}`,
      because: BECAUSE[doubt],
      stopped_by: stoppedBy,
      failure,
      steps: steps.map(({ tool, step, ok }) => ({ tool, what: step, refused: !ok })),
      found_ids: foundKeys.flatMap(idsOf),
      readings: readings.flatMap(({ findingKey, entity, cause }) =>
        idsOf(findingKey).map((id) => ({ evidence_id: id, entity, category: cause })),
      ),
      conclusion:
        conclusion !== null && whyNotConcluded(conclusion.text, input) === null
          ? { text: conclusion.text, evidence_ids: conclusion.evidenceIds }
          : null,
    },
  };
}
