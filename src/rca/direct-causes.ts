import type { CitedFinding } from "../domain/finding.ts";
import type { EvidenceMap } from "./evidence-map.ts";
import { isAccessLine } from "./finding-words.ts";
import { isStateOf } from "./own-state.ts";

/** What is needed of a matched cause card. */
type Match = { cause: string; fit: number; for: readonly CitedFinding[] };

/** Weight of a signature that states the fault itself. */
const STATES_FAULT = 3;
/** Weight of a signature that says which fault its writer has. */
const NAMES_FAULT = 2;
/** A weaker state of the cluster is a hint, or is explained by the state of another object. */
const STATES_CAUSE = 2;
/**
 * Causes that follow from many others, later effects first: a process that cannot run restarts, its rollout does not
 * end, and nobody reaches it.
 */
const EFFECTS = ["dependency_outage", "rollout_deadline_exceeded", "crash_loop"] as const;
/** Largest fit of an effect, as a share of the fit of a fault that is stated about the same suspect. */
const EFFECT_SHARE = 0.9;

/**
 * Ranks what is stated of a suspect before its effects. That callers cannot reach a suspect, or that it restarts again
 * and again, follows from every fault that stops it. Messages state a fault, and so does the cluster: an image that is
 * missing explains why nobody reaches the program.
 */
export function statedFirst<M extends Match>(matches: readonly M[], suspect: string, map: EvidenceMap): readonly M[] {
  const about = map.failures.filter(({ blamed }) => blamed === suspect);
  const outages = about.filter(({ signature: { cause } }) => cause === "dependency_outage");
  // Who answers 503 is reachable, and knows best why it cannot serve.
  const answers = outages.length > 0 && outages.every(({ signature: { id } }) => id.startsWith("http."));
  const inMessages = about.flatMap(({ speaker, signature: { weight, cause } }) =>
    weight === STATES_FAULT || (answers && weight === NAMES_FAULT && speaker === suspect) ? [cause] : [],
  );
  const inCluster = map.findings.flatMap((finding) =>
    isStateOf(suspect, finding, map) && finding.strength >= STATES_CAUSE ? [String(finding.evidence.facts.means)] : [],
  );
  const stated = new Set([...inMessages, ...inCluster]);
  return EFFECTS.reduce<readonly M[]>((ranked, effect, place) => {
    const later = new Set<string>(EFFECTS.slice(0, place + 1));
    const faults = ranked.filter(({ cause }) => stated.has(cause) && !later.has(cause));
    const most = Math.max(0, ...faults.map(({ fit }) => fit));
    if (most === 0 || (effect === "dependency_outage" && inMessages.includes(effect) && inCluster.length === 0))
      return ranked;
    return ranked.map((match) =>
      match.cause === effect ? { ...match, fit: Math.min(match.fit, most * EFFECT_SHARE) } : match,
    );
  }, matches);
}

/**
 * Drops "returns errors of its own" if it rests on failed calls to others and on the lines of answered requests alone.
 * These say that something fails, not that it fails here.
 */
export function withoutFillers<M extends Match>(
  matches: readonly M[],
  suspect: string,
  { failures }: EvidenceMap,
): readonly M[] {
  const isOwn = (finding: CitedFinding): boolean =>
    finding.signal !== "log" ||
    finding.kind === "log.event-flow" ||
    (finding.peer === null &&
      !isAccessLine(finding) &&
      failures.every((message) => message.finding !== finding || message.blamed === suspect));
  return matches.filter(({ cause, for: support }) => cause !== "wrong_return" || support.some(isOwn));
}
