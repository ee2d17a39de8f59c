const TOKEN =
  /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|[A-Za-z_$][\w$]*|\d[\d_]*(?:\.\d+)?|[<>!=]=+|&&|\|\||[<>]/g;

/**
 * Splits a line of code into identifiers, numbers, quoted strings and comparisons, in order; brackets and the like are
 * left out.
 */
export const codeTokens = (line: string): string[] => line.match(TOKEN) ?? [];

export const isText = (token: string): boolean => /^["'`]/.test(token);
export const isNumber = (token: string): boolean => /^\d/.test(token);
export const isComparison = (token: string): boolean => /^(?:[<>!=]=*|&&|\|\|)$/.test(token);

/**
 * Finds called names: what precedes an opening bracket, except keywords. `method`: called on something (`db.query(`).
 */
export function calls(line: string): { name: string; method: boolean }[] {
  const found: { name: string; method: boolean }[] = [];
  for (const [, dot, name] of line
    .replace(/"(?:[^"\\]|\\.)*"/g, '""')
    .matchAll(/(\.|->|::)?\s*([A-Za-z_$][\w$]*)\s*(?:\[[\w.*]+\])?\(/g)) {
    if (name && !KEYWORD.has(name)) found.push({ name, method: dot !== undefined });
  }
  return found;
}

const KEYWORD = new Set([
  "if",
  "for",
  "while",
  "switch",
  "return",
  "catch",
  "func",
  "function",
  "def",
  "elif",
  "match",
  "select",
  "make",
  "new",
  "append",
  "len",
  "cap",
  "string",
  "int",
  "print",
]);

/** Finds the names of functions that a line defines. */
export const defined = (line: string): string[] =>
  [...line.matchAll(/\b(?:func|function|def|fn)\s+(?:\([^)]*\)\s*)?([A-Za-z_$][\w$]*)/g)].flatMap(
    ([, name]) => name ?? [],
  );
