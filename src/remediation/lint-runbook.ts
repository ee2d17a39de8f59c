import type { CauseCard } from "../domain/cause.ts";
import type { Runbook } from "../domain/runbook.ts";

/** A fault of a runbook. `where`: its file and, if known, the step. */
export type RunbookFault = { where: string; what: string };

/**
 * What is wrong with a runbook that can be read: causes that the catalogue does not have, and steps that can never be
 * proposed. A fault of the file itself is an error of the reader.
 */
export function lintRunbook(runbook: Runbook, causes: readonly CauseCard[]): RunbookFault[] {
  const known = new Set(causes.map(({ id }) => id));
  const named = causes.filter(({ runbooks }) => runbooks.includes(runbook.slug)).map(({ id }) => id);
  const treated = new Set([...runbook.causes, ...named]);
  const fault = (what: string, step?: string): RunbookFault => ({
    where: step === undefined ? runbook.origin : `${runbook.origin}, step ${step}`,
    what,
  });
  return [
    ...runbook.causes
      .filter((cause) => !known.has(cause))
      .map((cause) => fault(`the cause "${cause}" is not in the catalogue`)),
    ...runbook.causes
      .filter((cause, at) => runbook.causes.indexOf(cause) !== at)
      .map((cause) => fault(`the cause "${cause}" is listed twice`)),
    ...(treated.size === 0 && runbook.steps.length > 0
      ? [fault("no cause leads to it, so it is never proposed; list its causes")]
      : []),
    ...runbook.steps.flatMap(({ id, causes: own = [] }) =>
      own
        .filter((cause) => !treated.has(cause))
        .map((cause) => fault(`the cause "${cause}" is not among those of its runbook`, id)),
    ),
  ];
}
