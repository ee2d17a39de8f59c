import type { Report } from "../domain/report.ts";
import { leadingHypothesis } from "./hypotheses.ts";

/** One entity between symptom and cause, with what was found there. */
export type PathStop = {
  entity: string;
  role: "symptom" | "between" | "cause";
  what: string | null;
  evidenceIds: string[];
};

/**
 * The path from the symptom to the cause; empty where the report names no cause. Each stop has the effect of the next
 * entity on it, or else its own strongest finding.
 */
export function pathStops(report: Report): PathStop[] {
  const hasCause = report.verdict === "root_cause" || report.verdict === "recovered";
  const path = hasCause ? (leadingHypothesis(report)?.path ?? []) : [];
  return path.map((entity, i): PathStop => {
    const next = path[i + 1];
    const hop = report.propagation.find(({ source, target }) => source === next && target === entity);
    const own = report.evidence
      .filter((found) => found.entity === entity)
      .toSorted((a, b) => b.strength - a.strength)[0];
    return {
      entity,
      role: next === undefined ? "cause" : i === 0 ? "symptom" : "between",
      what: withoutName(entity, hop?.effect ?? own?.summary ?? null),
      evidenceIds: hop === undefined ? (own === undefined ? [] : [own.id]) : effectIds(report, hop),
    };
  });
}

/**
 * A hop cites its condition, which its source shows, and its effect. A stop cites the effect alone, where it can be
 * told apart.
 */
function effectIds({ evidence }: Report, { effect, evidence_ids: ids }: Report["propagation"][number]): string[] {
  const own = evidence.filter(({ id, summary }) => ids.includes(id) && summary === effect).map(({ id }) => id);
  return own.length > 0 ? own : ids;
}

/** "store: errors rose" → "errors rose", where the entity's name is shown next to it. */
const withoutName = (entity: string, text: string | null): string | null =>
  text?.startsWith(`${entity}: `) === true ? text.slice(entity.length + 2) : text;

/** The label of the end of a path. A recovered incident has no proven cause. */
export const causeMark = ({ root_causes: blamed }: Report): string => (blamed.length > 0 ? "cause" : "likeliest cause");

/** A path of at most `limit` entries: a longer one loses its middle, because its ends matter most. */
export function foldedPath(all: readonly PathStop[], limit: number): (PathStop | { hidden: number })[] {
  if (all.length <= limit) return [...all];
  const tail = all.slice(3 - limit);
  return [...all.slice(0, 2), { hidden: all.length - 2 - tail.length }, ...tail];
}
