/** Words of PromQL that stand beside another word. */
const KEYWORDS = new Set(
  "by without and or unless atan2 on ignoring group_left group_right offset bool start end inf nan".split(" "),
);
/** Names, numbers with units, brackets, operators, and strings. No comments, no backticks, no escapes. */
const TOKEN = /\s+|[A-Za-z_][A-Za-z0-9_:]*|\d[0-9A-Za-z.]*|"[^"\\\n]*"|'[^'\\\n]*'|[(){}[\],]|[=!<>]=?~?|[-+*/%^@:.]/y;
/** The value of a matcher: names and patterns of names, nothing that reads as a sentence or an address. */
const VALUE = /^[A-Za-z0-9_.:/|*+?^$()[\]{}~@-]{0,120}$/;
const ADDRESS = /:\/\/|\bwww\./i;
const MAX_CHARS = 600;

/**
 * The expression of an alert, if it reads as PromQL and as nothing else; null if not. A sender of alerts can write any
 * text there, and a person reads it at night beside a script: a comment or a label's value could be an order. It is
 * shown only; no script runs it.
 */
export function plainExpression(expression: string): string | null {
  if (expression.length > MAX_CHARS || ADDRESS.test(expression)) return null;
  let wasWord = false;
  for (let at = 0; at < expression.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(expression)?.[0];
    if (token === undefined) return null;
    if (/^["']/.test(token) && !VALUE.test(token.slice(1, -1))) return null;
    if (/^\s/.test(token)) continue;
    const isWord = /^[A-Za-z_]/.test(token) && !KEYWORDS.has(token.toLowerCase());
    if (isWord && wasWord) return null;
    wasWord = isWord;
  }
  return expression.replaceAll(/\s+/g, " ").trim() || null;
}
