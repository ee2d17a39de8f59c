import type { CauseCard } from "../domain/cause.ts";
import type { Entity } from "../domain/entity.ts";
import type { Runbook } from "../domain/runbook.ts";
import { oneLine } from "./one-line.ts";

export type RunbookMatch = { runbook: Runbook; why: string } | { runbook: null; why: string };

/** The runbooks that list a cause, or that its card names. */
export const runbooksForCause = (cause: string, runbooks: readonly Runbook[], card: CauseCard | undefined): Runbook[] =>
  runbooks.filter(({ causes, slug }) => causes.includes(cause) || card?.runbooks.includes(slug));

/**
 * Chooses the runbook for a cause: first runbooks that list the cause, then those that the cause card names; of these,
 * one for this kind of entity before one for any kind; then by slug.
 */
export function matchRunbook(
  cause: string,
  entity: Entity,
  runbooks: readonly Runbook[],
  card: CauseCard | undefined,
): RunbookMatch {
  const treats = runbooksForCause(cause, runbooks, card);
  const kind = oneLine(entity.kind, 40);
  const title = card?.title ?? cause;
  const rank = (runbook: Runbook): number =>
    (runbook.causes.includes(cause) ? 0 : 2) + (runbook.entityKinds.length > 0 ? 0 : 1);
  const [best] = treats
    .filter(({ entityKinds }) => entityKinds.length === 0 || entityKinds.includes(entity.kind))
    .toSorted((a, b) => rank(a) - rank(b) || (a.slug < b.slug ? -1 : 1));
  if (best !== undefined) {
    const how = best.causes.includes(cause) ? "it treats" : "the cause catalogue lists it for";
    const where = best.entityKinds.length === 0 ? "" : ` on a ${kind}`;
    return { runbook: best, why: `${how} "${title}"${where}` };
  }
  const [other] = treats;
  if (other === undefined)
    return {
      runbook: null,
      why: cause === "unknown" ? "no runbook treats an unknown cause" : `no runbook treats "${title}"`,
    };
  return {
    runbook: null,
    why: `${other.slug} treats "${title}", but only for ${other.entityKinds.join(", ")}, not for a ${kind}`,
  };
}
