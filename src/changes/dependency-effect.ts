import { readDiff } from "./diff.ts";
import type { Effect } from "./effect-type.ts";

/**
 * Rates new versions of dependencies by the largest step: a patch rarely breaks anything, a major release may by
 * design.
 */
export function dependencyEffect(diff: string | null): Effect {
  if (diff === null) return { weight: 0.1, why: "changes dependency versions" };
  const { removed, added } = readDiff(diff);
  const [was, is] = [versions(removed), versions(added)];
  const steps = is.flatMap((version, index) => (was[index] === undefined ? [] : [{ version, before: was[index] }]));
  if (steps.some(({ version, before }) => version[0] !== before[0]))
    return { weight: 0.5, why: "moves a dependency to a new major version" };
  return {
    weight: steps.some(({ version, before }) => version[1] !== before[1]) ? 0.15 : 0.08,
    why: "moves dependencies to newer versions",
  };
}

const versions = (lines: readonly string[]): string[][] =>
  lines.flatMap((line) =>
    [...line.matchAll(/(\d+)\.(\d+)(?:\.(\d+))?/g)].map(([, ...parts]) => parts.map((part) => part ?? "0")),
  );
