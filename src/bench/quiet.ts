import type { Verdict } from "../domain/hypothesis.ts";
import { proportion, type Proportion } from "./figures.ts";
import { suiteName } from "./measure.ts";
import { columns, fixed } from "./print-runs.ts";
import { type PredictOptions, predictCases } from "./run.ts";

/** What was said of slices of one kind: `right` is `no_incident` or `inconclusive`, `quiet` the share of these that is `no_incident`. */
export type QuietRow = {
  what: string;
  n: number;
  verdicts: Partial<Record<Verdict, number>>;
  right: Proportion;
  quiet: Proportion;
};
export type QuietResult = { rows: QuietRow[]; all: QuietRow; blamed: readonly string[] };
type Said = { what: string; id: string; verdict: Verdict };

function rowOf(what: string, said: readonly Said[]): QuietRow {
  const verdicts: Partial<Record<Verdict, number>> = {};
  for (const { verdict } of said) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
  const right = said.filter(({ verdict }) => verdict === "no_incident" || verdict === "inconclusive");
  return {
    what,
    n: said.length,
    verdicts,
    right: proportion(said.map((one) => Number(right.includes(one)))),
    quiet: proportion(right.map(({ verdict }) => Number(verdict === "no_incident"))),
  };
}

/** `before tt-1 false alarm` → `before, false alarm`: how a slice was got, and what was told. */
const kindOf = (id: string): string =>
  `${id.split(" ", 1)[0]}, ${["no alarm", "false alert"].find((told) => id.endsWith(told)) ?? "false alarm"}`;

/**
 * Analyses times without a fault. @param suites whose quiet times are cut out. @param healthy suites, every case of which is healthy.
 * @throws {IncidentError} NOT_FOUND when a suite holds no quiet time.
 */
export async function runQuiet(
  suites: readonly string[],
  healthy: readonly string[],
  options: Omit<PredictOptions, "suite" | "quiet">,
): Promise<QuietResult> {
  const said: Said[] = [];
  for (const [suite, quiet] of [
    ...suites.map((dir) => [dir, true] as const),
    ...healthy.map((dir) => [dir, false] as const),
  ]) {
    const { predictions } = await predictCases({ ...options, suite, quiet });
    for (const { id, verdict } of predictions.values())
      said.push({ what: `${suiteName(suite)}: ${quiet ? kindOf(id) : "healthy run"}`, id, verdict });
  }
  const rows = [...Map.groupBy(said, ({ what }) => what)].map(([what, of]) => rowOf(what, of));
  return {
    rows,
    all: rowOf("all", said),
    blamed: said
      .filter(({ verdict }) => verdict === "root_cause" || verdict === "recovered")
      .map(({ what, id, verdict }) => `${what}: ${id} (${verdict})`),
  };
}

const VERDICTS = ["no_incident", "inconclusive", "root_cause", "recovered"] as const;

export function printQuiet({ rows, all, blamed }: QuietResult): string {
  const line = ({ what, n, verdicts, right, quiet }: QuietRow): string[] => [
    what,
    String(n),
    ...VERDICTS.map((verdict) => String(verdicts[verdict] ?? 0)),
    `${fixed(right.value)} [${fixed(right.low, 2)}, ${fixed(right.high, 2)}]`,
    `${fixed(quiet.value)} [${fixed(quiet.low, 2)}, ${fixed(quiet.high, 2)}]`,
  ];
  const head = ["times without a fault", "n", ...VERDICTS, "not blamed", "of which quiet"];
  return [
    ...columns([head, ...rows.map(line), line(all)]),
    `  somebody blamed, or something said to be over: ${blamed.length}`,
    ...blamed.map((id) => `    ${id}`),
  ].join("\n");
}
