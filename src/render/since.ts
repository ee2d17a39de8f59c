import type { Decision } from "../domain/action.ts";
import type { Report } from "../domain/report.ts";
import { neutral } from "./neutral.ts";
import { minute } from "./words.ts";

type Action = Report["actions"][number];

/** What a report does not hold, because it is written before anybody decides. */
export type Since = { decisions: readonly Decision[]; nowMs: number };

/** Whether an action still waits for an answer, and else what became of it. */
export type Standing = { isOpen: true; until: string } | { isOpen: false; what: string };

export function standingOf({ id, expires_at: expiry }: Action, since: Since | undefined): Standing {
  const decided = since?.decisions.find(({ actionId }) => actionId === id);
  if (decided !== undefined) {
    const note = decided.note === null || decided.note.trim() === "" ? "" : `: ${neutral(decided.note)}`;
    return {
      isOpen: false,
      what: `${decided.decision} by ${neutral(decided.by, 80)} on ${minute(decided.atMs)}${note}`,
    };
  }
  if (since !== undefined && Date.parse(expiry) <= since.nowMs)
    return { isOpen: false, what: `expired on ${minute(expiry)}, undecided: analyse the incident again` };
  return { isOpen: true, until: `expires ${minute(expiry)}` };
}

/** "Restart the workload: store"; the target is named once. */
export function actionWords({ title, target }: Action): { title: string; target: string | null } {
  return { title, target: title.endsWith(`: ${target}`) || title === target ? null : target };
}
