import { type CauseCard, UNKNOWN_CAUSE } from "../domain/cause.ts";
import { isHostKind } from "../domain/entity.ts";
import type { EvidenceMap } from "./evidence-map.ts";
import { bestCause, matchCauses } from "./match-cause.ts";
import { CLUSTER_HINT } from "./symptom.ts";

/**
 * What the cluster reports of a suspect, if nothing says why: no more than a general cause matches, and only the state
 * of the cluster supports it. Null if a cause is known, or if other telemetry supports the general one.
 */
export function unexplainedState(suspect: string, map: EvidenceMap, causes: readonly CauseCard[]): string | null {
  const matches = matchCauses(causes, suspect, map);
  const id = bestCause(matches);
  const card = causes.find((one) => one.id === id);
  const own = map.findings.filter(
    ({ entity }) => map.candidateOf(entity.id) === suspect || map.graph.ownerOf.get(entity.id) === suspect,
  );
  const isReported = own.some(({ signal }) => signal === "cluster");
  if (id === UNKNOWN_CAUSE) {
    const isAll = own.every(({ signal }) => signal === "cluster" || signal === "alert");
    return isReported && isAll ? "signs of a fault" : null;
  }
  // what others measure at the same time follows from a failed node
  const isMeasured = map.findings.some(({ signal }) => !["cluster", "alert", "change"].includes(signal));
  if (isMeasured && isHostKind(map.candidates.get(suspect) ?? "")) return null;
  const support = matches[0]?.for ?? [];
  const isState = support.length > 0 && support.every(({ signal }) => signal === "cluster");
  const isHint = support.every(({ strength }) => strength <= CLUSTER_HINT);
  return isState && (card?.isGeneral === true || isHint) ? (card?.title ?? id) : null;
}
