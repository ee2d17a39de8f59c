import type { CitedFinding } from "../domain/finding.ts";
import type { Hypothesis } from "../domain/hypothesis.ts";
import type { SymptomCheck } from "./script.ts";
import { symptomWords } from "./symptom-words.ts";

/** Kinds of finding that users feel, most telling first. */
const FELT = ["alert.firing", "metric.shift", "trace.spectrum", "trace.error-origin", "trace.self-time"];

const placeOf = ({ kind }: CitedFinding): number => FELT.indexOf(kind);

/**
 * What users felt of the incident, and the query that shows whether it is over: the expression of an alert that fired,
 * if the alert says one. Taken from the strongest finding about the entity where the symptom was seen.
 *
 * @returns undefined if no finding is about that entity.
 */
export function symptomCheckOf(
  { path, entity }: Pick<Hypothesis, "path" | "entity">,
  findings: readonly CitedFinding[],
): SymptomCheck | undefined {
  const where = path[0] ?? entity.id;
  const felt = findings
    .filter((finding) => finding.entity.id === where && placeOf(finding) >= 0)
    .toSorted((a, b) => placeOf(a) - placeOf(b) || b.strength - a.strength);
  const [first] = felt;
  if (first === undefined) return undefined;
  const rules = felt.flatMap(({ evidence }) => evidence.reads ?? []).flatMap(({ query }) => query.rules);
  return { text: symptomWords(first), query: rules.find(({ expression }) => expression !== null)?.expression ?? null };
}
