import type { CitedFinding } from "../domain/finding.ts";
import type { Hypothesis } from "../domain/hypothesis.ts";

/** Kinds of finding that users feel, most telling first. */
const FELT = ["alert.firing", "metric.shift", "trace.spectrum", "trace.error-origin", "trace.self-time"];

const placeOf = ({ kind }: CitedFinding): number => FELT.indexOf(kind);

/** What users felt of the incident: the findings about the entity where the symptom was seen, the most telling first. */
export function feltFindings(
  { path, entity }: Pick<Hypothesis, "path" | "entity">,
  findings: readonly CitedFinding[],
): CitedFinding[] {
  const where = path[0] ?? entity.id;
  return findings
    .filter((finding) => finding.entity.id === where && placeOf(finding) >= 0)
    .toSorted((a, b) => placeOf(a) - placeOf(b) || b.strength - a.strength);
}
