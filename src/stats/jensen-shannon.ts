import { seededRandom } from "./seeded-random.ts";

/** How often each thing, such as a template, occurs in one document. */
export type Mix = ReadonlyMap<string, number>;

const sharesOf = (mixes: readonly Mix[]): Map<string, number> => {
  const shares = new Map<string, number>();
  for (const mix of mixes) {
    const total = [...mix.values()].reduce((sum, count) => sum + count, 0);
    if (total > 0)
      for (const [name, count] of mix) shares.set(name, (shares.get(name) ?? 0) + count / total / mixes.length);
  }
  return shares;
};

const towards = (p: number, middle: number): number => (p === 0 ? 0 : (p * Math.log2(p / middle)) / 2);

/**
 * Jensen–Shannon distance of two mixes: 0 for equal ones, 1 for mixes without a common thing. Each document counts
 * alike, whatever its length.
 *
 * @see Lin, Divergence measures based on the Shannon entropy, 1991; Endres & Schindelin 2003 (its root is a metric).
 */
export function mixDistance(before: readonly Mix[], recent: readonly Mix[]): number {
  const [p, q] = [sharesOf(before), sharesOf(recent)];
  let divergence = 0;
  for (const name of new Set([...p.keys(), ...q.keys()])) {
    const [ofP, ofQ] = [p.get(name) ?? 0, q.get(name) ?? 0];
    const middle = (ofP + ofQ) / 2;
    divergence += towards(ofP, middle) + towards(ofQ, middle);
  }
  return Math.sqrt(Math.min(1, Math.max(0, divergence)));
}

/**
 * Whether two sets of documents have one mix. `byChance`: the distance that only one in twenty random divisions of all
 * documents exceeds. Whole documents are divided, because the things in one document go together.
 *
 * @returns p in (0, 1].
 */
export function mixTest(
  before: readonly Mix[],
  recent: readonly Mix[],
  { seed, draws = 999 }: { seed: number; draws?: number },
): { distance: number; byChance: number; p: number } {
  const distance = mixDistance(before, recent);
  const random = seededRandom(seed);
  const all = [...before, ...recent];
  const found = Array.from({ length: draws }, () => {
    for (let at = 0; at < before.length; at++) {
      const other = at + Math.floor(random() * (all.length - at));
      [all[at], all[other]] = [all[other] as Mix, all[at] as Mix];
    }
    return mixDistance(all.slice(0, before.length), all.slice(before.length));
  });
  const extreme = found.filter((one) => one >= distance - 1e-12).length;
  const byChance = found.toSorted((a, b) => a - b)[Math.ceil(0.95 * draws) - 1] ?? 0;
  return { distance, byChance, p: (1 + extreme) / (draws + 1) };
}
