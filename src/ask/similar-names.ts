import { editsBetween } from "../domain/nearest-name.ts";

const wordsOf = (name: string): string[] =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");

/** A name without case and signs: `userAgent`, `user_agent` and `user agent` are one. */
export const plainName = (name: string): string => wordsOf(name).join("");

/** How alike two names are, in [0, 1]: 1 for one name in two spellings, less for shared words and for typing errors. */
export function likeness(a: string, b: string): number {
  const [plainA, plainB] = [plainName(a), plainName(b)];
  if (plainA === "" || plainB === "") return 0;
  if (plainA === plainB) return 1;
  const [wordsA, wordsB] = [wordsOf(a), wordsOf(b)];
  const shared = wordsA.filter((word) => wordsB.some((other) => alike(word, other))).length;
  const byWords = (0.9 * (2 * shared)) / (wordsA.length + wordsB.length);
  const [short, long] = plainA.length < plainB.length ? [plainA, plainB] : [plainB, plainA];
  const byPart = short.length >= 3 && long.includes(short) ? 0.5 + (0.4 * short.length) / long.length : 0;
  const byEdits =
    1 - editsBetween(plainA.slice(0, 60), plainB.slice(0, 60)) / Math.max(short.length, Math.min(60, long.length));
  return Math.max(byWords, byPart, byEdits >= 0.6 ? byEdits : 0);
}

/** Equal, or one form of the other: `agent` and `agents`. */
const alike = (a: string, b: string): boolean =>
  a === b ||
  (Math.min(a.length, b.length) >= 3 && Math.abs(a.length - b.length) <= 2 && (a.startsWith(b) || b.startsWith(a)));

/** The names that are alike enough to be meant, the nearest first. */
export const similarNames = (name: string, known: readonly string[], least = 0.4): string[] =>
  known
    .map((other) => ({ other, score: likeness(name, other) }))
    .filter(({ score }) => score >= least)
    .toSorted((a, b) => b.score - a.score || (a.other < b.other ? -1 : 1))
    .map(({ other }) => other);
