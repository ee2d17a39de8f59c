import { sliOf } from "../domain/signals.ts";

/**
 * Builds a test for the metrics that the incident's target is about: the target metric itself where it was recorded,
 * else every metric of the same user-facing SLI.
 *
 * @param recorded names of all metrics that were recorded.
 */
export function targetMatcher(
  target: { metric: string } | null,
  recorded: ReadonlySet<string>,
): (metric: string) => boolean {
  if (target === null) return () => false;
  if (recorded.has(target.metric)) return (metric) => metric === target.metric;
  const sli = sliOf(target.metric);
  return (metric) => sli !== null && sliOf(metric) === sli;
}
