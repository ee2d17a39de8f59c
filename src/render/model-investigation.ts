import type { Report } from "../domain/report.ts";
import { neutral } from "./neutral.ts";
import { causeLabel, plural, sentence } from "./labels.ts";

/** One line about what a model did, with the evidence that it rests on. */
export type InvestigationLine = { text: string; evidenceIds: readonly string[] };

export const INVESTIGATION_TITLE = "What the model looked into";
const MAX_STEP_CHARS = 200;
const MAX_STEPS = 6;

const line = (text: string, evidenceIds: readonly string[] = []): InvestigationLine => ({
  text: neutral(text, 400),
  evidenceIds,
});

/** "Not checked" has the hint at the end of a failure: (Check the key.) */
const withoutHint = (failure: string): string => failure.replace(/ \([^()]*\.\)$/, "");

/**
 * What a model did to find the cause: why it began, its steps, what code found where it pointed, what it concluded, and
 * what stopped it. Empty if none investigated.
 */
export function investigationLines({ investigation }: Report, isFull: boolean): InvestigationLine[] {
  if (investigation === undefined) return [];
  const { model, because, failure, steps, found_ids: foundIds, readings, conclusion } = investigation;
  const made = steps.filter(({ tool, refused }) => !refused && tool !== "conclude");
  const shown = isFull ? made : made.slice(-MAX_STEPS);
  const refused = steps.filter((step) => step.refused).length;
  const hidden = made.length - shown.length;
  const counted = [
    ...(hidden > 0 ? [`${plural(hidden, "earlier step")} not shown`] : []),
    ...(refused > 0 ? [`${plural(refused, "call")} refused`] : []),
  ];
  return [
    line(`${model ?? "A model"} ${model === null ? "was called to look" : "looked"} further, because ${because}.`),
    ...shown.map(({ what }) => line(what.slice(0, MAX_STEP_CHARS))),
    ...(counted.length === 0 ? [] : [line(`${counted.join("; ")}.`)]),
    line(foundIds.length === 0 ? "No new evidence was found." : "New evidence, measured by Causeway:", foundIds),
    ...readings.map(({ evidence_id: id, entity, category }) =>
      line(`The model reads this as ${causeLabel(category)} at ${entity}. That is no measurement.`, [id]),
    ),
    ...(conclusion === null ? [] : [line(`The model concludes: ${conclusion.text}`, conclusion.evidence_ids)]),
    ...(failure === null ? [] : [line(`It stopped early: ${sentence(withoutHint(failure))}`)]),
  ];
}
