import { fitLogistic, logOddsOf, sigmoid } from "../../stats/logistic.ts";
import type { Stated } from "../figures.ts";
import { reliabilityOf, reliabilityTable } from "../reliability.ts";
import type { RecallRow } from "./recall-bench.ts";

/** One recalled incident with a known answer: `hit` is 1 where its cause was the present one. */
type Labelled = { suite: string; query: string; stands: Readonly<Record<string, number>>; hit: number };
type Fit = { bias: number; weights: Record<string, number> };

/** Shrinks weights; a recalled incident weighs 1. Squared log-odds. */
const RIDGE = 1;
const FOLDS = 10;

/**
 * Fits the probability that a past cause is the present one. What would speak against it by being more alike is left
 * out.
 *
 * @throws {RangeError} on no matches.
 */
function fitMatches(matches: readonly Labelled[]): Fit {
  let names = [...new Set(matches.flatMap(({ stands }) => Object.keys(stands)))];
  const all = names;
  for (;;) {
    const { bias, weights } = fitLogistic(
      matches.map(({ stands }) => names.map((name) => stands[name] ?? 0)),
      matches.map(({ hit }) => hit),
      { ridge: RIDGE },
    );
    const kept = names.filter((_, at) => (weights[at] ?? 0) >= 0);
    if (kept.length < names.length) {
      names = kept;
      continue;
    }
    return {
      bias: Number(bias.toFixed(4)),
      weights: Object.fromEntries(all.map((name) => [name, Number((weights[names.indexOf(name)] ?? 0).toFixed(4))])),
    };
  }
}

/** For each match the probability by a fit that saw nothing of its group. */
function heldOut(matches: readonly Labelled[], groupOf: (match: Labelled) => string): Stated[] | null {
  const groups = [...new Set(matches.map(groupOf))];
  if (groups.length < 2) return null;
  const fits = new Map(groups.map((group) => [group, fitMatches(matches.filter((match) => groupOf(match) !== group))]));
  return matches.map((match) => {
    const { bias = 0, weights = {} } = fits.get(groupOf(match)) ?? {};
    const names = Object.keys(weights);
    return {
      confidence: sigmoid(
        logOddsOf(
          { bias, weights: names.map((name) => weights[name] ?? 0) },
          names.map((name) => match.stands[name] ?? 0),
        ),
      ),
      hit: match.hit,
    };
  });
}

/**
 * The content of `src/memory/calibration.json`: the fit, the cases it was fitted on, and its results on incidents and
 * suites that it had not seen.
 *
 * @throws {RangeError} on no matches.
 */
export function refitMatches(rows: readonly RecallRow[]) {
  const matches = rows.flatMap(({ suite, id, shown }) =>
    shown.map(({ stands, relevant }): Labelled => ({ suite, query: id, stands, hit: Number(relevant) })),
  );
  const folds = new Map(
    [...new Set(matches.map(({ query }) => query))].toSorted().map((query, at) => [query, String(at % FOLDS)]),
  );
  const [incidents, suites] = [
    heldOut(matches, ({ query }) => folds.get(query) ?? ""),
    heldOut(matches, ({ suite }) => suite),
  ];
  return {
    schema: "causeway.memory-calibration/1",
    ...fitMatches(matches),
    fittedOn: [...Map.groupBy(matches, ({ suite }) => suite)].map(([suite, of]) => ({ suite, matches: of.length })),
    heldOutIncidents: incidents && reliabilityOf(incidents),
    heldOutSuites: suites && reliabilityOf(suites),
    reliability: reliabilityTable(incidents ?? []),
  };
}
export type MatchRefit = ReturnType<typeof refitMatches>;
