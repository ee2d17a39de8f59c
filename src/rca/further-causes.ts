import type { CauseCard } from "../domain/cause.ts";
import type { CitedFinding } from "../domain/finding.ts";
import { CAUSES } from "./catalogue.ts";
import { CALIBRATION, type Calibration, confidenceOf } from "./confidence.ts";
import { confidenceFeatures } from "./confidence-features.ts";
import type { EvidenceMap } from "./evidence-map.ts";
import { fuse, type Ranker, type Suspect } from "./fuse.ts";
import { matchCauses } from "./match-cause.ts";
import { accountsFor } from "./accounts-for.ts";
import { evidenceStrengthOf } from "./evidence-strength.ts";
import { SURE_STRENGTH } from "./verdict.ts";

/** More simultaneous faults than this are rather one fault that the ranking did not understand. */
const MAX_CAUSES = 3;

type Settings = { unread?: number; calibration?: Calibration; causes?: readonly CauseCard[] };

/**
 * Finds independent faults beside the first. It removes the findings that earlier causes explain and ranks the rest as
 * an incident of its own. The first suspect of the rest is a further cause if
 * - its confidence reaches the least of a root cause;
 * - its evidence strength reaches `SURE_STRENGTH`, and the square root of the first cause's strength, which grows with
 *   the size of a fault;
 * - a cause card matches; and
 * - it has an onset, if any finding of the incident has one.
 *
 * @returns entities with their confidence, likeliest first. Mostly empty: the first cause explains everything.
 */
export function furtherCauses(
  first: Suspect,
  map: EvidenceMap,
  rankers: readonly Ranker[],
  { unread = 0, calibration = CALIBRATION, causes = CAUSES }: Settings = {},
): Map<string, number> {
  const least = Math.max(SURE_STRENGTH, Math.sqrt(evidenceStrengthOf([first], map.incident)));
  const further = new Map<string, number>();
  let known = first.id;
  let { findings: left, failures } = map;
  while (further.size < MAX_CAUSES - 1) {
    const accounted = accountsFor(known, map);
    left = left.filter((finding) => !accounted(finding));
    failures = failures.filter(({ finding }) => !accounted(finding));
    const rest = { ...map, findings: left, failures };
    const suspects = fuse(rest, rankers);
    const [next] = suspects;
    const confidence = confidenceOf(confidenceFeatures(suspects, unread), calibration);
    if (
      !next ||
      further.has(next.id) ||
      next.id === first.id ||
      confidence < calibration.minConfidence ||
      evidenceStrengthOf([next], map.incident) < least
    )
      break;
    if (!hasOnset(next.findings, map.findings) || matchCauses(causes, next.id, rest).length === 0) break;
    further.set(next.id, confidence);
    known = next.id;
  }
  return further;
}

/**
 * Has one of its findings an onset, or have no findings onsets at all? Changes do not count: they come before the
 * onset.
 */
const hasOnset = (own: readonly CitedFinding[], all: readonly CitedFinding[]): boolean =>
  own.some(({ signal, onsetMs }) => signal !== "change" && onsetMs !== null) ||
  all.every(({ onsetMs }) => onsetMs === null);
