import type { Ranking } from "../domain/hypothesis.ts";
import type { NotChecked } from "./state.ts";

/** The nodes that ask a source, side by side, and how the report names that source. */
export const SOURCES = {
  "mine-logs": "logs",
  "scan-metrics": "metrics",
  "walk-traces": "traces",
  "read-alerts": "alerts",
  "read-cluster": "cluster",
  "list-changes": "changes",
} as const;

/** What shows trouble: a change alone does not. */
const SYMPTOM_SOURCES = Object.values(SOURCES).filter((source) => source !== "changes");

const silent = (gaps: readonly NotChecked[], kind: NotChecked["kind"]): string[] =>
  SYMPTOM_SOURCES.filter((source) => gaps.some((gap) => gap.source === source && gap.kind === kind));

/** What shows whether those who use the system feel it: what is unusual elsewhere is little or much by that. */
const FELT_IN = ["metrics", "traces"];

/** Whether a source that could show trouble was read. */
export const anyAnswered = (gaps: readonly NotChecked[]): boolean =>
  silent(gaps, "absent").length + silent(gaps, "failed").length < SYMPTOM_SOURCES.length;

/** All sources of telemetry; who calls whom is one. */
const ALL = [...Object.values(SOURCES), "topology"];

/** Kinds of gap that leave a source without a word to say. */
const MUTE = new Set<NotChecked["kind"]>(["absent", "failed", "empty", "incomparable"]);

/** How many sources of telemetry held nothing or could not be asked: each might have spoken against what the others say. */
export const unreadCount = (gaps: readonly NotChecked[]): number => ALL.filter(isMute(gaps)).length;

const isMute =
  (gaps: readonly NotChecked[]) =>
  (source: string): boolean =>
    gaps.some((gap) => gap.source === source && MUTE.has(gap.kind));

/**
 * "Quiet" may be said only by who could look: with a source that failed, broke off or held nothing of this time, with nothing that people feel held against a quiet time, or with none at all, nothing found is not enough; nor is
 * little found where nothing was recorded that tells whether it hurts.
 * What was read but for parts of it is named beside the verdict.
 */
export function downgrade(ranking: Ranking, gaps: readonly NotChecked[]): Ranking {
  if (ranking.verdict !== "no_incident" && ranking.verdict !== "recovered") return ranking;
  const failed = silent(gaps, "failed");
  const cut = silent(gaps, "cut").filter((source) => !failed.includes(source));
  const empty = silent(gaps, "empty").filter((source) => !failed.includes(source));
  const alone = FELT_IN.every(isMute(gaps)) ? silent(gaps, "incomparable") : [];
  const unseen = [...new Set([...failed, ...cut, ...empty, ...alone])];
  const partial = silent(gaps, "partial");
  const uncompared = silent(gaps, "incomparable");
  const beside = [
    ...(partial.length > 0 ? [`read only in part: ${partial.join(", ")}`] : []),
    ...(uncompared.length > 0 ? [`compared with no quiet time: ${uncompared.join(", ")}`] : []),
  ];
  const unfelt = FELT_IN.every((source) => silent(gaps, "absent").includes(source));
  if (unseen.length === 0 && unfelt && ranking.hypotheses.length > 0) {
    const either = FELT_IN.join(" or ");
    return {
      ...ranking,
      verdict: "inconclusive",
      why: `something is unusual, and whether anybody feels it cannot be told without ${either}`,
      nextEvidence: [`look at the ${either} of this time: do requests fail, or take longer?`, ...ranking.nextEvidence],
    };
  }
  if (unseen.length === 0 && anyAnswered(gaps))
    return beside.length === 0 ? ranking : { ...ranking, why: [ranking.why, ...beside].join("; ") };
  const why =
    unseen.length > 0
      ? `nothing abnormal was found, but not everything could be looked at: ${unseen.join(", ")}`
      : "no telemetry was there to look at";
  const asking = failed.map((source) => `ask again for the ${source}, which could not be read`);
  const completing = cut.map(
    (source) => `get the ${source} whole: what was recorded breaks off, and what came after is unknown`,
  );
  const seeking = empty.map((source) => `find the ${source} of this time: what was recorded holds none`);
  const comparing = alone.map(
    (source) => `find the ${source} of a quiet time and of the incident: what was recorded holds only one of them`,
  );
  return {
    ...ranking,
    verdict: "inconclusive",
    why,
    nextEvidence: [...asking, ...completing, ...seeking, ...comparing, ...ranking.nextEvidence],
  };
}
