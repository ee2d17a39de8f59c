import { readFile } from "node:fs/promises";
import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import type { SuiteScores } from "./score.ts";

/** Figures that must not fall. A figure that the suite does not measure is left out. */
const GATED = ["AC@1", "AC@3", "A@1", "change@1", "coverage", "answered"] as const;

const Share = z.looseObject({ value: z.number().nullable() });
const Run = z.looseObject({
  suite: z.string(),
  /** Absent for all suites together. */
  variation: z.looseObject({ without: z.array(z.string()), jitter: z.unknown(), lateMinutes: z.number() }).optional(),
  scores: z.looseObject({ missed: z.array(z.looseObject({ id: z.string() })).optional(), faultFree: Share.optional() }),
});
const Published = z.looseObject({
  sections: z.looseObject({ scores: z.looseObject({ data: z.array(z.unknown()) }).optional() }),
});

/** The published figures of one suite. `missed`: the cases whose first place is wrong. */
export type PublishedScores = { figures: ReadonlyMap<string, number>; missed: ReadonlySet<string> };

/**
 * Reads what `docs/benchmarks.json` says about a suite as recorded.
 *
 * @throws {IncidentError} CONFIG when the file is not one of published figures, or has none of the suite.
 */
export async function publishedScores(path: string, suite: string): Promise<PublishedScores> {
  const hint = `Publish it first: causeway bench run --suite … --score --write. See docs/benchmarks.md.`;
  const runs = await readFile(path, "utf8")
    .then((text) => (Published.parse(JSON.parse(text)).sections.scores?.data ?? []).map((one) => Run.parse(one)))
    .catch((cause: unknown) => {
      throw new IncidentError("CONFIG", `${path} has no published figures`, { hint, cause });
    });
  const found = runs.find((run) => run.suite === suite);
  if (found === undefined) throw new IncidentError("CONFIG", `${path} has no figures of the suite ${suite}`, { hint });
  const { scores } = found;
  const figures = [...GATED, "faultFree"].flatMap((name) => {
    const { data } = Share.safeParse(scores[name]);
    return data === undefined || data.value === null ? [] : [[name, data.value] as const];
  });
  if (figures.length === 0)
    throw new IncidentError("CONFIG", `${path} has no figure of the suite ${suite} that could be compared`, { hint });
  return { figures: new Map(figures), missed: new Set((scores.missed ?? []).map(({ id }) => id)) };
}

/** `fallen`: figures below the published ones. `newMisses`, `fixed`: cases that were right before, or are right now. */
export type GateResult = {
  fallen: { figure: string; published: number; now: number | null }[];
  newMisses: string[];
  fixed: string[];
};

/** Compares scores with the published ones. A known miss may be fixed; none may be added. */
export function gate(scores: SuiteScores, { figures, missed }: PublishedScores, maxDrop: number): GateResult {
  const now = new Map<string, number | null>([
    ...GATED.map((name) => [name, scores.overall[name].value] as const),
    ["faultFree", scores.faultFree.value],
  ]);
  const missedNow = new Set(scores.missed.map(({ id }) => id));
  return {
    fallen: [...figures].flatMap(([figure, published]) => {
      const value = now.get(figure) ?? null;
      return value !== null && value >= published - maxDrop - ROUNDING ? [] : [{ figure, published, now: value }];
    }),
    newMisses: [...missedNow].filter((id) => !missed.has(id)),
    fixed: [...missed].filter((id) => !missedNow.has(id)),
  };
}

const ROUNDING = 1e-9;

export const isBelow = ({ fallen, newMisses }: GateResult): boolean => fallen.length > 0 || newMisses.length > 0;

const fixedTo3 = (value: number | null): string => (value === null ? "not measured" : value.toFixed(3));

/** What the gate found, a line each. */
export const printGate = (suite: string, { fallen, newMisses, fixed }: GateResult): string[] => [
  ...fallen.map(
    ({ figure, published, now }) => `${suite}: ${figure} is ${fixedTo3(now)}, published ${fixedTo3(published)}`,
  ),
  ...newMisses.map((id) => `${suite}: ${id} is a new miss`),
  ...(fixed.length === 0 ? [] : [`${suite}: no longer missed: ${fixed.join(", ")}. Publish the figures again.`]),
];
