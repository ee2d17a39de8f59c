/** Longest piece of somebody else's text in a report, in UTF-16 units. */
const MAX_TEXT = 400;

const C0_PICTURES = 0x2400;
const DELETE_PICTURE = "\u2421";

/**
 * Makes text safe to show on one line. Whoever writes a log line chooses its bytes: an escape sequence would repaint
 * the terminal, a bidirectional mark would reorder a command, stacked accents would climb into other lines.
 *
 * Line breaks and tabs become spaces. Other control characters become their pictures (ESC shows as ␛). Invisible
 * characters vanish. Two stacked accents stay, more vanish. Lone surrogates become U+FFFD. Text longer than `maxLength`
 * is cut, with "…".
 */
export function neutral(text: string, maxLength = MAX_TEXT): string {
  // Cut first, so that a line of 200 MB costs nothing. Keep twice the limit, because some characters vanish.
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
  return code === 0x7f ? DELETE_PICTURE : "\uFFFD"; // C1 controls have no pictures, and some terminals obey them
}
