import { z } from "zod";
import { type ProblemRegistry, type Rules, truthOf } from "./problems.ts";
import { scoreAnswer, submissionOf } from "./score-answer.ts";

/**
 * A recorded session of AIOpsLab with the scores that AIOpsLab gave it. `submitMessages`: the agent's messages that
 * hold a call of `submit`, in order.
 */
export const RecordedScore = z.looseObject({
  session: z.string(),
  problem: z.string(),
  assistantMessages: z.number().int().nonnegative(),
  submitMessages: z.array(z.string()),
  recorded: z.record(z.string(), z.unknown()),
});
export type RecordedScore = z.infer<typeof RecordedScore>;

/** A key whose recorded value is not ours. `undefined`: one side does not have the key. */
export type Disagreement = { key: string; recorded: unknown; here: unknown };
/**
 * An item scored again. `problem`: why it could not be scored. `notCompared`: recorded keys that the file does not let
 * anyone compute, such as the state of a cluster.
 */
export type Conformance = {
  session: string;
  problem: string;
  disagreements: readonly Disagreement[];
  unscored: string | null;
  notCompared: readonly string[];
};
export type ConformanceRun = { rules: Rules; source: string; items: readonly Conformance[]; agree: number };

/** Keys that need the times and the texts of the session, which an item does not hold. */
const OF_SESSION = ["TTD", "TTL", "TTA", "TTM", "in_tokens", "out_tokens"];

function conformanceOf(item: RecordedScore, registry: ProblemRegistry, rules: Rules): Conformance {
  const { session, problem, recorded } = item;
  const truth = truthOf(registry, problem, rules);
  const unscorable = (unscored: string): Conformance => ({
    session,
    problem,
    disagreements: [],
    unscored,
    notCompared: [],
  });
  if (truth === null) return unscorable("neither the registry nor the id tells the task");
  const result = scoreAnswer(submissionOf(item.submitMessages), truth);
  if (result === null && truth.task !== "mitigation") return unscorable("the registry has no answer for it");
  const here: Record<string, unknown> = { ...result, steps: item.assistantMessages };
  const given = [...OF_SESSION, ...(truth.task === "mitigation" ? ["success"] : [])];
  const notCompared = Object.keys(recorded).filter((key) => given.includes(key));
  const keys = new Set([...Object.keys(recorded), ...Object.keys(here)]);
  const disagreements = [...keys]
    .filter((key) => !given.includes(key) && recorded[key] !== here[key])
    .map((key) => ({ key, recorded: recorded[key], here: here[key] }));
  return { session, problem, disagreements, unscored: null, notCompared };
}

const agrees = ({ disagreements, unscored }: Conformance): boolean => disagreements.length === 0 && unscored === null;

/** Scores recorded submissions again by the rules of a date, and compares every key with what AIOpsLab recorded. */
export function checkConformance(
  items: readonly RecordedScore[],
  registry: ProblemRegistry,
  rules: Rules,
): ConformanceRun {
  const checked = items.map((item) => conformanceOf(item, registry, rules));
  return { rules, source: registry.source, items: checked, agree: checked.filter(agrees).length };
}

const shown = (value: unknown): string => (value === undefined ? "no such key" : JSON.stringify(value));

/** Each disagreement with both values, what was not compared, and last how many agree. */
export function printConformance({ rules, source, items, agree }: ConformanceRun): string {
  const lines = items.flatMap(({ session, problem, disagreements, unscored }) => [
    ...(unscored === null ? [] : [`${session} ${problem}: not scored, because ${unscored}`]),
    ...disagreements.map(
      ({ key, recorded, here }) => `${session} ${problem}: ${key}: recorded ${shown(recorded)}, here ${shown(here)}`,
    ),
  ]);
  const left = Map.groupBy(
    items.flatMap(({ notCompared }) => notCompared),
    (key) => key,
  );
  return [
    `rules of ${rules}, answers of ${source}`,
    ...lines,
    ...[...left].map(
      ([key, { length }]) =>
        `${key} of ${length} items is not compared: ` +
        (key === "success"
          ? "for mitigation it is the state of the cluster, which the file does not hold"
          : "the file does not hold the times and texts of the sessions"),
    ),
    `${agree} of ${items.length} agree`,
  ].join("\n");
}
