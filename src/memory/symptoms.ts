import type { CitedFinding } from "../domain/finding.ts";
import type { Ranking } from "../domain/hypothesis.ts";
import { redactPersonal } from "../domain/redact-personal.ts";

const MAX_OF_A_KIND = 5;
const MAX_FINDINGS = 60;
const MAX_TEMPLATE_CHARS = 300;
const PLACEHOLDER = /<[^<>\s]{1,40}>|⟨[^⟨⟩]{1,40}⟩/g;
const WORD = /[\p{L}\p{N}_]+/gu;
const LETTER = /\p{L}/u;
/** Words that any log line may hold and that say nothing about an incident. */
const COMMON = new Set([
  "and",
  "are",
  "for",
  "from",
  "has",
  "have",
  "into",
  "not",
  "null",
  "that",
  "the",
  "this",
  "true",
  "false",
  "was",
  "were",
  "will",
  "with",
]);

/** An incident's symptoms as search words; each list without duplicates, most important first. */
export type Symptoms = {
  /** Kinds of finding, such as `log.new-template`. */
  kinds: string[];
  /** Entities, metrics, and families with direction, each as one word (`orders_db`, `latency_up`). */
  names: string[];
  /** Words of mined templates, without personal data and placeholders. */
  words: string[];
};

/** Joins a kind or a name into one search word. */
export const asOneWord = (name: string): string => (name.toLowerCase().match(WORD) ?? []).join("_");

/** Reads templates, never raw text: the memory outlives the logs and is shown to others. */
export function symptomsOf(findings: readonly CitedFinding[], ranking: Pick<Ranking, "hypotheses">): Symptoms {
  const kinds = new Set<string>();
  const names = new Set<string>();
  const words = new Set<string>();
  for (const { kind, entity, evidence } of mostImportant(findings, ranking)) {
    const { metric, family, direction } = evidence.facts;
    kinds.add(kind);
    for (const name of [entity.id, metric, typeof family === "string" ? `${family} ${direction ?? ""}` : null]) {
      if (typeof name === "string") names.add(asOneWord(redactPersonal(name)));
    }
    for (const word of wordsOf(evidence.template ?? "")) words.add(word);
  }
  names.delete("");
  return { kinds: [...kinds], names: [...names], words: [...words] };
}

/**
 * Order: findings that hypotheses cite, then the strongest of each kind. Strengths of different kinds do not compare.
 */
function mostImportant(findings: readonly CitedFinding[], { hypotheses }: Pick<Ranking, "hypotheses">): CitedFinding[] {
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  const cited = hypotheses.flatMap((hypothesis) => hypothesis.for.flatMap((id) => byId.get(id) ?? []));
  const kinds = Map.groupBy(findings, ({ kind }) => kind);
  const strongest = [...kinds.keys()]
    .sort()
    .flatMap((kind) =>
      (kinds.get(kind) ?? [])
        .toSorted((a, b) => b.strength - a.strength || (a.summary < b.summary ? -1 : 1))
        .slice(0, MAX_OF_A_KIND),
    );
  return [...new Set([...cited.slice(0, MAX_FINDINGS), ...strongest])].slice(0, 2 * MAX_FINDINGS);
}

/** Words of at least three letters, without numbers, placeholders and common words. */
export const wordsOf = (text: string): string[] => {
  const bare = redactPersonal(text.slice(0, MAX_TEMPLATE_CHARS)).replace(PLACEHOLDER, " ").toLowerCase();
  return (bare.match(WORD) ?? []).filter((word) => word.length > 2 && LETTER.test(word) && !COMMON.has(word));
};
