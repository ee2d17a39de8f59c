import type { types } from "@slack/bolt";
import { type Decision, REJECTION_REASONS } from "../../domain/action.ts";
import type { Report } from "../../domain/report.ts";
import { faithfulLines } from "../faithful.ts";
import { neutral } from "../neutral.ts";
import { actionLabel } from "../action-status.ts";
import { reasonLabel } from "../labels.ts";
import { minute } from "../labels.ts";
import { FIELD, MODAL } from "./ids.ts";
import { MAX_RICH_TEXT } from "./limits.ts";
import { type Item, paged, pieces, turner } from "./paging.ts";
import { type Block, code, line, plain, quoted, rich, verbatim, words } from "./rich.ts";

type Action = Report["actions"][number];

/** The address of a Slack message: channel and timestamp. */
export type MessageAt = { channel: string; ts: string };
/**
 * The data that the modal returns on submission: the action, the hash of the script that it showed, and the card that
 * opened it.
 */
export type DecisionPrompt = {
  actionId: string;
  decision: Decision["decision"];
  sha256: string;
  page: number;
  card: MessageAt | null;
};

/**
 * The modal that approves or rejects an action. To approve, a person pages through the exact script, with every
 * invisible character shown. Only the last page can be submitted, and it is reached through all the others.
 */
export function decideModal(
  report: Report,
  action: Action,
  decision: DecisionPrompt["decision"],
  page = 0,
  card: MessageAt | null = null,
): types.ModalView {
  const pages = paged(decision === "approved" ? scriptItems(report, action) : [terms(report, action)]);
  const at = Math.min(Math.max(0, page), pages.length - 1);
  const isLast = at === pages.length - 1;
  const verb = decision === "approved" ? "Approve" : "Reject";
  const request: DecisionPrompt = { actionId: action.id, decision, sha256: action.script_sha256, page: at, card };
  return {
    type: "modal",
    callback_id: MODAL.decide,
    title: plain(pages.length === 1 ? `${verb}?` : `${verb}? ${at + 1} of ${pages.length}`),
    close: plain("Cancel"),
    private_metadata: JSON.stringify(request),
    blocks: [...(pages[at] ?? []), ...turner(at, pages.length), ...(isLast ? question(action, decision) : [])],
    ...(isLast ? { submit: plain(verb) } : {}),
  };
}

const termLine = (label: string, text: string) => [words(`\n${label}: `, "bold"), quoted(text, 600)];

const terms = (report: Report, action: Action): Block[] => {
  const { blast_radius: blast } = action;
  return [
    rich(
      line(
        quoted(actionLabel(action).title, 160, "bold"),
        ...termLine("Incident", `${report.incident_id}, ${report.title}`),
        ...termLine("Target", `${action.target} (${action.target_kind})`),
        ...termLine("Risk", `${action.risk}, ${action.reversible ? "can be undone" : "CANNOT be undone"}`),
        ...termLine(
          "Blast radius",
          `${blast.size}, ${blast.why}${
            blast.entities.length === 0
              ? ""
              : `; can affect ${blast.entities
                  .slice(0, 20)
                  .map((entity) => neutral(entity, 60))
                  .join(", ")}`
          }`,
        ),
        ...termLine("Expires", minute(action.expires_at)),
        words("\nSHA-256: ", "bold"),
        code(action.script_sha256, 64),
      ),
    ),
  ];
};

/** Keeps a heading together with the first lines below it. */
const boxed = (heading: string, text: string): Item[] =>
  text.trim() === ""
    ? []
    : pieces(faithfulLines(text), MAX_RICH_TEXT).map((part, i): Item => [
        ...(i === 0 ? [rich(line(words(heading, "bold")))] : []),
        rich(verbatim(part)),
      ]);

const scriptItems = (report: Report, action: Action): Item[] => [
  terms(report, action),
  ...boxed("Exact script", action.script),
  ...boxed("Verify", action.verify),
  ...boxed("Roll back", action.rollback),
];

const reasonField = (): Block => ({
  type: "input",
  block_id: FIELD.reason,
  optional: true,
  label: plain("Why? The memory learns from it"),
  element: {
    type: "static_select",
    action_id: FIELD.reason,
    options: REJECTION_REASONS.map((value) => ({ text: plain(reasonLabel(value)), value })),
  },
});

function question(action: Action, decision: DecisionPrompt["decision"]): Block[] {
  const means =
    decision === "approved"
      ? [
          words("You approve exactly these bytes, SHA-256 "),
          code(`${action.script_sha256.slice(0, 12)}…`),
          words(". Causeway exports the script and runs nothing."),
        ]
      : [words("You reject this action. Nobody can approve it afterwards.")];
  return [
    { type: "divider" },
    rich(line(...means)),
    ...(decision === "rejected" ? [reasonField()] : []),
    {
      type: "input",
      block_id: FIELD.note,
      optional: true,
      label: plain("Note (recorded with the decision)"),
      element: { type: "plain_text_input", action_id: FIELD.note, max_length: 500 },
    },
  ];
}
