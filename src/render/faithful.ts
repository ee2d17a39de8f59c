/** Control, format, invisible and lone surrogate characters, and blanks that are no plain space. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;
/** Accents on top of two others climb into other lines. */
const STACKED = /(?<=\p{M}{2})\p{M}/gu;

/**
 * A script or a file line by line, to be judged before it is approved: every character that can be seen stands as it is, blanks
 * included, and any other shows by its number (`⟨U+202E⟩`). Nothing is cut or dropped.
 */
export const faithfulLines = (text: string): string[] =>
  text
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => line.replace(UNSEEN, byNumber).replace(STACKED, byNumber));

const byNumber = (character: string): string =>
  `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`;
