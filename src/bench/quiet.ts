import type { Verdict } from "../domain/hypothesis.ts";
import { proportion, type Proportion } from "./figures.ts";
import { suiteName } from "./suite-name.ts";
import { columns, fixed } from "./print-runs.ts";
import { type PredictOptions, predictCases } from "./run.ts";

/**
 * The verdicts on fault-free slices of one kind. `right`: the share of `no_incident` and `inconclusive`. `quiet`: the
 * share of `no_incident` among these.
 */
export type QuietRow = {
  what: string;
  n: number;
  verdicts: Partial<Record<Verdict, number>>;
  right: Proportion;
  quiet: Proportion;
};
export type QuietResult = { rows: QuietRow[]; all: QuietRow; blamed: readonly string[] };
type QuietVerdict = { what: string; id: string; verdict: Verdict };

function rowOf(what: string, given: readonly QuietVerdict[]): QuietRow {
  const verdicts: Partial<Record<Verdict, number>> = {};
  for (const { verdict } of given) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
  const right = given.filter(({ verdict }) => verdict === "no_incident" || verdict === "inconclusive");
  return {
    what,
    n: given.length,
    verdicts,
    right: proportion(given.map((one) => Number(right.includes(one)))),
    quiet: proportion(right.map(({ verdict }) => Number(verdict === "no_incident"))),
  };
}

/** `before tt-1 false alarm` → `before, false alarm`: where a slice comes from, and which alarm was given. */
const kindOf = (id: string): string =>
  `${id.split(" ", 1)[0]}, ${["no alarm", "false alert"].find((alarm) => id.endsWith(alarm)) ?? "false alarm"}`;

/**
 * Analyses times without a fault.
 *
 * @param suites suites whose quiet times are cut out.
 * @param healthy suites in which every case is healthy.
 * @throws {IncidentError} NOT_FOUND when a suite contains no quiet time.
 */
export async function runQuiet(
  suites: readonly string[],
  healthy: readonly string[],
  options: Omit<PredictOptions, "suite" | "quiet">,
): Promise<QuietResult> {
  const given: QuietVerdict[] = [];
  for (const [suite, quiet] of [
    ...suites.map((dir) => [dir, true] as const),
    ...healthy.map((dir) => [dir, false] as const),
  ]) {
    const { predictions } = await predictCases({ ...options, suite, quiet });
    for (const { id, verdict } of predictions.values())
      given.push({ what: `${suiteName(suite)}: ${quiet ? kindOf(id) : "healthy run"}`, id, verdict });
  }
  const rows = [...Map.groupBy(given, ({ what }) => what)].map(([what, of]) => rowOf(what, of));
  return {
    rows,
    all: rowOf("all", given),
    blamed: given
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
  const head = ["times without a fault", "n", ...VERDICTS, "nothing blamed", "of which no_incident"];
  return [
    ...columns([head, ...rows.map(line), line(all)]),
    `  verdict root_cause or recovered: ${blamed.length}`,
    ...blamed.map((id) => `    ${id}`),
  ].join("\n");
}
