/** Longest value that a script takes, in bytes. The longest Kubernetes name is 253; `ns/Kind/name` stays under 400. */
const MAX_VALUE_BYTES = 1024;

export type Quoted = { ok: true; bash: string } | { ok: false; why: string };

/** Needs no quotes: none of these means anything to bash in an argument. */
const PLAIN = /^[A-Za-z0-9_./:=,@%+-]+$/;
/** Control, format, filler, separator and unassigned characters, and blanks that are no plain space: bash keeps them inside quotes, but a reviewer would not see them. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/u;

/**
 * Quotes a value of unknown origin as one bash word that expands to exactly its UTF-8 bytes.
 * Single quotes, in which bash interprets nothing; where the value holds characters that cannot be seen, `$'…'` with every
 * such byte as `\xHH`, so that what a reviewer reads is what the program gets.
 *
 * @returns `ok: false` with the reason for a value that no argument can carry (NUL, half a surrogate pair) or that is
 *   longer than {@link MAX_VALUE_BYTES}.
 * @see Bash Reference Manual 3.1.2.2 Single Quotes, 3.1.2.4 ANSI-C Quoting.
 */
export function quoteValue(value: string): Quoted {
  if (value.includes("\0")) return { ok: false, why: "it holds a NUL character, which no program argument can carry" };
  if (!value.isWellFormed()) return { ok: false, why: "it holds half of a surrogate pair, which is not text" };
  const bytes = Buffer.byteLength(value, "utf8");
  if (bytes > MAX_VALUE_BYTES)
    return { ok: false, why: `it is ${bytes} bytes long, and at most ${MAX_VALUE_BYTES} are taken` };
  return { ok: true, bash: UNSEEN.test(value) ? ansiQuoted(value) : singleQuoted(value) };
}

/** Quotes a text of ours (a runbook's own words), bare where that is safe, because it reads better. */
export const quoteText = (text: string): string => (PLAIN.test(text) ? text : singleQuoted(text));

const singleQuoted = (value: string): string => `'${value.replaceAll("'", String.raw`'\''`)}'`;

/** Bytes, not `\uHHHH`: those depend on the locale of the shell. */
const ansiQuoted = (value: string): string =>
  `$'${[...value].map((char) => (UNSEEN.test(char) ? hexBytes(char) : char.replace(/[\\']/, String.raw`\$&`))).join("")}'`;

const hexBytes = (char: string): string =>
  [...Buffer.from(char, "utf8")].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
