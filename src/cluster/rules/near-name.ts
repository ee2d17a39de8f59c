/**
 * Finds the name that a mistyped name was meant for: one contains the other, or they differ in at most two letters.
 * Null if there is none.
 */
export function nearestName(typed: string, names: readonly string[]): string | null {
  return (
    names.find(
      (name) =>
        (name.length > 3 && typed.includes(name)) ||
        (typed.length > 3 && name.startsWith(typed)) ||
        distance(typed, name) <= 2,
    ) ?? null
  );
}

/** Levenshtein distance, capped at 3. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1)
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    row = next;
  }
  return Math.min(3, row.at(-1) ?? 0);
}
