import type { Action } from "../../domain/action.ts";
import type { ScriptOutcome } from "../../domain/executor.ts";

/** As the fixed part of a script prints it: `             revision is 41; expected is not recorded`. */
const SEEN = /^ {13}([a-z]+) is ([A-Za-z0-9][A-Za-z0-9._:@/-]*); expected is /;
const LINES = 200;

/**
 * The values that a script found when it checked its preconditions, by name. The check comes before anything else that
 * it prints, so the first line about a name counts: later ones may be the cluster's own text.
 */
export function conditionsSeen(
  { preconditions }: Pick<Action, "preconditions">,
  { output }: Pick<ScriptOutcome, "output">,
): Record<string, string> {
  const seen: Record<string, string> = {};
  const names = new Set(preconditions.map(({ name }) => name));
  for (const line of output.split("\n").slice(0, LINES)) {
    const [, name, value] = SEEN.exec(line) ?? [];
    if (name !== undefined && value !== undefined && names.has(name) && !Object.hasOwn(seen, name)) seen[name] = value;
  }
  return seen;
}
