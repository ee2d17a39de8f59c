import { faultTimeOf, promptness } from "./change-timing.ts";
import { addScore, type EvidenceMap, type RankerScores } from "./evidence-map.ts";
import { refusedLogins } from "./signatures/refused-logins.ts";

/** Messages of this weight together, about failing or slow calls to one end, explain what their writer shows. */
const EXPLAINS = 1;
/** From this signature weight on, a message states a fault of its writer, which then has its own part in it. */
const OWN_FAULT = 2;
/** Share of a score that moves to the unobserved end. */
const MOVED = 0.6;
/** A change of the writer that fits the onset this well is a rival explanation: its own settings may be wrong. */
const PROMPT_CHANGE = 0.5;

/**
 * For each entity whose messages blame an end without telemetry, such as a third party: that end. Time and errors of
 * calls to it are measured at the caller only, so they look like the caller's own.
 */
export function unobservedPeers(map: EvidenceMap): Map<string, string> {
  const { failures, findings, observed, graph, candidateOf } = map;
  const seen = new Set(
    findings.flatMap(({ signal, entity, evidence: { facts } }) =>
      signal === "change" || facts.of_calls === "yes" ? [] : (candidateOf(entity.id) ?? []),
    ),
  );
  const isUnobserved = (id: string): boolean => !seen.has(id) && !observed.has(id);
  const peers = new Map<string, string>();
  for (const [speaker, messages] of Map.groupBy(failures, (message) => message.speaker)) {
    if (messages.some(({ blamed, signature }) => blamed === speaker && signature.weight >= OWN_FAULT)) continue;
    if (isJustChanged(speaker, map)) continue;
    const about = Map.groupBy(
      messages.filter(({ blamed }) => blamed !== null && blamed !== speaker && isUnobserved(blamed)),
      ({ blamed }) => blamed,
    );
    const [best] = [...about]
      .map(([id, blames]) => ({ id, weight: blames.reduce((sum, { weight }) => sum + weight, 0) }))
      .toSorted((a, b) => b.weight - a.weight);
    const callers = (graph.callers.get(best?.id ?? "") ?? []).flatMap((caller) => candidateOf(caller) ?? []);
    const isWellElsewhere = callers.some((caller) => caller !== speaker && observed.has(caller) && !seen.has(caller));
    if (best && best.id !== null && best.weight >= EXPLAINS && !isWellElsewhere) peers.set(speaker, best.id);
  }
  return peers;
}

function isJustChanged(id: string, map: EvidenceMap): boolean {
  const fault = faultTimeOf(id, map);
  return map.findings.some(
    ({ signal, entity, onsetMs, evidence: { facts } }) =>
      signal === "change" &&
      facts.routine !== "yes" &&
      map.candidateOf(entity.id) === id &&
      promptness(onsetMs, fault) >= PROMPT_CHANGE,
  );
}

/**
 * For each refused login, the end that only shows it, and the end at fault. A server that refuses a wrong password answers
 * as it must, so its errors are the caller's. A caller whose user the server lost cannot help it.
 */
export const refusedEnds = ({ failures, graph, candidateOf }: EvidenceMap): Map<string, string> =>
  new Map(
    refusedLogins(failures, graph, candidateOf).map(({ server, caller, lost }) =>
      lost ? [caller, server] : [server, caller],
    ),
  );

/** Moves part of each score to the other end that is at fault. Changes `scores`. */
export function moveToOtherEnd(scores: RankerScores, peers: ReadonlyMap<string, string>): RankerScores {
  for (const [from, to] of peers) {
    const known = scores.get(from);
    if (!known) continue;
    const moved = known.score * MOVED;
    known.score -= moved;
    addScore(scores, to, moved, known.findings);
  }
  return scores;
}
