import { readParts } from "./post-mortem/read-parts.ts";
import { readFrontMatter } from "./post-mortem/front-matter.ts";
import { joinTerms, termsOf, textLikeness, type TextTerms } from "./text/text-likeness.ts";

/** Weights of the parts. The cause says most about a failure, the follow-up least. */
const WEIGHTS = { title: 1.2, symptoms: 1, cause: 1.5, resolution: 0.7, followUp: 0.3 } as const;

/**
 * Two accounts below this likeness share no more than any two do. Set on accounts written for this purpose, see
 * docs/memory.md.
 */
export const MIN_ACCOUNT_LIKENESS = 0.05;

/** Reads the terms of a written account: a post-mortem in Markdown, or plain text. */
export function accountTerms(text: string): TextTerms {
  const front = readFrontMatter(text, []);
  const { heading, title, ...parts } = readParts("wrong" in front ? text : front.body);
  const head = "wrong" in front ? {} : front.fields;
  const texts = {
    title: [head.title, title, heading].filter((one) => one !== undefined && one !== null).join("\n"),
    symptoms: [head.symptoms, parts.symptoms].filter((one) => one !== undefined).join("\n"),
    cause: ["wrong" in front ? "" : front.causeText, parts.cause].join("\n"),
    resolution: [head.resolution, parts.resolution].filter((one) => one !== undefined).join("\n"),
    followUp: parts.followUp,
  };
  return joinTerms(
    Object.entries(WEIGHTS).map(([part, weight]) => ({ terms: termsOf(texts[part as keyof typeof WEIGHTS]), weight })),
  );
}

/** An account with its terms. */
export type Account = { id: string; terms: TextTerms };

/**
 * Ranks earlier accounts by likeness to a query, best first. Empty if none is similar.
 *
 * @param limit maximum number of results.
 */
export function rankAccounts(
  query: TextTerms,
  earlier: readonly Account[],
  limit: number,
): { id: string; likeness: number }[] {
  const likenessTo = textLikeness(earlier.map(({ terms }) => terms));
  const likeness = likenessTo(query);
  const ranked = earlier
    .map(({ id }, at) => ({ id, likeness: likeness[at] ?? 0 }))
    .filter((one) => one.likeness > 0)
    .toSorted((a, b) => b.likeness - a.likeness || (a.id < b.id ? -1 : 1));
  return (ranked[0]?.likeness ?? 0) < MIN_ACCOUNT_LIKENESS ? [] : ranked.slice(0, limit);
}
