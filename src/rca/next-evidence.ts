import type { Hypothesis } from "../domain/hypothesis.ts";
import type { Incident } from "../domain/incident.ts";
import { causeCard } from "./catalogue.ts";
import type { CitedFinding } from "../domain/finding.ts";
import { isoTime } from "../domain/time.ts";

const ENTRY = "which service do people complain of? name it as the entry";

/** `isUnseen`: nothing was told by which it could be seen whether anybody notices, and the verdict is open. `alarmAlone`: as `isAlarmAlone`. */
type Doubts = { isUnseen?: boolean; alarmAlone?: boolean };

/** The questions whose answers would say whether there is trouble, and separate the first two hypotheses or refute the only one. */
export function nextEvidence(
  hypotheses: readonly Hypothesis[],
  incident: Incident,
  { isUnseen = false, alarmAlone = false }: Doubts = {},
): string[] {
  const [first, second] = hypotheses;
  if (!first) return incident.entry === null ? [ENTRY] : [`errors and latency of ${incident.entry} over the last day`];
  if (alarmAlone)
    return [`the logs, metrics or traces of ${first.entity.id}, and of those that it calls, at this time`];
  const apart = second
    ? `tell ${name(first)} from ${name(second)}: look for ${second.wouldRefute}`
    : `refute ${name(first)}: look for ${first.wouldRefute}`;
  return isUnseen ? [ENTRY, apart] : [apart];
}

const name = ({ entity, cause }: Hypothesis): string => `"${entity.id}: ${causeCard(cause)?.title ?? "cause unknown"}"`;

/**
 * What would show a hypothesis wrong: what its card says, or, where the cause is not known, its own best evidence in quiet times; and whoever is nearest to it on the way to the symptom being as
 * ill without it. `path` runs from the symptom to the suspect.
 */
export function refutedBy(cause: string, best: CitedFinding | undefined, path: readonly string[]): string {
  const onset = best?.onsetMs == null ? "the fault began" : isoTime(best.onsetMs);
  const known =
    causeCard(cause)?.refutedBy ??
    (best ? `"${best.summary}" seen as well before ${onset}` : "the same findings before the fault began");
  const [suspect, caller] = path.toReversed();
  return suspect === undefined || caller === undefined
    ? known
    : `${known}; or ${caller} as ill in requests that never reach ${suspect}`;
}
