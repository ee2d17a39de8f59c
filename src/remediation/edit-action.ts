import type { Action } from "../domain/action.ts";
import type { Approver } from "../domain/approver.ts";
import { redactNamed, redactSecrets } from "../domain/redact.ts";
import type { RunbookStep } from "../domain/runbook.ts";
import { actionKindOf } from "./action-kind.ts";
import { checkStep } from "./check-step.ts";
import { isObjectSource } from "./parameters.ts";
import { oneLine } from "./one-line.ts";
import { isChange, readCommands } from "./step-commands.ts";
import { renderScript, type SymptomCheck } from "./script.ts";

/** New values of parameters, and new commands of a part, one a line, as a runbook step has them. */
export type ActionEdit = {
  parameters?: Readonly<Record<string, string>> | undefined;
  script?: string | undefined;
  verify?: string | undefined;
  rollback?: string | undefined;
};
export type EditInput = {
  action: Action;
  /** The step that the action was rendered from. */
  step: RunbookStep;
  edit: ActionEdit;
  by: Approver;
  /** Of the new action. */
  id: string;
  symptom: SymptomCheck | undefined;
  nowMs: number;
};
export type Edited = { ok: true; action: Action } | { ok: false; why: string };

/** New commands may touch any object, not only the target. */
const UNMEASURED: Action["blastRadius"] = {
  size: "large",
  entities: [],
  why: "a person wrote the commands, and what they touch was not measured",
};

/** Where a value comes from that a person typed. */
export const TYPED_SOURCE = "person";

/**
 * Renders an action anew with a person's values or commands. The new action keeps the target, the expiry and the
 * evidence; kind, script, hash and preconditions follow from the new commands, so that policy and approval start anew.
 * Commands have the same limits as those of a runbook: quoted values, first a look, then the change.
 */
export function editAction({ action, step, edit, by, id, symptom, nowMs }: EditInput): Edited {
  if (nowMs >= action.expiresAtMs) return { ok: false, why: "it has expired" };
  const given = edit.parameters ?? {};
  for (const [name, value] of Object.entries(given)) {
    const why = whyNotValue(name, value, step);
    if (why !== null) return { ok: false, why };
  }
  const parts = { script: edit.script, verify: edit.verify, rollback: edit.rollback };
  const changed: RunbookStep = { ...step };
  for (const [part, text] of Object.entries(parts))
    if (text !== undefined) changed[part as keyof typeof parts] = text.trim();
  if (parts.script !== undefined) changed.title = editedTitle(step.title);
  if (parts.rollback !== undefined) changed.reversible = changesSomething(changed.rollback);

  if (Object.values(parts).some((text) => text !== undefined)) changed.parameters = usedParameters(changed);
  if (Object.values(parts).some((text) => text !== undefined && redactSecrets(text) !== text))
    return { ok: false, why: "the new commands hold what looks like a secret" };
  const [fault] = checkStep(changed);
  if (fault !== undefined) return { ok: false, why: `${fault.field}: ${fault.what}` };
  if (parts.script !== undefined && parts.rollback === undefined)
    return {
      ok: false,
      why: "new commands need their own undo: give --rollback; if nothing can be undone, with: say '…'",
    };
  const parameters = action.parameters
    .filter(({ name }) => Object.hasOwn(changed.parameters, name))
    .map((one) =>
      Object.hasOwn(given, one.name)
        ? { ...one, value: given[one.name] ?? "", source: TYPED_SOURCE, evidenceIds: [] }
        : one,
    );
  const rendered = renderScript({
    step: changed,
    runbook: action.runbook,
    incidentId: action.incidentId,
    target: action.target,
    values: Object.fromEntries(parameters.map(({ name, value }) => [name, value])),
    observed: Object.fromEntries(
      action.preconditions.flatMap((one) => (one.expected === null ? [] : [[one.name, one.expected]])),
    ),
    symptom,
    expiresAtMs: action.expiresAtMs,
  });
  if (!rendered.ok) return rendered;
  if (rendered.sha256 === action.scriptSha256) return { ok: false, why: "the edit changes nothing" };
  return {
    ok: true,
    action: {
      ...action,
      id,
      reversible: changed.reversible,
      title: parts.script === undefined ? action.title : editedTitle(action.title),
      kind: actionKindOf(changed),
      blastRadius: parts.script === undefined && parts.rollback === undefined ? action.blastRadius : UNMEASURED,
      script: rendered.script,
      scriptSha256: rendered.sha256,
      rollback: rendered.rollback,
      verify: rendered.verify,
      parameters,
      preconditions: rendered.preconditions.map(({ name, command, expected }) => ({ name, command, expected })),
      edited: { from: action.id, by, atMs: nowMs, step: changed },
    },
  };
}

function changesSomething(commands: string): boolean {
  const read = readCommands(commands);
  return read.ok && read.commands.some(isChange);
}

/** New commands may do something else than the title says, so it says that they are new. */
const editedTitle = (title: string): string => (title.startsWith(EDITED) ? title : EDITED + title);
const EDITED = "Commands of a person, in place of: ";

/** New commands need not use every value that the old ones did. */
function usedParameters({ parameters, script, verify, rollback }: RunbookStep): RunbookStep["parameters"] {
  const words = new Set([script, verify, rollback].flatMap((text) => text.split(/\W+/)));
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => words.has(name)));
}

function whyNotValue(name: string, value: string, { parameters }: RunbookStep): string | null {
  if (!Object.hasOwn(parameters, name)) {
    const names = Object.keys(parameters).toSorted().join(", ");
    return `it has no parameter ${oneLine(name, 60)}; it has ${names === "" ? "none" : names}`;
  }
  if (isObjectSource(parameters[name] ?? ""))
    return `${name} names the target, which an edit keeps; to act on another object, give new commands with --script`;
  if (value === "") return `${name} is empty`;
  if (value.startsWith("-")) return `the value of ${name} begins with "-", so kubectl would read it as an option`;
  return redactNamed(name, value) === value ? null : `the value of ${name} looks like a secret`;
}
