// How far the time to exhaustion can be trusted: `npm run bench:forecast [-- EXPERIMENTS]`. Simulations with fixed
// seeds; docs/forecast.md has the results.
import { exhaustionOf } from "../../src/metrics/forecast/exhaustion.ts";
import { median } from "../../src/stats/quantile.ts";
import { seededRandom, seedOf } from "../../src/stats/seeded-random.ts";
import { type Simulated, WORLDS } from "./worlds.ts";

const EXPERIMENTS = Number(process.argv[2] ?? 400);
const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const cell = (value: number | null): string => (value === null ? "–" : value.toFixed(2).replace(/^0\./, "."));

/** The usual baseline: a straight line by least squares through the whole history. Null if it does not rise. */
function linear({ timesMs, shares }: Simulated): number | null {
  const [first = 0, last = 0] = [timesMs[0], timesMs.at(-1)];
  const x = timesMs.map((timeMs) => timeMs - first);
  const meanX = x.reduce((sum, one) => sum + one, 0) / x.length;
  const meanY = shares.reduce((sum, one) => sum + one, 0) / x.length;
  const slope =
    x.reduce((sum, one, at) => sum + (one - meanX) * ((shares[at] ?? 0) - meanY), 0) /
    x.reduce((sum, one) => sum + (one - meanX) ** 2, 0);
  return slope > 0 ? Math.max(last, first + meanX + (1 - meanY) / slope) : null;
}

/** Error of a time left, as a share of the true one. */
const wrongBy = (atMs: number | null, { truthMs, timesMs }: Simulated): number | null =>
  atMs === null || truthMs === null ? null : Math.abs(atMs - truthMs) / (truthMs - (timesMs.at(-1) ?? 0));
const mean = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0) / known.length;
};

print("| world | a date | interval holds | width | MAPE | linear MAPE | linear: a date |");
print("|---|---|---|---|---|---|---|");
for (const { name, isGrowing, draw } of WORLDS) {
  const random = seededRandom(seedOf(17, name));
  const runs = Array.from({ length: EXPERIMENTS }, (_, seed) => {
    const simulated = draw(random);
    return { simulated, found: exhaustionOf(simulated.timesMs, simulated.shares, seed), line: linear(simulated) };
  });
  const dated = runs.filter(({ found }) => found.verdict === "between" || found.verdict === "not_before");
  const held = dated.filter(({ found, simulated }) => {
    const truth = simulated.truthMs ?? Number.POSITIVE_INFINITY;
    return truth >= (found.fromMs ?? 0) && truth <= (found.toMs ?? Number.POSITIVE_INFINITY);
  });
  const bounded = dated.filter(({ found }) => found.verdict === "between");
  const widths = bounded.map(
    ({ found, simulated }) =>
      ((found.toMs ?? 0) - (found.fromMs ?? 0)) / ((found.atMs ?? 0) - (simulated.timesMs.at(-1) ?? 0)),
  );
  // a date is "between …": it may be acted on; for the line, it is one within ten histories
  const soon = ({ simulated: { timesMs }, line }: (typeof runs)[number]): boolean => {
    const [first = 0, last = 0] = [timesMs[0], timesMs.at(-1)];
    return line !== null && line <= last + 10 * (last - first);
  };
  const cells = [
    bounded.length / EXPERIMENTS,
    dated.length === 0 ? null : held.length / dated.length,
    widths.length === 0 ? null : median(widths),
    isGrowing ? mean(bounded.map(({ found, simulated }) => wrongBy(found.atMs, simulated))) : null,
    isGrowing ? mean(bounded.map(({ line, simulated }) => wrongBy(line, simulated))) : null,
    runs.filter(soon).length / EXPERIMENTS,
  ];
  print(`| ${[name, ...cells.map(cell)].join(" | ")} |`);
}
