import { inert } from "../markdown-escape.ts";
import type { CardModel } from "./card-model.ts";

/** The card as lines of markdown. Whole lines are left out at the end if there are too many characters. */
export function markdownLines({ lead, fields, sections, foot }: CardModel, heading: string, maxChars: number): string {
  const lines = [
    heading,
    `**${inert(lead)}**`,
    ...fields.map(({ label, text }) => `**${label}:** ${inert(text)}`),
    ...sections.flatMap(({ title, items }) => ["", `**${title}**`, ...items.map((item) => `- ${inert(item)}`)]),
  ];
  const last = ["", `_${inert(foot)}_`].join("\n");
  let left = maxChars - last.length;
  const cut = lines.findIndex((line) => (left -= line.length + 1) < 0);
  return `${(cut === -1 ? lines : lines.slice(0, cut)).join("\n")}\n${last}`;
}
