/**
 * A unit: what it measures, and its size in base units. "MB" has two sizes, as writers mean either. "times" may count
 * events or compare two values (`factor`).
 */
export type QuantityUnit = {
  measures: "time" | "bytes" | "share" | "times" | "count" | "factor";
  scales: readonly number[];
};

const time = (seconds: number): QuantityUnit => ({ measures: "time", scales: [seconds] });
const bytes = (power: number): QuantityUnit => ({ measures: "bytes", scales: [1000 ** power, 1024 ** power] });
const share = (ratio: number): QuantityUnit => ({ measures: "share", scales: [ratio] });

/** Lower-case spellings; `m` is minutes, as in a query. */
const UNITS: readonly (readonly [spellings: string, unit: QuantityUnit])[] = [
  ["ns nanos nanosecond nanoseconds", time(1e-9)],
  ["us μs micros microsecond microseconds", time(1e-6)],
  ["ms msec millis millisecond milliseconds", time(1e-3)],
  ["s sec secs second seconds", time(1)],
  ["m min mins minute minutes", time(60)],
  ["h hr hrs hour hours", time(3600)],
  ["d day days", time(86_400)],
  ["b byte bytes", bytes(0)],
  ["kb kib kilobyte kilobytes", bytes(1)],
  ["mb mib megabyte megabytes", bytes(2)],
  ["gb gib gigabyte gigabytes", bytes(3)],
  ["tb tib terabyte terabytes", bytes(4)],
  ["% percent pct percentage", share(0.01)],
  ["ratio share fraction", share(1)],
  ["times time", { measures: "times", scales: [1] }],
  ["count", { measures: "count", scales: [1] }],
  ["x × fold factor", { measures: "factor", scales: [1] }],
];
const BY_SPELLING = new Map(
  UNITS.flatMap(([spellings, unit]) => spellings.split(" ").map((spelling) => [spelling, unit] as const)),
);

/** Words that name a fact, but do not follow a number as its unit. */
const NAMES_ONLY = new Set(["ratio", "share", "fraction", "factor", "time", "count"]);

/** Pattern source of spellings that may follow a number, longest first. Case matters: `m` is minutes, `M` a million. */
export const UNIT_PATTERN = [...BY_SPELLING]
  .flatMap(([spelling, { measures }]) =>
    measures === "bytes"
      ? [
          spelling,
          spelling.toUpperCase(),
          spelling.replace(/^[kmgt]/, (c) => c.toUpperCase()).replace(/b$/, "B"),
          spelling.replace(/b$/, "B"),
        ]
      : [spelling],
  )
  .filter((spelling) => !NAMES_ONLY.has(spelling))
  .sort((a, b) => b.length - a.length)
  .join("|");

export const unitOf = (spelling: string): QuantityUnit | null => BY_SPELLING.get(spelling.toLowerCase()) ?? null;

/**
 * The unit at the end of a name (`p95Ms`, `wait_seconds`, `heap_used_bytes`, `errorShare`), or one of time or bytes at
 * its beginning (`seconds_before`). Null if it has none.
 */
export function unitOfName(name: string): QuantityUnit | null {
  const words = name
    .replaceAll(/([\p{Ll}\p{N}])(\p{Lu})/gu, "$1 $2")
    .split(/[^\p{L}\p{N}%]+/u)
    .filter((word) => word !== "");
  const last = words.at(-1)?.toLowerCase() ?? "";
  const first = words.length > 1 && (words[0]?.length ?? 0) > 1 ? unitOf(words[0] ?? "") : null;
  if (unitOf(last) === null && (first?.measures === "time" || first?.measures === "bytes")) return first;
  // A single letter is a unit only after another word: `latency_s`, not a fact named `s` or `b`.
  return words.length === 1 && last.length === 1 ? null : unitOf(last);
}
