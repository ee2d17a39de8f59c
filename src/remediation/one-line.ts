/**
 * Control, format (bidirectional overrides, zero-width), filler, surrogate and line-separator characters. They could
 * end a
 * comment, forge a line, or hide from a reviewer what is really there.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]+/gu;

/**
 * Untrusted text as one visible line of at most `maxChars` code points. For comments, titles and reasons, never for
 * values.
 */
export function oneLine(text: string, maxChars = 200): string {
  const seen = [
    ...text
      .slice(0, maxChars * 8)
      .replace(UNSEEN, " ")
      .replace(/ {2,}/g, " ")
      .trim(),
  ];
  return seen.length > maxChars ? `${seen.slice(0, maxChars - 1).join("")}…` : seen.join("");
}
