/** Control, format, invisible and lone surrogate characters, and blanks other than the plain space. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;
/** A third stacked accent and more: they climb into other lines. */
const STACKED = /(?<=\p{M}{2})\p{M}/gu;

/**
 * Splits a script or a file into lines for review before approval. Visible characters and blanks stay as they are; any
 * other character shows as its code point (`⟨U+202E⟩`). Nothing is cut or dropped.
 */
export const faithfulLines = (text: string): string[] =>
  text
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => line.replace(UNSEEN, byNumber).replace(STACKED, byNumber));

const byNumber = (character: string): string =>
  `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`;
