import { PAGE_SIGNS, type PageSign, type PageSigns } from "../../memory/pages/page-signs.ts";
import { scoreOf } from "../../memory/pages/rank-pages.ts";

/**
 * One alert with the signs of each page, as measured and relative to the best, and the places of the right pages.
 * `weight`: 1 / alerts of the same page.
 */
export type RankingCase = {
  group: string;
  weight: number;
  measured: readonly PageSigns[];
  signs: readonly PageSigns[];
  right: ReadonlySet<number>;
};
export type SignWeights = Record<PageSign, number>;

/** Pages that can matter are those with the strongest signs; the others cost time only. */
const CANDIDATES = 80;
const RIDGE = 0.01;
const ROUNDS = 200;
const STEP = 0.15;
const [FAST, SLOW] = [0.9, 0.99];

/**
 * Learns weights ≥ 0 that give the right pages of each alert the most probability against all others, each page
 * counting the same however many alerts it has.
 *
 * @see Cao et al., Learning to Rank: From Pairwise to Listwise Approach, ICML 2007 (ListNet, softmax over candidates);
 *   Kingma & Ba, Adam, ICLR 2015.
 */
export function fitWeights(cases: readonly RankingCase[]): SignWeights {
  const pruned = cases.map(withCandidates);
  const total = pruned.reduce((sum, { weight }) => sum + weight, 0);
  let weights = PAGE_SIGNS.map(() => 0.5);
  const [mean, square] = [PAGE_SIGNS.map(() => 0), PAGE_SIGNS.map(() => 0)];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const slope = weights.map((weight) => RIDGE * weight);
    for (const one of pruned) addSlope(slope, one, weights, one.weight / total);
    weights = weights.map((weight, at) => {
      const along = slope[at] ?? 0;
      mean[at] = FAST * (mean[at] ?? 0) + (1 - FAST) * along;
      square[at] = SLOW * (square[at] ?? 0) + (1 - SLOW) * along ** 2;
      const size = Math.sqrt(square[at] / (1 - SLOW ** round)) + 1e-8;
      return Math.max(0, weight - (STEP * (mean[at] / (1 - FAST ** round))) / size);
    });
  }
  return Object.fromEntries(PAGE_SIGNS.map((sign, at) => [sign, weights[at] ?? 0])) as SignWeights;
}

type Rows = { rows: readonly (readonly number[])[]; right: readonly boolean[]; weight: number };

const sumOf = ({ row }: { row: readonly number[] }): number => row.reduce((sum, value) => sum + value, 0);

function withCandidates({ signs, right, weight }: RankingCase): Rows {
  const rows = signs.map((one, at) => ({ row: PAGE_SIGNS.map((sign) => one[sign]), isRight: right.has(at) }));
  const best = new Set(rows.toSorted((a, b) => sumOf(b) - sumOf(a)).slice(0, CANDIDATES));
  const kept = rows.filter((one) => one.isRight || best.has(one));
  return { rows: kept.map(({ row }) => row), right: kept.map(({ isRight }) => isRight), weight };
}

/** Adds the slope of one alert's loss: by how much each page's probability is too high. */
function addSlope(slope: number[], { rows, right }: Rows, weights: readonly number[], share: number): void {
  const scores = rows.map((row) => row.reduce((sum, value, at) => sum + value * (weights[at] ?? 0), 0));
  const top = Math.max(...scores);
  const odds = scores.map((score) => Math.exp(score - top));
  const all = odds.reduce((sum, value) => sum + value, 0);
  const ofRight = odds.reduce((sum, value, at) => sum + (right[at] === true ? value : 0), 0);
  for (const [at, row] of rows.entries()) {
    const odd = odds[at] ?? 0;
    const excess = (odd / all - (right[at] === true ? odd / ofRight : 0)) * share;
    for (const [column, value] of row.entries()) slope[column] = (slope[column] ?? 0) + excess * value;
  }
}

/** Rank of the first right page. Equal scores count against it. */
export function rankOfRight({ signs, right }: RankingCase, weights: SignWeights): number {
  const scores = signs.map((one) => scoreOf(one, weights));
  const best = Math.max(...scores.filter((_, at) => right.has(at)));
  return 1 + scores.filter((score, at) => !right.has(at) && score >= best).length;
}

/** Share of pages found among the first k, each page the mean of its alerts. */
export function macroRecall(cases: readonly RankingCase[], ranks: readonly number[], k: number): number {
  const byGroup = Map.groupBy(cases.keys(), (at) => cases[at]?.group);
  const shares = [...byGroup.values()].map(
    (places) => places.filter((at) => (ranks[at] ?? Infinity) <= k).length / places.length,
  );
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
