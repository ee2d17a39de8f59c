import type { Ranking } from "../domain/hypothesis.ts";
import type { CoverageGap } from "./state.ts";

/** Nodes that query a source, in parallel, with the source's name in reports. */
export const SOURCES = {
  "mine-logs": "logs",
  "scan-metrics": "metrics",
  "walk-traces": "traces",
  "read-alerts": "alerts",
  "read-cluster": "cluster",
  "list-changes": "changes",
} as const;

/** Sources that can show symptoms; changes alone cannot. */
const SYMPTOM_SOURCES = Object.values(SOURCES).filter((source) => source !== "changes");

const silent = (gaps: readonly CoverageGap[], kind: CoverageGap["kind"]): string[] =>
  SYMPTOM_SOURCES.filter((source) => gaps.some((gap) => gap.source === source && gap.kind === kind));

/** Sources that show whether users are affected. */
const USER_FACING = ["metrics", "traces"];

/** True if at least one source that can show symptoms was read. */
export const anyAnswered = (gaps: readonly CoverageGap[]): boolean =>
  silent(gaps, "absent").length + silent(gaps, "failed").length < SYMPTOM_SOURCES.length;

/** All sources of telemetry, the topology included. */
const ALL = [...Object.values(SOURCES), "topology"];

/** Kinds of gap that leave a source without any evidence. */
const MUTE = new Set<CoverageGap["kind"]>(["absent", "failed", "empty", "incomparable"]);

const NOTHING_READ = "There was no telemetry to check.";

/** Number of sources without evidence. Each might have contradicted the others. */
export const unreadCount = (gaps: readonly CoverageGap[]): number => ALL.filter(isMute(gaps)).length;

/** True if a source was read that a stranger's text does not reach: metrics, traces or the cluster. */
export const isAnythingMeasured = (gaps: readonly CoverageGap[]): boolean =>
  [...USER_FACING, "cluster"].some((source) => !isMute(gaps)(source));

const isMute =
  (gaps: readonly CoverageGap[]) =>
  (source: string): boolean =>
    gaps.some((gap) => gap.source === source && MUTE.has(gap.kind));

/**
 * Downgrades "no incident" and "recovered" to inconclusive if coverage does not support them: a source failed, broke
 * off or was empty, no user-facing source had a baseline, or nothing was read at all. Weak findings also need a
 * user-facing source. Partly read sources only add a sentence to the reason.
 *
 * @param areRequestsLogged true if access lines show how requests went, before and during the incident.
 */
export function downgrade(ranking: Ranking, gaps: readonly CoverageGap[], areRequestsLogged = false): Ranking {
  if (ranking.verdict === "inconclusive" && ranking.hypotheses.length === 0 && !anyAnswered(gaps))
    return { ...ranking, why: NOTHING_READ };
  if (ranking.verdict !== "no_incident" && ranking.verdict !== "recovered") return ranking;
  const failed = silent(gaps, "failed");
  const cut = silent(gaps, "cut").filter((source) => !failed.includes(source));
  const empty = silent(gaps, "empty").filter((source) => !failed.includes(source));
  const alone = !areRequestsLogged && USER_FACING.every(isMute(gaps)) ? silent(gaps, "incomparable") : [];
  const unseen = [...new Set([...failed, ...cut, ...empty, ...alone])];
  const partial = silent(gaps, "partial");
  const uncompared = silent(gaps, "incomparable");
  const limits = [
    ...(partial.length > 0 ? [`Read only in part: ${partial.join(", ")}.`] : []),
    ...(uncompared.length > 0 ? [`No baseline: ${uncompared.join(", ")}.`] : []),
  ];
  const isImpactUnknown = !areRequestsLogged && USER_FACING.every((source) => silent(gaps, "absent").includes(source));
  if (unseen.length === 0 && isImpactUnknown && ranking.hypotheses.length > 0) {
    const either = USER_FACING.join(" or ");
    return {
      ...ranking,
      verdict: "inconclusive",
      why: `Something is abnormal, but without ${either} Causeway cannot tell whether users are affected.`,
      nextEvidence: [`Check the ${either} of the incident: do requests fail or take longer?`, ...ranking.nextEvidence],
    };
  }
  if (unseen.length === 0 && anyAnswered(gaps))
    return limits.length === 0 ? ranking : { ...ranking, why: [ranking.why, ...limits].join(" ") };
  const why =
    unseen.length > 0
      ? `Nothing abnormal was found, but these sources could not be checked completely: ${unseen.join(", ")}.`
      : NOTHING_READ;
  const asking = failed.map((source) => `Read the ${source} again: the last attempt failed.`);
  const completing = cut.map((source) => `Get the complete ${source}: the recording ends early.`);
  const seeking = empty.map((source) => `Find the ${source} of the incident: the recording has none for that time.`);
  const comparing = alone.map(
    (source) => `Find the ${source} of a baseline and of the incident: the recording has only one of them.`,
  );
  return {
    ...ranking,
    verdict: "inconclusive",
    why,
    nextEvidence: [...asking, ...completing, ...seeking, ...comparing, ...ranking.nextEvidence],
  };
}
