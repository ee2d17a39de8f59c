function countOf(labels: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

/**
 * Cohen's kappa of two raters: their agreement beyond what chance gives, from −1 to 1.
 *
 * @param pairs the two labels of each item. @returns null without items, and where both raters always gave the same one
 *   label, because chance alone then agrees.
 * @see Cohen, A coefficient of agreement for nominal scales, 1960.
 */
export function cohensKappa(pairs: readonly (readonly [a: string, b: string])[]): number | null {
  const n = pairs.length;
  if (n === 0) return null;
  const [ofA, ofB] = [countOf(pairs.map(([a]) => a)), countOf(pairs.map(([, b]) => b))];
  const agreed = pairs.filter(([a, b]) => a === b).length / n;
  const byChance = [...ofA].reduce((sum, [label, count]) => sum + (count / n) * ((ofB.get(label) ?? 0) / n), 0);
  return byChance > 1 - 1e-12 ? null : (agreed - byChance) / (1 - byChance);
}
