import { mean } from "../stats/mean.ts";
import { AS_RECORDED } from "./incidents/vary-incidents.ts";
import { type ScoredRun, variationWords } from "./measure.ts";
import { columns, fixed } from "./print-runs.ts";

const FIGURES = ["AC@1", "AC@3", "A@1", "cause@1", "coverage", "answered", "ece"] as const;
const SEED = /, seed \d+|(; )?model's seed \d+/g;

/** Standard deviation of a sample; null with less than two values. */
export function spread(values: readonly number[]): number | null {
  const middle = mean(values);
  if (middle === null || values.length < 2) return null;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}

/** Runs that differ only in their seed, by suite and variation without it. */
function ofSeeds(runs: readonly ScoredRun[]): [string, ScoredRun[]][] {
  const groups = Map.groupBy(runs, ({ suite, variation }) => {
    const words = variationWords(variation).replaceAll(SEED, "");
    return words === "" ? suite : `${suite}, ${words}`;
  });
  return [...groups].filter(([, of]) => of.length > 1);
}

/** Mean, standard deviation and range of each figure over the seeds; empty with a single seed. */
export function printSeeds(runs: readonly ScoredRun[]): string {
  const rows = ofSeeds(runs).map(([name, of]) => [
    name,
    `${of.length} seeds`,
    ...FIGURES.map((figure) => {
      const values = of.flatMap(({ scores }) => scores.overall[figure].value ?? []);
      if (values.length === 0) return "-";
      const range = `${fixed(Math.min(...values))} to ${fixed(Math.max(...values))}`;
      return `${fixed(mean(values))} ± ${fixed(spread(values))}, ${range}`;
    }),
  ]);
  return rows.length === 0
    ? ""
    : ["mean over seeds ± standard deviation, lowest to highest", ...columns([["", "", ...FIGURES], ...rows])].join(
        "\n",
      );
}

/**
 * The pipeline without each signal, beside the whole one, for `--without each`; empty where nothing was removed alone.
 */
export function printSignals(runs: readonly ScoredRun[]): string {
  const figures = ["AC@1", "AC@3", "A@1"] as const;
  const rows = [...Map.groupBy(runs, ({ suite }) => suite)].flatMap(([suite, of]) => {
    const whole = of.find(({ variation }) => JSON.stringify(variation) === JSON.stringify(AS_RECORDED));
    const alone = of.filter(
      ({ variation }) =>
        variation.without.length === 1 && JSON.stringify({ ...variation, without: [] }) === JSON.stringify(AS_RECORDED),
    );
    if (whole === undefined || alone.length === 0) return [];
    return [whole, ...alone].map((run) => [
      suite,
      variationWords(run.variation) || "everything recorded",
      ...figures.map((name) => fixed(run.scores.overall[name].value)),
    ]);
  });
  return rows.length === 0 ? "" : ["without one signal", ...columns([["", "", ...figures], ...rows])].join("\n");
}
