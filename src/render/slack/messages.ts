import type { Decision } from "../../domain/action.ts";
import type { Report } from "../../domain/report.ts";
import { verdictLines } from "../headline.ts";
import { neutral } from "../neutral.ts";
import { outcomeLabel, reasonLabel } from "../labels.ts";
import { similar } from "./card-sections.ts";
import type { Message } from "./card.ts";
import { escaped } from "./escape.ts";
import { evidenceItem } from "./evidence.ts";
import { fit } from "./fallback.ts";
import { PRESS } from "./ids.ts";
import { MAX_ID } from "./limits.ts";
import { paged } from "./paging.ts";
import { button, code, line, list, person, plainQuote, quoted, rich, words } from "./rich.ts";

/** One sentence from Causeway. `text` may quote somebody else. */
export const statement = (text: string): Message => ({
  text: escaped(text, 2000) || "(empty)",
  blocks: [rich(line(quoted(text, 2000)))],
});

/** An error: what failed, and what to do. */
export const trouble = (what: string, hint: string): Message => ({
  text: fit([`⚠️ ${escaped(what, 600)}`, escaped(hint, 600)]),
  blocks: [rich(line(words("⚠️ "), quoted(what, 600, "bold"), words("\n"), quoted(hint, 600)))],
});

/** Announces in the thread that one of two people approved. */
export function approvedByOne(title: string, userId: string): Message {
  return {
    text: `1 of 2 approvals: ${escaped(title, 160)}, by <@${userId}>`,
    blocks: [
      rich(
        line(
          words("☑️ 1 of 2 approvals: ", "bold"),
          quoted(title, 160),
          words(" by "),
          person(userId),
          words(". Another person must approve it before this approval expires."),
        ),
      ),
    ],
  };
}

/** Announces in the thread who decided what, where the exported script is, and whether its execution has started. */
export function decided(
  decision: Decision,
  title: string,
  userId: string,
  scriptPath: string | null,
  hasStarted = false,
): Message {
  const verb = decision.decision === "approved" ? "Approved" : "Rejected";
  const why = decision.reason === undefined ? "" : `, because: ${reasonLabel(decision.reason)}`;
  const note =
    why + (decision.note === null || decision.note.trim() === "" ? "" : `: “${neutral(decision.note, 400)}”`);
  const script =
    scriptPath === null
      ? []
      : [
          words("\nCauseway exported the script to "),
          code(scriptPath, 400),
          words(", SHA-256 "),
          code(decision.scriptSha256, 64),
          ...(hasStarted
            ? [words(". Its execution has started: "), code(`causeway executions show ${decision.actionId}`, 300)]
            : [words(". Nothing has run. The script is a dry run unless you pass --apply.")]),
        ];
  const exported =
    scriptPath === null
      ? ""
      : `. Causeway exported the script to ${escaped(scriptPath)}${hasStarted ? ". Its execution has started" : ""}`;
  return {
    text: `${verb}: ${escaped(title, 160)}, by <@${userId}>${escaped(note)}${exported}`,
    blocks: [
      rich(
        line(
          words(`${decision.decision === "approved" ? "✅ Approved" : "⛔ Rejected"}: `, "bold"),
          quoted(title, 160),
          words(" by "),
          person(userId),
          ...(note === "" ? [] : [quoted(note)]),
          ...script,
        ),
      ),
    ],
  };
}

/** Asks in the thread of a resolved incident if the analysis was right. */
export function outcomeQuestion(report: Report, incidentId: string): Message {
  const what = verdictLines(report)[0] ?? "";
  const { analysis_id: id } = report;
  const elements =
    id.length > MAX_ID
      ? []
      : [
          button("Yes, that was it", PRESS.right, id, "primary"),
          button("No, it was something else …", PRESS.outcome, id),
          button("It was wrong", PRESS.wrong, id),
        ];
  return {
    text: `Resolved: incident ${escaped(incidentId, 120)}. Was the analysis right? Its verdict: ${escaped(what, 300)}`,
    blocks: [
      rich(
        line(
          words("✔️ Resolved. ", "bold"),
          quoted(
            `The alert of incident ${neutral(incidentId, 120)} is resolved. ` +
              `Was the analysis right? Its verdict: ${neutral(what, 300)}`,
            800,
          ),
        ),
      ),
      ...(elements.length === 0 ? [] : [{ type: "actions" as const, block_id: "outcome", elements }]),
    ],
  };
}

