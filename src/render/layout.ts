import { styleText } from "node:util";
import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

/** Narrower than this, nothing can be laid out. Wider lines are hard to read. */
const NARROWEST = 40;
const WIDEST = 120;
const LABEL_COLUMNS = 12;

export type Style = "bold" | "dim" | "red" | "yellow" | "green" | "cyan";
export type Paint = (style: Style | Style[], text: string) => string;

/** Width in columns, and how to colour text. */
export type TextLayout = { width: number; paint: Paint };

export const textLayout = ({ color, width }: { color: boolean; width: number }): TextLayout => ({
  width: Number.isFinite(width) ? Math.min(WIDEST, Math.max(NARROWEST, Math.floor(width))) : WIDEST,
  paint: color ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text,
});

/** An address at the start of a word. */
const ADDRESS = /(?:^|\s)https?:\/\//;

/**
 * Wraps `text` to the width: `first` comes before its first line, as many blanks before the others. Words longer than a
 * line are cut, except addresses: a cut address is useless.
 */
export function hang({ width }: TextLayout, first: string, text: string): string[] {
  const indent = columnsOf(first);
  const cut = (line: string): string[] => wrapAnsi(line, width - indent, { hard: true, trim: true }).split("\n");
  const lines = ADDRESS.test(text)
    ? wrapAnsi(text, width - indent, { hard: false, trim: true })
        .split("\n")
        .flatMap((line) => (ADDRESS.test(line) ? [line] : cut(line)))
    : cut(text);
  return lines.map((line, i) => ((i === 0 ? first : " ".repeat(indent)) + line).trimEnd());
}

/** How many columns of a terminal a text takes. */
export const columnsOf = (text: string): number => stringWidth(text);

export const padded = (text: string, columns: number): string =>
  text + " ".repeat(Math.max(0, columns - columnsOf(text)));

/** A heading with its lines, after a blank line. Nothing where there are no lines. */
export const section = ({ paint }: TextLayout, heading: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ["", paint("bold", heading), ...lines];

/** "Began       2026-11-23 08:41:02 UTC": a label in its own column. Nothing where `text` is null or empty. */
export const field = (layout: TextLayout, label: string, text: string | null): string[] =>
  text === null || text === "" ? [] : hang(layout, layout.paint("dim", padded(label, LABEL_COLUMNS)), text);

export const bullet = (layout: TextLayout, text: string): string[] => hang(layout, "  • ", text);

/** A command, never wrapped: half a command is another command. `note` follows as a comment of the shell. */
export const shell = ({ paint }: TextLayout, indent: string, text: string, note = ""): string =>
  `${indent}${paint("dim", "$")} ${paint("cyan", text)}${note === "" ? "" : paint("dim", `  # ${note}`)}`;
