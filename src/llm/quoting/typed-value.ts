import { maskedText } from "./masked-text.ts";
import { refusedName } from "./names.ts";
import { typedToken } from "./typed-token.ts";

/** Most names of a list that are shown. */
const MOST_NAMES = 12;

/**
 * A value of a fact, label or attribute as a model may see it: a number, a time, a code, a name or a list of known
 * names as it is; any other text masked.
 */
export function typedValue(value: string, names: ReadonlySet<string> = new Set()): string {
  const text = value.trim();
  if (text === "") return "";
  if (!/\s/.test(text)) {
    const typed = typedToken(text);
    if (typed !== null) return typed;
    if (refusedName(text) === null) return text;
  }
  const parts = text.split(/,\s*/);
  if (
    parts.length > 1 &&
    parts.length <= MOST_NAMES &&
    parts.every((part) => refusedName(part) === null) &&
    parts.every((part) => names.has(part))
  )
    return parts.join(", ");
  return maskedText(text, names);
}
