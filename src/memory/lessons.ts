import type { Action, ActionResult, Decision } from "../domain/action.ts";
import type { TriedFix } from "../domain/memory.ts";
import { redactPersonal } from "../domain/redact-personal.ts";
import type { Judgement } from "./document.ts";

/** An action with what people decided on it and what became of it; null if nothing. */
export type ActionLesson = {
  action: Pick<Action, "title" | "runbook">;
  decision: Decision | null;
  result: ActionResult | null;
};
/** `judgement`: of the diagnosis. `resolution`: the fixes after which the symptom was gone. */
export type Lessons = { judgement: Judgement; resolution: string | null; tried: TriedFix[] };

/** Longest reason of a person that is remembered. */
const MAX_WHY_CHARS = 300;

/**
 * What an incident teaches. An approval proves nothing: the diagnosis counts as confirmed only when a fix was run and
 * the symptom went. A rejection judges the action, unless the person says that the cause is wrong.
 */
export function lessonsOf(actions: readonly ActionLesson[]): Lessons {
  const helped = actions.filter(({ result }) => result?.effect === "helped");
  return {
    judgement: judgementOf(helped, actions),
    resolution:
      helped.length === 0 ? null : helped.map(({ action }) => `${action.title} (${action.runbook})`).join("; "),
    tried: actions.flatMap((one) => triedOf(one) ?? []).toSorted((a, b) => a.atMs - b.atMs),
  };
}

function judgementOf([helped]: readonly ActionLesson[], actions: readonly ActionLesson[]): Judgement {
  if (helped?.result) return { outcome: "confirmed", by: helped.result.by, atMs: helped.result.atMs };
  const refuted = actions.find(
    ({ decision }) => decision?.decision === "rejected" && decision.reason === "wrong_cause",
  );
  return refuted?.decision ? { outcome: "wrong", by: refuted.decision.by, atMs: refuted.decision.atMs } : null;
}

function triedOf({ action, decision, result }: ActionLesson): TriedFix | null {
  const fix = { runbook: action.runbook, step: redactPersonal(action.title) };
  if (result !== null)
    return { ...fix, result: result.effect, why: whyOf(null, result.note), by: result.by, atMs: result.atMs };
  if (decision?.decision !== "rejected" || decision.reason === "replaced") return null;
  const why = whyOf(decision.reason?.replaceAll("_", " ") ?? null, decision.note);
  return { ...fix, result: "rejected", why, by: decision.by, atMs: decision.atMs };
}

const whyOf = (...parts: readonly (string | null)[]): string | null => {
  const given = parts.filter((part) => part !== null && part.trim() !== "");
  return given.length === 0 ? null : redactPersonal(given.join(": ")).slice(0, MAX_WHY_CHARS);
};
