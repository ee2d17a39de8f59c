import type { Verdict } from "../domain/hypothesis.ts";

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
 * What code concluded. `suspects`: entities that it did not rule out, the first suspect first. `changed`: entities of
 * the change at fault.
 */
export type CodeConclusion = { verdict: Verdict; suspects: readonly string[]; changed: readonly string[] };

/**
 * Why a claim concludes something else than code; null if it does not. Code ranks causes: a sentence may put its first
 * cause into words, and name no other as the cause. Where code is not sure, a sentence must not be. It may not acquit
 * what code suspects.
 *
 * @param named the entities that the claim names.
 */
export function otherConclusion(
  text: string,
  named: readonly string[],
  { verdict, suspects, changed }: CodeConclusion,
): string | null {
  const [first] = suspects;
  const isProven = verdict === "root_cause" || verdict === "recovered";
  if (CONCLUDES.test(text)) {
    if (verdict === "no_incident") return "it names a cause, but nothing was found to be wrong";
    if (!isProven && !DOUBTS.test(text)) return "it states a cause, but the analysis is inconclusive";
    const allowed = [...(isProven ? [first] : suspects), ...changed];
    if (named.length > 0 && !named.some((id) => allowed.includes(id)))
      return `it names ${named[0]} as the cause, which the ranking does not`;
  }
  const isAllClear = verdict === "no_incident" || verdict === "recovered";
  if (EXONERATES.test(text) && !isAllClear && (named.length === 0 || named.some((id) => suspects.includes(id))))
    return `it acquits ${named.find((id) => suspects.includes(id)) ?? "everything"}, which the ranking does not`;
  return null;
}
