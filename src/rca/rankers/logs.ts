import type { CitedFinding } from "../../domain/finding.ts";
import { addScore, type EvidenceMap, type RankerScores } from "../evidence-map.ts";

/**
 * Share of a finding that counts for the entity named in its text: the service that logs an error is rarely the cause.
 */
const MENTION_SHARE = 0.6;
/** A verbose service has many unusual templates. Only its strongest count, so that services compare. */
const TOP = 3;

const score =
  (kinds: readonly string[]) =>
  ({ findings, candidateOf }: EvidenceMap): RankerScores => {
    const scores: RankerScores = new Map();
    const own = Map.groupBy(
      findings.filter(({ kind }) => kinds.includes(kind)),
      ({ entity }) => entity.id,
    );
    for (const [entity, about] of own) {
      for (const finding of about.toSorted(byStrength).slice(0, TOP)) {
        const named = finding.peer === null ? null : candidateOf(finding.peer);
        const away = named !== null && named !== candidateOf(entity) ? MENTION_SHARE : 0;
        addScore(scores, named, finding.strength * away, [finding]);
        addScore(scores, candidateOf(entity), finding.strength * (1 - away), [finding]);
      }
    }
    return scores;
  };

const byStrength = (a: CitedFinding, b: CitedFinding): number => b.strength - a.strength;

/** New, bursting and vanished templates. */
export const rankLogTemplates = score(["log.new-template", "log.bursting-template", "log.vanished-template"]);
/** The usual next event of a span or thread changed. This shows faults that log nothing. */
export const rankLogFlow = score(["log.event-flow"]);