/** Lists the incidents that a question may mean, to pick one. */
export function choices(question: string, known: readonly { id: string; title: string }[]): Message {
  const buttons = known
    .filter(({ id }) => id !== "" && id.length <= MAX_ID)
    .slice(0, 5)
    .map(({ id }, i) => ({ ...button("", `${PRESS.pick}.${i}`, id), text: plainQuote(id, 60) }));
  return {
    text: fit([
      `Which incident do you mean by “${escaped(question, 200)}”?`,
      ...known.map(({ id, title }) => `${escaped(id, 100)}: ${escaped(title, 160)}`),
    ]),
    blocks: [
      rich(
        line(words("Which incident do you mean by "), quoted(`“${question}”`, 200), words("?")),
        list(
          "bullet",
          known.map(({ id, title }) => [code(id, 100), quoted(` ${title}`, 160)]),
        ),
      ),
      ...(buttons.length === 0 ? [] : [{ type: "actions" as const, elements: buttons }]),
    ],
  };
}

/** Posted under an alert: a link to the thread of its incident. `permalink` comes from Slack. */
export const sameIncident = (incidentId: string, permalink: string): Message => ({
  text: `This alert belongs to incident ${escaped(incidentId, 120)}, which has another thread.`,
  blocks: [
    rich(
      line(
        quoted(`This alert belongs to incident ${neutral(incidentId, 120)}. See `),
        { type: "link", url: permalink, text: "its thread" },
        words("."),
      ),
    ),
  ],
});

/** Posted under an alert whose incident is only listed. */
export const notInvestigated = (incidentId: string, why: string): Message =>
  statement(
    `Incident ${neutral(incidentId, 120)} is listed, but not investigated: ${neutral(why, 300)}. ` +
      `To investigate it, mention Causeway here with ${neutral(incidentId, 120)}.`,
  );

/** Lists the questions and commands that Causeway understands. */
export const help = (): Message => {
  const rows: readonly (readonly [string, string])[] = [
    ["why is checkout slow", "or an incident id: analyzes the incident and answers here"],
    [
      "evidence 3 · similar · why not <name>",
      "in an incident's thread: one finding, similar past incidents, why another entity is not the root cause",
    ],
    [
      "could it be <name> · what changed · since when · who is affected",
      "questions about the analysis; a guess is kept as a note",
    ],
    ["note: <text>", "adds what you know to the evidence, with your name"],
    ["re-run · explain · false-alarm", "analyzes again; shows the card again; records that there was no incident"],
  ];
  return {
    text: fit(["What you can ask:", ...rows.map(([what, does]) => `${escaped(what)}: ${does}`)]),
    blocks: [
      rich(
        line(words("What you can ask", "bold")),
        list(
          "bullet",
          rows.map(([what, does]) => [code(what), words(` ${does}`)]),
        ),
      ),
    ],
  };
};

const rangeOf = (evidence: Report["evidence"]): string =>
  evidence.length === 0 ? "none" : `${evidence[0]?.id} to ${evidence.at(-1)?.id}`;

/** One finding, as much of it as fits into a message. */
export function evidenceText(report: Report, id: string): Message {
  const item = evidenceItem(report, id);
  const found = report.evidence.find((one) => one.id.toLowerCase() === id.toLowerCase());
  if (item === null || found === undefined)
    return statement(`This report has no evidence ${id}. It has ${rangeOf(report.evidence)}.`);
  const pages = paged([item.filter(({ type }) => type !== "divider")]);
  return {
    text: `${escaped(found.id, 20)}: ${escaped(found.summary, 1000)}`,
    blocks: [
      ...(pages[0] ?? []),
      ...(pages.length > 1 ? [rich(line(words("For the rest, press Evidence on the card.", "italic")))] : []),
    ],
  };
}

export const similarText = (report: Report): Message => {
  const blocks = similar(report, 10);
  return blocks.length === 0
    ? statement("Causeway remembers no similar incident.")
    : {
        text: fit([
          "Similar incidents:",
          ...report.similar
            .slice(0, 10)
            .map(({ incident_id: id, outcome }) => `${escaped(id, 100)} (${escaped(outcomeLabel(outcome), 40)})`),
        ]),
        blocks,
      };
};
