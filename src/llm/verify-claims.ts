import type { Claim, ExplainInput } from "../domain/ports.ts";
import type { Verification } from "./cascade.ts";
import { checkCitations, type Checked, entitiesNamed } from "./check-citations.ts";
import { type CodeConclusion, otherConclusion } from "./claim-conclusion.ts";
import { namesOf } from "./claim-prompt.ts";

/** A larger share of claims without evidence calls for a better model. */
const MOST_DROPPED_SHARE = 0.25;
/** Claims of which none has evidence are still an answer: the report counts them. */
const NO_EVIDENCE_SCORE = 1e-6;

/**
 * Checks the sentences that code wrote. Claims may name entities on the path from symptom to suspect without evidence
 * about them.
 */
export const checkClaims = (claims: readonly Claim[], { findings, ranking }: ExplainInput) =>
  checkCitations(claims, findings, ranking.hypotheses[0]?.path ?? [], "code");

/** Checks the sentences of a model. They may conclude nothing else than the ranking. */
export function checkModelClaims(claims: readonly Claim[], input: ExplainInput): Checked {
  const { kept, dropped } = checkCitations(claims, input.findings, input.ranking.hypotheses[0]?.path ?? []);
  const checked: Checked = { kept: [], dropped: [...dropped] };
  for (const claim of kept) {
    const why = whyNotConcluded(claim.text, input);
    if (why === null) checked.kept.push(claim);
    else checked.dropped.push({ claim, why });
  }
  return checked;
}

/** Why a sentence concludes something else than the ranking; null if it does not. */
export const whyNotConcluded = (text: string, input: ExplainInput): string | null =>
  otherConclusion(text, entitiesNamed(text, namesOf(input)), conclusionOf(input));

const conclusionOf = ({ ranking, findings }: ExplainInput): CodeConclusion => ({
  verdict: ranking.verdict,
  suspects: ranking.hypotheses.filter(({ status }) => status !== "ruled_out").map(({ entity }) => entity.id),
  changed: findings
    .filter(({ signal, evidence: { facts } }) => signal === "change" && facts.id === ranking.change)
    .map(({ entity }) => entity.id),
});

/** Whether claims cite what exists, and speak about the cause that code ranked first. */
export function verifyClaims(claims: readonly Claim[], input: ExplainInput): Verification {
  const { kept, dropped } = checkModelClaims(claims, input);
  const unsupportedClaims = dropped.length;
  const verdict = kept.length === 0 ? "unsupported" : unsupportedClaims > 0 ? "partial" : "accepted";
  const judgement = { verdict, claims: claims.length, unsupportedClaims } as const;
  if (kept.length === 0)
    return { why: `all ${dropped.length} claims lack evidence`, score: NO_EVIDENCE_SCORE, judgement };
  const score = kept.length / claims.length;
  if (unsupportedClaims / claims.length > MOST_DROPPED_SHARE)
    return { why: `${unsupportedClaims} of ${claims.length} claims lack evidence`, score, judgement };
  if (!speaksOfFirst(kept, input))
    return { why: "no claim cites evidence for the cause that is ranked first", score: score / 2, judgement };
  return { why: null, score, judgement };
}

function speaksOfFirst(kept: readonly Claim[], { ranking: { verdict, hypotheses } }: ExplainInput): boolean {
  const evidence = new Set(hypotheses[0]?.for);
  if (verdict !== "root_cause" || evidence.size === 0) return true;
  return kept.some(({ evidenceIds }) => evidenceIds.some((id) => evidence.has(id.trim())));
}
