import { styleText } from "node:util";
import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

/** Narrower than this nothing can be laid out; wider lines than that are hard to read. */
const NARROWEST = 40;
const WIDEST = 120;

export type Style = "bold" | "dim" | "red" | "yellow" | "green" | "cyan";
export type Paint = (style: Style | Style[], text: string) => string;

/** How wide, and how text is coloured. */
export type Layout = { width: number; paint: Paint };

export const layoutOf = ({ color, width }: { color: boolean; width: number }): Layout => ({
  width: Number.isFinite(width) ? Math.min(WIDEST, Math.max(NARROWEST, Math.floor(width))) : WIDEST,
  paint: color ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text,
});

/** `text` wrapped to the width: `first` stands before its first line, as many blanks before the others. */
export function hang({ width }: Layout, first: string, text: string): string[] {
  const indent = columnsOf(first);
  const lines = wrapAnsi(text, width - indent, { hard: true, trim: true }).split("\n");
  return lines.map((line, i) => ((i === 0 ? first : " ".repeat(indent)) + line).trimEnd());
}

/** How many columns of a terminal a text takes. */
export const columnsOf = (text: string): number => stringWidth(text);

export const padded = (text: string, columns: number): string =>
  text + " ".repeat(Math.max(0, columns - columnsOf(text)));

/** A heading with its lines, a blank line before it. Nothing at all where there are no lines. */
export const section = ({ paint }: Layout, heading: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ["", paint("bold", heading), ...lines];
