import { mean } from "../stats/mean.ts";
import type { Oracle, Prediction } from "./formats.ts";
import { type ProcessScore, scoreProcess, type ScoredCall } from "./scorers/cloudopsbench.ts";

/** Means over the cases that have calls. `unrecorded`: calls a case that the recording could not answer. */
export type ProcessTable = { cases: number; unrecorded: number } & ProcessScore;

const KEYS = ["steps", "IAC", "RAR", "exact", "inOrder", "anyOrder", "relevance", "coverage"] as const;

/** The experts' paths in an answer: `notes.paths`, each a list of steps. */
const pathsOf = ({ notes }: Oracle): string[][] => {
  const paths: unknown = notes?.paths;
  if (typeof paths !== "object" || paths === null) return [];
  return Object.values(paths).flatMap((path: unknown) =>
    Array.isArray(path) ? [path.filter((step): step is string => typeof step === "string")] : [],
  );
};

/** The process measures of the cases whose tools were asked step by step; null if there is none. */
export function processTable(
  oracles: readonly Oracle[],
  predictions: ReadonlyMap<string, Prediction>,
): ProcessTable | null {
  const judged = oracles.flatMap((oracle) => {
    const calls = predictions.get(oracle.id)?.calls;
    if (calls == null) return [];
    const made = calls.map(({ tool, args, kind }): ScoredCall => ({ tool, args, isInvalid: kind === "invalid" }));
    return [
      {
        score: scoreProcess(made, pathsOf(oracle)),
        unrecorded: calls.filter(({ kind }) => kind === "missing").length,
      },
    ];
  });
  if (judged.length === 0) return null;
  const meanOf = (key: (typeof KEYS)[number]): number | null => mean(judged.flatMap(({ score }) => score[key] ?? []));
  const [steps = 0, IAC = 0, RAR = 0] = [meanOf("steps"), meanOf("IAC"), meanOf("RAR")].map((value) => value ?? 0);
  return {
    cases: judged.length,
    unrecorded: mean(judged.map(({ unrecorded }) => unrecorded)) ?? 0,
    steps,
    IAC,
    RAR,
    exact: meanOf("exact"),
    inOrder: meanOf("inOrder"),
    anyOrder: meanOf("anyOrder"),
    relevance: meanOf("relevance"),
    coverage: meanOf("coverage"),
  };
}

const fixed = (value: number | null): string => (value === null ? "-" : value.toFixed(2));

/** Two lines: what was asked, and how close it came to the experts' paths. */
export function processLines(table: ProcessTable | null): string[] {
  if (table === null) return [];
  const { cases, steps, IAC, RAR, unrecorded, exact, inOrder, anyOrder, relevance, coverage } = table;
  const made =
    `calls of tools in ${cases} cases, means: steps ${fixed(steps)}, invalid (IAC) ${fixed(IAC)}, ` +
    `repeated (RAR) ${fixed(RAR)}, not recorded ${fixed(unrecorded)}`;
  if (coverage === null) return [made];
  return [
    made,
    `against the experts' paths: relevance ${fixed(relevance)}, coverage ${fixed(coverage)}, exact ${fixed(exact)}, ` +
      `in order ${fixed(inOrder)}, any order ${fixed(anyOrder)}`,
  ];
}
