import type { Decision } from "../../domain/action.ts";
import type { Report } from "../../domain/report.ts";
import { blame } from "../headline.ts";
import { neutral } from "../neutral.ts";
import type { Message } from "./card.ts";
import { escaped } from "./escape.ts";
import { fit } from "./fallback.ts";
import { PRESS } from "./ids.ts";
import { MAX_ID } from "./limits.ts";
import { button, code, line, list, person, quoted, rich, words } from "./rich.ts";

/** One sentence of ours; `text` may quote somebody else. */
export const said = (text: string): Message => ({ text: escaped(text, 2000), blocks: [rich(line(quoted(text, 2000)))] });

/** What failed, and what to do about it. */
export const trouble = (what: string, hint: string): Message => ({ text: fit([`⚠️ ${escaped(what, 600)}`, escaped(hint, 600)]), blocks: [rich(line(words("⚠️ "), quoted(what, 600, "bold"), words("\n"), quoted(hint, 600)))] });

/** Tells the thread who decided what, and where the script lies. */
export function decided(decision: Decision, title: string, userId: string, scriptPath: string | null): Message {
  const verb = decision.decision === "approved" ? "approved" : "rejected";
  const note = decision.note === null || decision.note.trim() === "" ? "" : ` “${neutral(decision.note, 400)}”`;
  const script = scriptPath === null ? [] : [words("\nThe script is exported to "), code(scriptPath, 400), words(", SHA-256 "), code(decision.scriptSha256, 64), words(". Nothing was run: it is a dry run unless told otherwise.")];
  return {
    text: `${verb}: ${escaped(title, 160)}, by <@${userId}>${escaped(note)}${scriptPath === null ? "" : `. The script is exported to ${escaped(scriptPath)}`}`,
    blocks: [rich(line(words(`${decision.decision === "approved" ? "✅ Approved" : "⛔ Rejected"}: `, "bold"), quoted(title, 160), words(" by "), person(userId), ...(note === "" ? [] : [quoted(note)]), ...script))],
  };
}

/** The question that closes a thread. */
export function outcomeQuestion(report: Report, incidentId: string): Message {
  const what = blame(report)[0] ?? "";
  const { analysis_id: id } = report;
  const elements = id.length > MAX_ID ? [] : [button("Yes, that was it", PRESS.right, id, "primary"), button("No, it was something else …", PRESS.outcome, id), button("It was wrong", PRESS.wrong, id)];
  return {
    text: `Resolved: incident ${escaped(incidentId, 120)}. Was the analysis right? It said: ${escaped(what, 300)}`,
    blocks: [
      rich(line(words("✔️ Resolved. ", "bold"), quoted(`The alert of incident ${neutral(incidentId, 120)} is over. Was the analysis right? It said: ${neutral(what, 300)}`, 800))),
      ...(elements.length === 0 ? [] : [{ type: "actions" as const, block_id: "outcome", elements }]),
    ],
  };
}

/** The incidents that a question may have meant. */
export const choices = (question: string, known: readonly { id: string; title: string }[]): Message => ({
  text: fit([`Which incident do you mean by “${escaped(question, 200)}”?`, ...known.map(({ id, title }) => `${escaped(id, 100)}: ${escaped(title, 160)}`)]),
  blocks: [
    rich(line(words("Which incident do you mean by "), quoted(`“${question}”`, 200), words("?")), list("bullet", known.map(({ id, title }) => [code(id, 100), quoted(` ${title}`, 160)]))),
    { type: "actions", elements: known.filter(({ id }) => id.length <= MAX_ID).slice(0, 5).map(({ id }, i) => ({ ...button(neutral(id, 60).replaceAll(/[<>&]/g, "?"), PRESS.pick, id), action_id: `${PRESS.pick}.${i}` })) },
  ],
});
