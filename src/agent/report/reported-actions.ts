import type { Action } from "../../domain/action.ts";
import type { Report } from "../../domain/report.ts";
import { isoTime } from "../../domain/time.ts";

const blastRadiusOf = ({ entryShare, ...rest }: Action["blastRadius"]): Report["actions"][number]["blast_radius"] =>
  entryShare === undefined ? rest : { ...rest, entry_share: entryShare };

/** The actions of a report. */
export const reportedActions = (actions: readonly Action[]): Report["actions"] =>
  actions.map(({ target, blastRadius, scriptSha256, expiresAtMs, evidenceIds, ...action }) => ({
    id: action.id,
    title: action.title,
    runbook: action.runbook,
    step: action.step,
    target: target.id,
    target_kind: target.kind,
    risk: action.risk,
    reversible: action.reversible,
    blast_radius: blastRadiusOf(blastRadius),
    kind: action.kind,
    ...(action.requirement === undefined ? {} : { requirement: action.requirement }),
    script_sha256: scriptSha256,
    script: action.script,
    rollback: action.rollback,
    verify: action.verify,
    parameters: action.parameters.map(({ evidenceIds: ids, ...parameter }) => ({ ...parameter, evidence_ids: ids })),
    preconditions: action.preconditions,
    expires_at: isoTime(expiresAtMs),
    ...(action.edited === undefined ? {} : { edited: { from: action.edited.from, by: action.edited.by.name } }),
    evidence_ids: evidenceIds,
  }));
