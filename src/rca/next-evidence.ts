import type { Hypothesis } from "../domain/hypothesis.ts";
import type { Incident } from "../domain/incident.ts";
import { causeCard } from "./catalogue.ts";
import type { CitedFinding } from "../domain/finding.ts";
import { utcTime } from "../domain/time.ts";

const ENTRY =
  "Which service do users complain about? Set it as `entry` in scenario.json, or as `topology.entry` in config.yaml.";

/**
 * `needsEntry`: the verdict is inconclusive, and neither entry nor alert target is known to show the effect on users.
 * `alarmAlone`: see `isAlarmAlone`.
 */
type Doubts = { needsEntry?: boolean; alarmAlone?: boolean };

/**
 * Lists the next queries: those that show whether users are affected, and that separate the first two hypotheses or
 * refute the only one.
 */
export function nextEvidence(
  hypotheses: readonly Hypothesis[],
  incident: Incident,
  { needsEntry = false, alarmAlone = false }: Doubts = {},
): string[] {
  const [first, second] = hypotheses;
  if (!first)
    return incident.entry === null
      ? [ENTRY]
      : [`Compare the errors and latency of ${incident.entry} with the last day.`];
  if (alarmAlone)
    return [
      `Get logs, metrics or traces of ${first.entity.id} and of the services it calls, for the time of the incident.`,
    ];
  const apart = second
    ? `To separate ${name(first)} from ${name(second)}, check ${second.entity.id}. ` +
      `The second candidate is ruled out if ${second.wouldRefute}.`
    : `To refute ${name(first)}, check whether ${first.wouldRefute}.`;
  return needsEntry ? [ENTRY, apart] : [apart];
}

/** The entity with its cause, `"store: out of memory"`; the entity alone if the cause is unknown. */
function name({ entity, cause }: Hypothesis): string {
  const card = causeCard(cause);
  return card === undefined ? entity.id : `"${entity.id}: ${card.title}"`;
}

/**
 * Says what would refute a hypothesis, as a clause without a full stop: its card's condition, or for an unknown cause
 * its best evidence seen before the onset; or the next caller on the path being affected without the suspect.
 *
 * @param path from the symptom to the suspect.
 */
export function refutedBy(cause: string, best: CitedFinding | undefined, path: readonly string[]): string {
  const onset = best?.onsetMs == null ? "the fault began" : utcTime(best.onsetMs);
  const [suspect, caller] = path.toReversed();
  const known =
    withName(causeCard(cause)?.refutedBy, suspect) ??
    (best
      ? `the finding "${best.summary}" was already there before ${onset}`
      : "the same findings were already there before the fault began");
  return suspect === undefined || caller === undefined
    ? known
    : `${known}; or ${caller} is equally affected in requests that never reach ${suspect}`;
}

/**
 * Puts the suspect's name in place of "it": "it answers" becomes "store answers", "its clock" becomes "store's clock".
 */
function withName(clause: string | undefined, suspect: string | undefined): string | undefined {
  if (clause === undefined || suspect === undefined) return clause;
  return clause.replace(/^it /, `${suspect} `).replace(/^its /, `${suspect}'s `);
}
