import { bareHeading, type PostMortemPart, partOf, plainText } from "./parts.ts";

/** The text of each part, and the title: the first heading of the first level, else the first heading. */
export type PartTexts = Readonly<Record<PostMortemPart, string>> & { heading: string | null };

type Heading = { level: number; text: string };

const ATX = /^ {0,3}(#{1,6})[ \t]+(.+?)(?:[ \t]+#+)?[ \t]*$/;
const SETEXT = /^ {0,3}(=+|-+)[ \t]*$/;
const FENCE = /^ {0,3}(?:```|~~~)/;
/** `**Root cause**: text`, `**Root cause:** text`, `- *Severity* – P1`. */
const BOLD_LABEL = new RegExp(
  [
    /^\s*(?<bullet>[-*+]\s+|\d+[.)]\s+)?/,
    /(?:\*\*|__)(?<label>[^*_]{2,60}?)(?<inner>[:：])?(?:\*\*|__)/,
    /\s*(?<outer>[:：]|[–—-](?=\s))?\s*(?<text>.*)$/,
  ]
    .map(({ source }) => source)
    .join(""),
);
/** `Root cause: text`. */
const PLAIN_LABEL = /^\s*(?<bullet>[-*+]\s+)?(?<label>[A-Z][A-Za-z /'-]{1,40}?)\s*[:：]\s*(?<text>.*)$/;
/** `| Root cause | text |`. */
const ROW = /^\s*\|(?<label>[^|]{2,60})\|(?<text>[^|]*)\|\s*$/;
/** Level of a label alone on its line: below all headings. */
const LABEL_LEVEL = 7;
/** Text before the first part, or under the author's own headings, describes what happened. */
const INTRODUCTION: PostMortemPart = "symptoms";
const ONE_LINE = new Set<PostMortemPart>(["date", "services", "severity", "title", "other"]);

/**
 * Splits a post-mortem into its parts: by headings of either style, by bold or plain labels, and by tables of two
 * columns. A sub-heading stays in its section unless it begins a part of its own; everything below follow-ups belongs
 * to them.
 */
export function readParts(body: string): PartTexts {
  const texts: Record<PostMortemPart, string> = {
    symptoms: "",
    cause: "",
    resolution: "",
    followUp: "",
    date: "",
    services: "",
    severity: "",
    title: "",
    other: "",
  };
  const lines = body.replace(/<!--[\s\S]*?-->/g, "").split(/\r?\n/);
  const sections: { level: number; part: PostMortemPart | null }[] = [];
  /** The part of a label's paragraph. It ends at the next heading or label, or with its list item. */
  let labelled: { part: PostMortemPart; inList: boolean } | null = null;
  let heading: string | null = null;
  let inFence = false;
  const add = (part: PostMortemPart | null, text: string): void => {
    if (part !== null) texts[part] += `${text}\n`;
  };
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (FENCE.test(line)) inFence = !inFence;
    const found = inFence ? null : headingAt(lines, at);
    if (found !== null) {
      if (found.isSetext) at += 1;
      if (heading === null || (found.level === 1 && !sections.some(({ level }) => level === 1)))
        heading ??= plainText(found.text);
      while ((sections.at(-1)?.level ?? 0) >= found.level) sections.pop();
      const above = sections.at(-1)?.part ?? null;
      const own = isTitle(found, heading) ? null : partOf(found.text);
      sections.push({ level: found.level, part: above === "followUp" ? above : (own ?? above ?? INTRODUCTION) });
      labelled = null;
      continue;
    }
    const current = sections.length === 0 ? INTRODUCTION : (sections.at(-1)?.part ?? INTRODUCTION);
    const label = inFence || current === "followUp" ? null : labelOf(line);
    if (label !== null) {
      const { part, text, inList } = label;
      if (text !== "") add(part, text);
      if (ONE_LINE.has(part) && text !== "") continue;
      if (text === "" && !inList) {
        // a label alone on its line is a heading
        while ((sections.at(-1)?.level ?? 0) >= LABEL_LEVEL) sections.pop();
        sections.push({ level: LABEL_LEVEL, part });
        labelled = null;
      } else labelled = { part, inList };
      continue;
    }
    if (labelled !== null && endsLabel(line, labelled.inList || sections.length > 0)) labelled = null;
    add(labelled?.part ?? current, line);
  }
  const trimmed = Object.fromEntries(Object.entries(texts).map(([part, text]) => [part, text.trim()]));
  return { ...(trimmed as Record<PostMortemPart, string>), heading };
}

/** The name of a part is not a title, even if it comes first. */
const isTitle = ({ level, text }: Heading, first: string | null): boolean =>
  level === 1 && plainText(text) === first && !(partOf(text) !== null && bareHeading(text).split(" ").length <= 2);

/** Outside of a section, a label heads all paragraphs up to the next label. */
const endsLabel = (line: string, isWithinSection: boolean): boolean =>
  isWithinSection && (line.trim() === "" || /^\s*(?:[-*+]|\d+[.)])\s/.test(line));

/** The heading at a line. A line of dashes under text is a heading only if no list, table or blank line is above it. */
function headingAt(lines: readonly string[], at: number): (Heading & { isSetext: boolean }) | null {
  const line = lines[at] ?? "";
  const [, marks, text] = ATX.exec(line) ?? [];
  if (marks !== undefined && text !== undefined) return { level: marks.length, text, isSetext: false };
  const [, under] = SETEXT.exec(lines[at + 1] ?? "") ?? [];
  const isParagraph =
    line.trim() !== "" && !/^\s*(?:[-*+>|]|\d+[.)])/.test(line) && (lines[at - 1] ?? "").trim() === "";
  return under !== undefined && under.length >= 2 && isParagraph
    ? { level: under.startsWith("=") ? 1 : 2, text: line.trim(), isSetext: true }
    : null;
}

function labelOf(line: string): { part: PostMortemPart; text: string; inList: boolean } | null {
  const bold = BOLD_LABEL.exec(line)?.groups;
  // bold words within a sentence are not a label
  const isLabel = bold !== undefined && (bold.inner ?? bold.outer ?? (bold.text === "" ? "" : undefined)) !== undefined;
  const groups = isLabel ? bold : (ROW.exec(line)?.groups ?? PLAIN_LABEL.exec(line)?.groups);
  const label = groups?.label ?? "";
  const part = bareHeading(label) === "" ? null : partOf(label);
  if (part === null || bareHeading(label).split(" ").length > 6) return null;
  return {
    part,
    text: (groups?.text ?? "").trim(),
    inList: groups?.bullet !== undefined || line.trimStart().startsWith("|"),
  };
}
