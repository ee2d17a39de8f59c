import { CASE_FIGURES } from "../case-figures.ts";
import type { Oracle, Prediction } from "../formats.ts";
import { judge } from "../judge.ts";

/**
 * A metric of an experiment.
 *
 * - `unit`: `share` is a value in [0, 1]; `ratio` an amount above 0, compared by the ratio of geometric means; `amount` an
 *   amount compared by the difference of means.
 * - `of`: its value for one case; null where the case has none.
 */
export type Metric = {
  name: string;
  what: string;
  unit: "share" | "ratio" | "amount";
  better: "higher" | "lower";
  of: (oracle: Oracle, prediction: Prediction | undefined) => number | null;
};

const CALM: ReadonlySet<string> = new Set(["no_incident", "recovered"]);
const verdictOf = (prediction: Prediction | undefined): string => prediction?.verdict ?? "inconclusive";
const ofFaulty =
  (of: (oracle: Oracle, prediction: Prediction | undefined) => number | null): Metric["of"] =>
  (oracle, prediction) =>
    oracle.faulty ? of(oracle, prediction) : null;

const RIGHT: readonly Metric[] = CASE_FIGURES.map(({ name, of }) => ({
  name,
  what: "as in `bench score`",
  unit: "share",
  better: "higher",
  of: ofFaulty((oracle, prediction) => of(judge(oracle, prediction))),
}));

const SAFE: readonly Metric[] = [
  {
    name: "wrong-and-sure",
    what: "the verdict is root_cause, but the first suspect is wrong or nothing is at fault",
    unit: "share",
    better: "lower",
    of: (oracle, prediction) =>
      Number(
        verdictOf(prediction) === "root_cause" && (!oracle.faulty || (judge(oracle, prediction).ac[0] ?? 0) === 0),
      ),
  },
  {
    name: "no-incident-on-fault",
    what: "the verdict is no_incident, but something is at fault",
    unit: "share",
    better: "lower",
    of: ofFaulty((_, prediction) => Number(verdictOf(prediction) === "no_incident")),
  },
  {
    name: "false-alarm",
    what: "nothing is at fault, and the verdict is neither no_incident nor recovered",
    unit: "share",
    better: "lower",
    of: (oracle, prediction) => (oracle.faulty ? null : Number(!CALM.has(verdictOf(prediction)))),
  },
];

const USE: readonly Metric[] = [
  {
    name: "latency",
    what: "milliseconds of an analysis, as a ratio",
    unit: "ratio",
    better: "lower",
    of: (_, prediction) => (prediction?.ms == null ? null : Math.max(1, prediction.ms)),
  },
  {
    name: "tokens",
    what: "tokens that models read and wrote in an analysis",
    unit: "amount",
    better: "lower",
    of: (_, prediction) =>
      prediction === undefined ? null : (prediction.cost?.inputTokens ?? 0) + (prediction.cost?.outputTokens ?? 0),
  },
  {
    name: "cost",
    what: "US dollars of an analysis; needs prices of the models",
    unit: "amount",
    better: "lower",
    of: (_, prediction) =>
      prediction === undefined ? null : prediction.cost == null ? 0 : (prediction.cost.usd ?? null),
  },
];

export const METRICS: readonly Metric[] = [...RIGHT, ...SAFE, ...USE];
export const METRIC_NAMES: readonly string[] = METRICS.map(({ name }) => name);

/** @throws {RangeError} for an unknown name: the plan's schema refuses those. */
export function metricOf(name: string): Metric {
  const metric = METRICS.find((one) => one.name === name);
  if (metric === undefined) throw new RangeError(`there is no metric ${name}`);
  return metric;
}
