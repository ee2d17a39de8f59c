import type { AdfBlock, AdfDocument, AdfText, RunbookProposal } from "../../domain/notice.ts";
import type { Report } from "../../domain/report.ts";
import { fenced, inert } from "../markdown-escape.ts";
import { neutral } from "../neutral.ts";
import { renderPlan } from "../plan-forms.ts";
import type { CardModel } from "./card-model.ts";
import { markdownLines } from "./markdown-lines.ts";

/** Characters of a message, below what each vendor takes. Jira takes 32,767 and GitHub 65,536; the others tell none. */
const MAX = { note: 10_000, comment: 30_000, body: 60_000, draft: 45_000 };

/**
 * Text that no plain text field turns into a link or a mention: `https[:]//`, `(at)`, and other brackets than those of
 * Slack, to which vendors copy notes.
 */
export const defanged = (text: string): string =>
  text
    .replaceAll(/:(?=\/\/)/g, "[:]")
    .replaceAll(/\bwww\./gi, "www[.]")
    .replaceAll(/@(?=\S)/g, "(at)")
    .replaceAll(/<(?=[!@#])/g, "‹");

/** The card as plain text. Whole lines are left out at the end if there are too many characters. */
export function plainCard({ title, lead, fields, sections, foot }: CardModel, maxChars: number = MAX.note): string {
  const lines = [
    `Causeway: ${title}`,
    lead,
    ...fields.map(({ label, text }) => `${label}: ${text}`),
    ...sections.flatMap(({ title: heading, items }) => ["", heading, ...items.map((item) => `- ${item}`)]),
  ].map(defanged);
  const last = `\n\n${defanged(foot)}`;
  let left = maxChars - last.length;
  const cut = lines.findIndex((line) => (left -= line.length + 1) < 0);
  return `${(cut === -1 ? lines : lines.slice(0, cut)).join("\n")}${last}`;
}

/**
 * The card in Jira's old markup, inside of `{noformat}`, where nothing is markup but its own end. Jira reads mentions
 * (`[~name]`) even there, so they are broken up.
 */
export const wikiCard = (card: CardModel): string => {
  const text = plainCard(card, MAX.comment)
    .replaceAll(/\{(?=\s*noformat)/gi, "( ")
    .replaceAll(/\[(?=~)/g, "[ ");
  return `{noformat}\n${text}\n{noformat}`;
};

/** The card as a document of Atlassian. Its texts are text nodes, which hold no markup, link or mention. */
export function adfCard({ title, lead, fields, sections, foot }: CardModel): AdfDocument {
  const blocks: AdfBlock[] = [
    { type: "heading", attrs: { level: 3 }, content: [run(`Causeway: ${title}`)] },
    paragraph(run(lead, "strong")),
    ...fields.map(({ label, text }) => paragraph(run(`${label}: `, "strong"), run(text))),
    ...sections.flatMap(({ title: heading, items }): AdfBlock[] => [
      paragraph(run(heading, "strong")),
      {
        type: "bulletList",
        content: items.map((item) => ({ type: "listItem", content: [paragraph(run(item))] })),
      },
    ]),
  ];
  const last = paragraph(run(foot, "em"));
  const document = (): AdfDocument => ({ type: "doc", version: 1, content: [...blocks, last] });
  while (blocks.length > 2 && JSON.stringify(document()).length > MAX.comment) blocks.pop();
  return document();
}

/** An empty text node is not valid. */
const run = (text: string, mark?: "strong" | "em"): AdfText => ({
  type: "text",
  text: text === "" ? "–" : text,
  ...(mark === undefined ? {} : { marks: [{ type: mark }] }),
});
const paragraph = (...content: AdfText[]): AdfBlock => ({ type: "paragraph", content });

/** The card as markdown, for the description of an action. */
export const markdownCard = (card: CardModel, maxChars: number = MAX.note): string =>
  markdownLines(card, `**Causeway: ${inert(card.title)}**`, maxChars);

/** The runbook of a report as an issue or a pull request. Null if the report has none. */
export function runbookProposal(report: Report, card: CardModel): RunbookProposal | null {
  const text = renderPlan(report, "skill");
  if (text === null) return null;
  const slug = slugIn(text) ?? "draft";
  const isWhole = text.length <= MAX.draft;
  const shown = isWhole ? text : `${text.slice(0, MAX.draft)}\n…`;
  return {
    slug,
    text,
    isDraft: report.runbook?.drafted === true,
    title: neutral(`Runbook ${slug}: ${defanged(card.lead)}`, 200),
    body: [
      "Causeway drafted this runbook from an incident. Read it before you use it: nobody has tried it.",
      "",
      ...fenced("markdown", shown.split("\n")),
      ...(isWhole ? [] : ["", "The draft is longer than an issue can hold."]),
      "",
      markdownCard(card, MAX.body - MAX.draft - 1_000),
    ].join("\n"),
  };
}

/** The name in the front matter. */
const slugIn = (text: string): string | null =>
  /^name: *["']?([a-z0-9][a-z0-9-]{0,63})["']?\s*$/m.exec(text)?.[1] ?? null;
