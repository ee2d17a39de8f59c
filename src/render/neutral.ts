/** Longest text of somebody else's that a report shows in one place, in UTF-16 units. */
const MAX_TEXT = 400;

const C0_PICTURES = 0x2400;
const DELETE_PICTURE = "\u2421";

/**
 * One line of text that shows, and does, nothing but itself. Whoever writes a log line chooses its bytes: an escape sequence
 * would repaint the terminal, a bidirectional mark would reorder a command, a stack of accents would climb into other lines.
 *
 * Line breaks and tabs become spaces; other control characters become their pictures (ESC shows as ␛); invisible
 * characters vanish; of stacked accents two stay; lone surrogates become U+FFFD. Longer than `maxLength`: cut, with "…".
 */
export function neutral(text: string, maxLength = MAX_TEXT): string {
  // Cut first, so that a line of 200 MB costs nothing; twice as much as is kept, since some of it vanishes.
  const shown = text
    .slice(0, maxLength * 2)
    .toWellFormed()
    .replace(/[\s\p{Zl}\p{Zp}\p{Zs}]+/gu, " ")
    .replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, "")
    .replace(/\p{Cc}/gu, pictureOf)
    .replace(/(\p{M}{2})\p{M}+/gu, "$1")
    .trim();
  const isWhole = shown.length <= maxLength && text.length <= maxLength * 2;
  return isWhole
    ? shown
    : `${shown
        .slice(0, maxLength - 1)
        .toWellFormed()
        .replace(/\uFFFD$/, "")
        .trimEnd()}…`;
}

function pictureOf(control: string): string {
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(C0_PICTURES + code);
  return code === 0x7f ? DELETE_PICTURE : "\uFFFD"; // C1 has no pictures, and some terminals obey it
}
