/** Words that occur in every program or sentence, and so do not distinguish one change from another. */
const STOP_WORDS = new Set(
  [
    "the and for with from into that this was were are not can has had have its all any out per via new old now when",
    "then than does did but too use used only also over under after before",
    "func return const type struct string float bool void null none nil true false err error errors var let def self",
    "class public private static import package async await else case default",
    "http https get set add fix feat chore refactor docs test tests perf style build version main src lib pkg",
    "internal services service svc cmd app api",
  ].flatMap((line) => line.split(" ")),
);
/** Inflections and compounds of one word share their first letters: `batch`, `batched`, `batching`. */
const STEM_LENGTH = 5;
const MIN_LENGTH = 3;

/**
 * Extracts the distinct word stems of a text, a path or code, in order of first appearance. `memoryStore`,
 * `memory_store` and "Memory stores" give the same two stems. Numbers of two or more digits are kept, because a limit
 * is recognised by its value.
 */
export function wordStems(text: string): string[] {
  const words = text
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .match(/[a-z]+|\d{2,}/g);
  const kept = (words ?? []).filter((word) => (/^\d/.test(word) || word.length >= MIN_LENGTH) && !STOP_WORDS.has(word));
  return [...new Set(kept.map((word) => word.slice(0, STEM_LENGTH)))];
}
