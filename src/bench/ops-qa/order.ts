import { seededRandom, seedOf } from "../../stats/seeded-random.ts";
import type { ChoiceQuestion } from "./question.ts";

/** Options such as "all of the above" and "both A and C" lose their meaning in another order. */
const REFERENCES: readonly RegExp[] = [
  /\b(?:all|none|any|both|neither|either|some) of (?:the )?(?:above|below|these|them|options)\b/i,
  /\b(?:above|below) (?:options?|answers?|choices?)\b/i,
  /\b(?:options?|choices?|answers?) [A-H]\b/i,
  /\b[A-H] (?:and|or|&) [A-H]\b/i,
  /以上|上述/,
];

/** True when an option speaks of other options by letter or place. */
export const refersToOptions = ({ options }: Pick<ChoiceQuestion, "options">): boolean =>
  options.some((option) => REFERENCES.some((pattern) => pattern.test(option)));

export const givenOrder = ({ options }: Pick<ChoiceQuestion, "options">): number[] => options.map((_, index) => index);

/**
 * Another order of the options than the given one, the same for the same seed and question.
 *
 * @returns indices of the options in the order in which they are shown.
 */
export function shuffledOrder(question: Pick<ChoiceQuestion, "options" | "key">, seed: number): number[] {
  const random = seededRandom(seedOf(seed, question.key));
  const order = givenOrder(question);
  do {
    // Fisher and Yates
    for (let at = order.length - 1; at > 0; at--) {
      const other = Math.floor(random() * (at + 1));
      [order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0];
    }
  } while (order.every((index, at) => index === at));
  return order;
}
