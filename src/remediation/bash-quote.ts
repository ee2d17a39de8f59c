/** Longest value of a script, bytes. Kubernetes names have at most 253; `ns/Kind/name` stays under 400. */
const MAX_VALUE_BYTES = 1024;

export type Quoted = { ok: true; bash: string } | { ok: false; why: string };

/** Characters without a special meaning for bash in an argument: they need no quotes. */
const PLAIN = /^[A-Za-z0-9_./:=,@%+-]+$/;
/**
 * Control, format, filler, separator and unassigned characters, and special spaces. bash keeps them inside quotes, but
 * a
 * reviewer would not see them.
 */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/u;

/**
 * Quotes an untrusted value as one bash word that expands to exactly its UTF-8 bytes. Uses single quotes, in which bash
 * interprets nothing. A value with invisible characters becomes `$'…'` with each such byte as `\xHH`, so that a
 * reviewer
 * reads exactly what the program gets.
 *
 * @returns `ok: false` with the reason if no argument can carry the value (NUL, half of a surrogate pair), or it is
 *   longer
 *   than {@link MAX_VALUE_BYTES}.
 * @see Bash Reference Manual 3.1.2.2 Single Quotes, 3.1.2.4 ANSI-C Quoting.
 */
export function quoteValue(value: string): Quoted {
  if (value.includes("\0")) return { ok: false, why: "it holds a NUL character, which no program argument can carry" };
  if (!value.isWellFormed()) return { ok: false, why: "it holds half of a surrogate pair, which is not valid text" };
  const bytes = Buffer.byteLength(value, "utf8");
  if (bytes > MAX_VALUE_BYTES) return { ok: false, why: `it is ${bytes} bytes long; the limit is ${MAX_VALUE_BYTES}` };
  return { ok: true, bash: UNSEEN.test(value) ? ansiQuoted(value) : singleQuoted(value) };
}

/** Quotes a trusted text, such as a runbook's own words. Adds no quotes if none are needed, which reads better. */
export const quoteText = (text: string): string => (PLAIN.test(text) ? text : singleQuoted(text));

const singleQuoted = (value: string): string => `'${value.replaceAll("'", String.raw`'\''`)}'`;

/** Writes bytes, not `\uHHHH`, which depends on the shell's locale. */
const ansiQuoted = (value: string): string => `$'${[...value].map(ansiChar).join("")}'`;

const ansiChar = (char: string): string =>
  UNSEEN.test(char) ? hexBytes(char) : char.replace(/[\\']/, String.raw`\$&`);

const hexBytes = (char: string): string =>
  [...Buffer.from(char, "utf8")].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
