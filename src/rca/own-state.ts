import type { CitedFinding } from "../domain/finding.ts";
import type { EvidenceMap } from "./evidence-map.ts";

/** True for a state of the cluster that means one cause, and that is the suspect's own or that of its pods. */
export const isStateOf = (
  suspect: string,
  { signal, entity, evidence }: CitedFinding,
  { candidateOf, graph }: Pick<EvidenceMap, "candidateOf" | "graph">,
): boolean =>
  signal === "cluster" &&
  evidence.facts.means !== undefined &&
  (candidateOf(entity.id) === suspect || graph.ownerOf.get(entity.id) === suspect);
