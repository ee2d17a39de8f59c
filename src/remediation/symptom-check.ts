import type { CitedFinding } from "../domain/finding.ts";
import type { Hypothesis } from "../domain/hypothesis.ts";
import { feltFindings } from "./felt-findings.ts";
import { plainExpression } from "./plain-expression.ts";
import type { SymptomCheck } from "./script.ts";
import { symptomWords } from "./symptom-words.ts";

/**
 * What users felt of the incident, and the query that shows whether it is over: the expression of an alert that fired,
 * if the alert says one and it reads as PromQL. Taken from the strongest finding about the entity where the symptom was
 * seen.
 *
 * @returns undefined if no finding is about that entity.
 */
export function symptomCheckOf(
  hypothesis: Pick<Hypothesis, "path" | "entity">,
  findings: readonly CitedFinding[],
): SymptomCheck | undefined {
  const felt = feltFindings(hypothesis, findings);
  const [first] = felt;
  if (first === undefined) return undefined;
  const rules = felt.flatMap(({ evidence }) => evidence.reads ?? []).flatMap(({ query }) => query.rules);
  const [query = null] = rules.flatMap(({ expression }) => plainExpression(expression ?? "") ?? []);
  return { text: symptomWords(first), query };
}
