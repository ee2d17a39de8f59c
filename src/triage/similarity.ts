/** Lower-case words of three letters and more; numbers and ids tell one occurrence from another, not one trouble from another. */
export const words = (text: string): ReadonlySet<string> => new Set(text.toLowerCase().match(/[a-z]{3,}/g) ?? []);

/** Share of words in common, in [0, 1] (Jaccard); 0 where either side has none. */
export function wordOverlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((word) => b.has(word)).length;
  const all = a.size + b.size - shared;
  return all === 0 ? 0 : shared / all;
}
