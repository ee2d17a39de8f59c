import type { Runbook } from "../../domain/runbook.ts";
import { causeCard, CAUSES } from "../../rca/catalogue.ts";
import type { AnalysisLabels, Oracle } from "../formats.ts";
import { closestCard } from "../labels.ts";

/** Cards that say what happens but not why are no truth. */
const GENERAL = new Set(CAUSES.flatMap(({ id, isGeneral }) => (isGeneral === true ? [id] : [])));

/**
 * The catalogue's card for the labelled cause of a case: the one of that id, also if it is written with other signs,
 * or the one that means the label most closely. Undefined without a label or a card.
 */
export function trueCard({ cause }: Oracle) {
  if (cause == null) return undefined;
  return causeCard(cause.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_")) ?? causeCard(closestCard(cause, GENERAL) ?? "");
}

/**
 * The labels of a case: its own where the suite has them. Otherwise those that the catalogue gives to the labelled
 * cause, so that an analysis is right if its cause has the same labels as the true one.
 *
 * @returns null if the suite labels neither.
 */
export function trueLabels(oracle: Oracle): AnalysisLabels | null {
  if (oracle.analysis != null) return oracle.analysis;
  const card = trueCard(oracle);
  return card === undefined ? null : { system_level: card.systemLevel, fault_type: card.faultType };
}

/**
 * The names of the runbooks that are right for a case: the answer's own, or those that treat the labelled cause on this
 * kind of entity. Empty: no runbook treats it, so a draft for that cause is right.
 *
 * @returns null if the suite labels neither.
 */
export function trueRunbooks(oracle: Oracle, runbooks: readonly Runbook[]): string[] | null {
  if (oracle.mitigation != null) return oracle.mitigation.runbooks;
  const card = trueCard(oracle);
  if (card === undefined) return null;
  const kind = oracle.entityKind ?? "service";
  return runbooks
    .filter(({ causes, slug }) => causes.includes(card.id) || card.runbooks.includes(slug))
    .filter(({ entityKinds }) => entityKinds.length === 0 || entityKinds.includes(kind))
    .map(({ name }) => name);
}
