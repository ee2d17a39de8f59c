/** Words that every program and every sentence has: they tell no change from another. */
const SAYS_NOTHING = new Set(
  (
    "the and for with from into that this was were are not can has had have its all any out per via new old now when then than does did but too use used only also over under after before " +
    "func return const type struct string float bool void null none nil true false err error errors var let def self class public private static import package async await else case default " +
    "http https get set add fix feat chore refactor docs test tests perf style build version main src lib pkg internal services service svc cmd app api"
  ).split(" "),
);
/** Inflections and compounds of one word share their first letters: `batch`, `batched`, `batching`. */
const STEM_LENGTH = 5;
const MIN_LENGTH = 3;

/**
 * The stems that a text, a path or a piece of code is made of: `memoryStore`, `memory_store` and "Memory stores" give the same two. Numbers of two digits and
 * more are kept, since limits are known by their values. Without doubles, in order of first appearance.
 */
export function wordStems(text: string): string[] {
  const words = text
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .match(/[a-z]+|\d{2,}/g);
  const kept = (words ?? []).filter(
    (word) => (/^\d/.test(word) || word.length >= MIN_LENGTH) && !SAYS_NOTHING.has(word),
  );
  return [...new Set(kept.map((word) => word.slice(0, STEM_LENGTH)))];
}
