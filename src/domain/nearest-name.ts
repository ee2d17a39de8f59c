/** Edits between an unknown name and the name that was probably meant. */
const MAX_EDITS = 2;

/** The name with the fewest edits; undefined if none is near. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const near = known
    .map((other) => ({ other, edits: editsBetween(name.toLowerCase(), other.toLowerCase()) }))
    .filter(({ other, edits }) => other !== name && edits <= Math.min(MAX_EDITS, other.length / 2));
  return near.toSorted((a, b) => a.edits - b.edits)[0]?.other;
}

/** Levenshtein's distance, where a swap of two neighbours counts 1. */
export function editsBetween(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, at) => at)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i += 1) {
    rows.push([i]);
    for (let j = 1; j <= b.length; j += 1) {
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const edits = Math.min(
        at(i - 1, j) + 1,
        at(i, j - 1) + 1,
        at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1),
        isSwap ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
      );
      rows[i]?.push(edits);
    }
  }
  return at(a.length, b.length);
}
