import type { types } from "@slack/bolt";
import { webAddress } from "../../domain/web-address.ts";
import { neutral } from "../neutral.ts";

// Somebody else's text goes into rich text only. Rich text elements are typed, so Slack parses no mention, link, emoji
// or format in them, and nothing needs escaping.

export type Block = types.KnownBlock;
type Inline = types.RichTextElement;
type Style = "bold" | "italic" | "code";

/** Slack refuses a longer address. */
const MAX_URL = 3_000;
/** Slack refuses an empty text. */
const EMPTY = "(empty)";

export const words = (text: string, ...styles: Style[]): Inline => ({
  type: "text",
  text: text === "" ? EMPTY : text,
  ...(styles.length === 0 ? {} : { style: Object.fromEntries(styles.map((style) => [style, true])) }),
});

/**
 * Somebody else's text on one line, cut at `maxLength` if given. A leading blank stays: it separates the text from what
 * precedes it.
 */
export const quoted = (text: string, maxLength?: number, ...styles: Style[]): Inline =>
  words((text.startsWith(" ") ? " " : "") + neutral(text, maxLength), ...styles);
export const code = (text: string, maxLength = 120): Inline => quoted(text, maxLength, "code");
/** A link with our own words; nothing for an address that is none, or longer than Slack takes. */
export function link(text: string, address: string | null | undefined): Inline[] {
  const url = typeof address === "string" ? webAddress(address) : null;
  return url === null || url.length > MAX_URL ? [] : [{ type: "link", url, text }];
}
export const person = (userId: string): Inline => ({ type: "user", user_id: userId });

export const line = (...elements: Inline[]): types.RichTextSection => ({ type: "rich_text_section", elements });
export const list = (style: "bullet" | "ordered", items: readonly Inline[][]): types.RichTextList => ({
  type: "rich_text_list",
  style,
  elements: items.map((elements) => line(...elements)),
});
/** Preformatted lines, in a box of their own. */
export const verbatim = (text: string): types.RichTextPreformatted => ({
  type: "rich_text_preformatted",
  elements: [{ type: "text", text: text === "" ? EMPTY : text }],
});
export const rich = (...elements: types.RichTextBlockElement[]): types.RichTextBlock => ({
  type: "rich_text",
  elements,
});

/** A heading over a list; nothing when the list is empty. */
export const listed = (heading: string, style: "bullet" | "ordered", items: readonly Inline[][]): Block[] =>
  items.length === 0 ? [] : [rich(line(words(heading, "bold")), list(style, items))];

/** " E1, E4", or nothing. */
export const cite = (ids: readonly string[]): Inline[] =>
  ids.length === 0
    ? []
    : [
        words(" "),
        code(
          `${ids
            .slice(0, 5)
            .map((id) => neutral(id, 20))
            .join(", ")}${ids.length > 5 ? ", …" : ""}`,
        ),
      ];

export const plain = (text: string): types.PlainTextElement => ({ type: "plain_text", text, emoji: false });
/**
 * Somebody else's text where Slack allows only plain text. Characters that Slack decodes or may parse become
 * look-alikes.
 */
export const plainQuote = (text: string, maxLength: number): types.PlainTextElement =>
  plain(
    neutral(text.slice(0, maxLength * 2), maxLength)
      .replaceAll("<", "‹")
      .replaceAll(">", "›")
      .replaceAll("&", "＆") || EMPTY,
  );

export const button = (label: string, actionId: string, value: string, style?: "primary" | "danger"): types.Button => ({
  type: "button",
  text: plain(label),
  action_id: actionId,
  value,
  ...(style === undefined ? {} : { style }),
});

/** How much text a block shows, in UTF-16 units. */
export const lengthOf = (block: Block): number =>
  JSON.stringify(block)
    .match(/"text":"((?:[^"\\]|\\.)*)"/g)
    ?.reduce((sum, found) => sum + found.length - '"text":""'.length, 0) ?? 0;
