/** Names of at least this similarity are suggested. */
const MIN_SIMILARITY = 0.2;

/** The known names that are most like a wrong one, the likest first. */
export function nearestNames(name: string, known: readonly string[], limit = 3): string[] {
  const pairs = letterPairs(name);
  return known
    .map((each) => ({ each, similarity: dice(pairs, letterPairs(each)) }))
    .filter(({ similarity }) => similarity >= MIN_SIMILARITY)
    .toSorted((a, b) => b.similarity - a.similarity || (a.each < b.each ? -1 : 1))
    .slice(0, limit)
    .map(({ each }) => each);
}

/** Dice's coefficient of two sets. */
function dice(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size + b.size === 0) return 0;
  return (2 * [...a].filter((pair) => b.has(pair)).length) / (a.size + b.size);
}

function letterPairs(text: string): Set<string> {
  const lower = text.slice(0, 200).toLowerCase();
  return new Set(Array.from({ length: Math.max(0, lower.length - 1) }, (_, at) => lower.slice(at, at + 2)));
}
