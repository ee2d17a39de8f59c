import type { ExplainInput } from "../domain/ports.ts";

const CONCLUDES = new RegExp(
  String.raw`(?<!\p{L})(?:root cause|culprit|at fault|to blame|blames?d?|responsible|faulty|the cause|` +
    String.raw`the fault (?:is|was|lies|began)|caused(?! by)|origin of)(?!\p{L})`,
  "iu",
);
const EXONERATES = new RegExp(
  String.raw`(?<!\p{L})(?:healthy|unaffected|innocent|works? (?:well|fine)|is fine|no fault|` +
    String.raw`nothing (?:is|was) (?:wrong|abnormal)|ruled out|no incident|resolved|recovered)(?!\p{L})`,
  "iu",
);

/** Words that leave the cause open. */
const DOUBTS = new RegExp(
  String.raw`(?<!\p{L})(?:may|might|could|can|possibl[ey]|perhaps|candidates?|suspects?|unclear|unknown|uncertain|` +
    String.raw`inconclusive|whether|or|likel(?:y|iest)|points? (?:at|to))(?!\p{L})`,
  "iu",
);

/**
 * Why a claim concludes something else than the ranking; null if it does not. Code ranks causes: a sentence may put its
 * first cause into words, and name no other as the cause. Where code is not sure, a sentence must not be. It may not
 * acquit what code suspects.
 *
 * @param named the entities that the claim names.
 */
export function otherConclusion(
  text: string,
  named: readonly string[],
  { ranking, findings }: ExplainInput,
): string | null {
  const suspects = ranking.hypotheses.filter(({ status }) => status !== "ruled_out").map(({ entity }) => entity.id);
  const [first] = suspects;
  const isProven = ranking.verdict === "root_cause" || ranking.verdict === "recovered";
  if (CONCLUDES.test(text)) {
    if (ranking.verdict === "no_incident") return "it names a cause, but nothing was found to be wrong";
    if (!isProven && !DOUBTS.test(text)) return "it states a cause, but the analysis is inconclusive";
    const changed = findings
      .filter(({ signal, evidence: { facts } }) => signal === "change" && facts.id === ranking.change)
      .map(({ entity }) => entity.id);
    const allowed = [...(isProven ? [first] : suspects), ...changed];
    if (named.length > 0 && !named.some((id) => allowed.includes(id)))
      return `it names ${named[0]} as the cause, which the ranking does not`;
  }
  const isAllClear = ranking.verdict === "no_incident" || ranking.verdict === "recovered";
  if (EXONERATES.test(text) && !isAllClear && (named.length === 0 || named.some((id) => suspects.includes(id))))
    return `it acquits ${named.find((id) => suspects.includes(id)) ?? "everything"}, which the ranking does not`;
  return null;
}
