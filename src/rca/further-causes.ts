import type { CitedFinding } from "../domain/finding.ts";
import { CAUSES } from "./catalogue.ts";
import { CALIBRATION, confidenceOf, confidenceFeatures } from "./confidence.ts";
import type { EvidenceMap } from "./evidence-map.ts";
import { fuse, type Ranker, type Suspect } from "./fuse.ts";
import { matchCauses } from "./match-cause.ts";
import { accountsFor } from "./accounts-for.ts";
import { evidenceStrengthOf } from "./symptom.ts";
import { SURE_STRENGTH } from "./verdict.ts";

/** More faults at once than this are one fault that was not understood. */
const MAX_CAUSES = 3;

/**
 * Faults beside the first, each with evidence of its own: what the causes before it account for is taken away, and what is left is ranked as an incident of its own. Its first suspect is a
 * further cause if it is as sure as a cause must be, as loud as evidence must be where nobody notices, not drowned by the first (at least the square root of its loudness, which grows with the
 * size of a fault), fits a card of the catalogue, and its findings are dated, where any are.
 *
 * @returns the entities with their confidence, likeliest first; empty where the first accounts for all, as it mostly does.
 */
export function furtherCauses(
  first: Suspect,
  map: EvidenceMap,
  rankers: readonly Ranker[],
  unread = 0,
): Map<string, number> {
  const least = Math.max(SURE_STRENGTH, Math.sqrt(evidenceStrengthOf([first], map.incident)));
  const further = new Map<string, number>();
  let known = first.id;
  let left = map.findings;
  while (further.size < MAX_CAUSES - 1) {
    const accounted = accountsFor(known, map);
    left = left.filter((finding) => !accounted(finding));
    const rest = { ...map, findings: left };
    const suspects = fuse(rest, rankers);
    const [next] = suspects;
    const confidence = confidenceOf(confidenceFeatures(suspects, unread));
    if (!next || confidence < CALIBRATION.minConfidence || evidenceStrengthOf([next], map.incident) < least) break;
    if (!hasOnset(next.findings, map.findings) || matchCauses(CAUSES, next.id, rest).length === 0) break;
    further.set(next.id, confidence);
    known = next.id;
  }
  return further;
}

/** An onset of its own, in recordings that have times. A change is no onset: it comes before. */
const hasOnset = (own: readonly CitedFinding[], all: readonly CitedFinding[]): boolean =>
  own.some(({ signal, onsetMs }) => signal !== "change" && onsetMs !== null) ||
  all.every(({ onsetMs }) => onsetMs === null);
