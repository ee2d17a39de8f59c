import type { Ranking } from "../domain/hypothesis.ts";
import type { CauseMatch } from "./match-cause.ts";
import type { EvidenceMap } from "./evidence-map.ts";
import type { Suspect } from "./fuse.ts";

/**
 * How a model reads the statement of a finding: as a cause at an entity. `findingId`: the finding that it cites.
 * Whoever proposes it, the ranking checks it: it must cite a finding about the suspect or from it.
 */
export type CitedReading = { findingId: string; entity: string; cause: string };

/**
 * A suspect with a reading passes only suspects that lead by at most this share of the first's votes. Two suspects
 * this close are a tie for the verdict, too.
 */
export const READING_REACH = 0.1;
/** A reading adds at most this to the fit of a cause that the evidence shows already: as much as one weak finding. */
export const READING_FIT = 1.25;

/**
 * The readings that may have an effect: those of suspects behind the first. Anybody can write a log line, so no reading
 * of one puts a suspect first, and none changes the cause of the first, on which the plan rests.
 */
export const readingsBehind = (
  first: Suspect | undefined,
  readings: readonly CitedReading[],
  { candidateOf }: EvidenceMap,
): CitedReading[] => readings.filter(({ entity }) => candidateOf(entity) !== first?.id);

/**
 * Reorders the suspects behind the first by readings: one with a reading counts as if it had up to `READING_REACH` of
 * the first's votes more, and never more than twice its own. The votes stay as they are, so a reading changes no
 * confidence.
 */
export function settleByReadings(
  suspects: readonly Suspect[],
  readings: readonly CitedReading[],
  map: EvidenceMap,
): Suspect[] {
  const [first, ...others] = suspects;
  if (first === undefined || readings.length === 0) return [...suspects];
  const read = new Set(
    readings.filter((reading) => isAbout(reading, map)).map(({ entity }) => map.candidateOf(entity)),
  );
  const keyOf = ({ id, score }: Suspect): number =>
    score + (read.has(id) ? Math.min(READING_REACH * first.score, score) : 0);
  const settled = others
    .map((suspect, place) => ({ suspect, place }))
    .toSorted((a, b) => keyOf(b.suspect) - keyOf(a.suspect) || a.place - b.place)
    .map(({ suspect }) => suspect);
  return [first, ...settled];
}

/** True if the cited finding is abnormal, and is about the entity or names it. */
function isAbout({ findingId, entity }: CitedReading, { findings, candidateOf }: EvidenceMap): boolean {
  const finding = findings.find(({ id }) => id === findingId);
  if (finding === undefined || finding.signal === "change" || finding.strength <= 0) return false;
  const candidate = candidateOf(entity);
  return (
    candidate !== null &&
    (candidateOf(finding.entity.id) === candidate || (finding.peer !== null && candidateOf(finding.peer) === candidate))
  );
}

/**
 * Reorders matched causes of a suspect. A cause without evidence of its own is not among them, and no reading brings it
 * in.
 */
export function preferRead(
  matches: readonly CauseMatch[],
  suspect: string,
  readings: readonly CitedReading[],
  map: EvidenceMap,
): CauseMatch[] {
  const read = new Set(
    readings.flatMap((reading) =>
      map.candidateOf(reading.entity) === suspect && isAbout(reading, map) ? [reading.cause] : [],
    ),
  );
  const fitOf = ({ cause, fit }: CauseMatch): number => fit + (read.has(cause) ? READING_FIT : 0);
  return read.size === 0 ? [...matches] : matches.toSorted((a, b) => fitOf(b) - fitOf(a));
}

/** Names the readings about a suspect, so that nobody takes them for a measurement. */
export const readingReasons = (suspect: string, readings: readonly CitedReading[], map: EvidenceMap): string[] =>
  readings.flatMap((reading) =>
    map.candidateOf(reading.entity) === suspect && isAbout(reading, map)
      ? [`a model reads ${reading.findingId} as ${reading.cause}; this is no measurement`]
      : [],
  );

/**
 * The ranking with readings, without what they must not change: no confidence exceeds that of the first suspect
 * without them, and nothing becomes a root cause through them.
 */
export function withoutGain(read: Ranking, ranked: Ranking): Ranking {
  const most = ranked.hypotheses[0]?.confidence ?? 0;
  const hypotheses = read.hypotheses.map((hypothesis) => ({
    ...hypothesis,
    confidence: Math.min(hypothesis.confidence, most),
  }));
  const gained = read.verdict !== ranked.verdict && read.verdict !== "inconclusive";
  const { verdict, why, faultShown } = gained ? ranked : read;
  return {
    ...read,
    hypotheses: hypotheses.map((each) => (gained && verdict !== "root_cause" ? { ...each, status: "untested" } : each)),
    verdict,
    why,
    ...(faultShown === undefined ? {} : { faultShown }),
  };
}
