import type { CitedFinding } from "../domain/finding.ts";
import { isoTime } from "../domain/time.ts";
import { causeCard } from "./catalogue.ts";

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
