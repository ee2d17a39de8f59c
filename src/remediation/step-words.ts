/** A part of a word: literal text, or the value of a parameter. */
export type WordPart = { kind: "text"; text: string } | { kind: "value"; name: string };
export type Word = readonly WordPart[];
export type Words = { ok: true; words: readonly Word[] } | { ok: false; why: string };

/** Characters that are literal for bash outside quotes. All others must be quoted. */
const BARE = /[A-Za-z0-9_./:=,@%+-]/;
const PLACE = /^\$\{([A-Z][A-Z0-9_]*)\}/;

/**
 * Reads one line of a step script like bash, restricted to words, single and double quotes, and `"${NAME}"`. No pipes,
 * redirections, substitutions, globs or lists: a line is one command, and its values can only be arguments.
 *
 * @returns the words in order, or why the line is refused.
 */
export function readWords(line: string): Words {
  const words: Word[] = [];
  let parts: WordPart[] | null = null;
  let at = 0;
  const add = (part: WordPart): void => {
    const known: WordPart[] = parts ?? [];
    const last = known.at(-1);
    if (part.kind === "text" && last?.kind === "text")
      known[known.length - 1] = { kind: "text", text: last.text + part.text };
    else known.push(part);
    parts = known;
  };
  const close = (): void => {
    if (parts !== null) words.push(parts);
    parts = null;
  };
  while (at < line.length) {
    const char = line.charAt(at);
    if (char === " " || char === "\t") {
      close();
      at += 1;
    } else if (char === "'") {
      const end = line.indexOf("'", at + 1);
      if (end < 0) return { ok: false, why: "a single quote is not closed" };
      add({ kind: "text", text: line.slice(at + 1, end) });
      at = end + 1;
    } else if (char === '"') {
      const quoted = readDoubleQuoted(line, at + 1);
      if (!quoted.ok) return quoted;
      for (const part of quoted.parts) add(part);
      at = quoted.end;
    } else if (BARE.test(char)) {
      add({ kind: "text", text: char });
      at += 1;
    } else if (PLACE.test(line.slice(at))) {
      return { ok: false, why: `${PLACE.exec(line.slice(at))?.[0]} must be in double quotes` };
    } else {
      return { ok: false, why: `"${char}" is not allowed outside quotes: a line is one command of plain words` };
    }
  }
  close();
  return { ok: true, words };
}

type DoubleQuoted = { ok: true; parts: WordPart[]; end: number } | { ok: false; why: string };

/** Reads from after the opening quote to after the closing one. Empty quotes give one empty text, as in bash. */
function readDoubleQuoted(line: string, start: number): DoubleQuoted {
  const parts: WordPart[] = [{ kind: "text", text: "" }];
  let at = start;
  while (at < line.length) {
    const char = line.charAt(at);
    if (char === '"')
      return {
        ok: true,
        parts: parts.length > 1 ? parts.filter((part) => part.kind === "value" || part.text !== "") : parts,
        end: at + 1,
      };
    const place = PLACE.exec(line.slice(at));
    if (place?.[1] !== undefined) {
      parts.push({ kind: "value", name: place[1] });
      at += place[0].length;
    } else if (char === "$" || char === "`" || char === "\\") {
      return {
        ok: false,
        why: `"${char}" in double quotes is only allowed as "\${NAME}"; use single quotes for plain text`,
      };
    } else {
      parts.push({ kind: "text", text: char });
      at += 1;
    }
  }
  return { ok: false, why: "a double quote is not closed" };
}

/** The text of a word without values; null if it has one. */
export function literal(word: Word | undefined): string | null {
  if (word === undefined || word.some((part) => part.kind === "value")) return null;
  return word.map((part) => (part.kind === "text" ? part.text : "")).join("");
}

/** The parameter names in a word. */
export const valuesOf = (word: Word): string[] => word.flatMap((part) => (part.kind === "value" ? [part.name] : []));
