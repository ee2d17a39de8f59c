/** A literal of Python, as a value of JavaScript. Keys of a dict become strings; a tuple becomes a list. */
export type PythonValue = string | number | boolean | null | PythonValue[] | { [key: string]: PythonValue };
export type PythonArguments = { args: PythonValue[]; named: Record<string, PythonValue> };

/** Why a text is not what is expected, for the reader of the call. */
class NotLiteral extends Error {}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\u0007",
  b: "\b",
  f: "\f",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
  "\n": "",
};
const CONSTANTS: Readonly<Record<string, boolean | null>> = { True: true, False: false, None: null };

const ESCAPED = /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))/g;
/** Escapes that Python does not know keep their backslash. */
const unescape = (text: string): string =>
  text.replace(ESCAPED, (whole, octal: string, x: string, u: string, long: string, character: string) => {
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
    const hex = x ?? u ?? long;
    if (hex === undefined) return ESCAPES[character] ?? whole;
    const code = Number.parseInt(hex, 16);
    if (code > 0x10ffff) throw new NotLiteral(`${whole} is no character`);
    return String.fromCodePoint(code);
  });

const STRING =
  /([rRuU]?)(?:"""((?:[^\\]|\\[\s\S])*?)"""|'''((?:[^\\]|\\[\s\S])*?)'''|"((?:[^"\\\n]|\\[\s\S])*)"|'((?:[^'\\\n]|\\[\s\S])*)')/y;
const NUMBER = /(?:0[xX][0-9a-fA-F_]+|(?:\d[\d_]*)?\.?\d[\d_]*\.?(?:[eE][+-]?\d+)?)/y;
const NAME = /[A-Za-z_]\w*/y;
const SPACE = /[\s]*/y;
const MAX_DEPTH = 100;

/** Reads the text from left to right. `at`: the next character. */
class Reader {
  private at = 0;
  private readonly text: string;
  constructor(text: string) {
    this.text = text;
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found !== null) this.at += found[0].length;
    return found;
  }
  skipSpace(): void {
    this.match(SPACE);
  }
  take(character: string): boolean {
    this.skipSpace();
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }
  isAtEnd(): boolean {
    this.skipSpace();
    return this.at >= this.text.length;
  }
  expect(character: string): void {
    if (!this.take(character)) throw new NotLiteral(`"${character}" is missing`);
  }

  /** The name before `=`, if this argument has one. */
  keyword(): string | null {
    this.skipSpace();
    const start = this.at;
    const name = this.match(NAME)?.[0];
    if (name !== undefined && !(name in CONSTANTS) && this.take("=") && this.text[this.at] !== "=") return name;
    this.at = start;
    return null;
  }

  /** Strings that follow each other are one string. */
  private strings(): string | null {
    let joined: string | null = null;
    for (;;) {
      this.skipSpace();
      const found = this.match(STRING);
      if (found === null) return joined;
      const [, prefix = "", ...bodies] = found;
      const body = bodies.find((one) => one !== undefined) ?? "";
      joined = (joined ?? "") + (prefix.toLowerCase() === "r" ? body : unescape(body));
    }
  }

  private items(close: string, item: () => void): number {
    let commas = 0;
    while (!this.take(close)) {
      item();
      if (this.take(",")) commas += 1;
      else {
        this.expect(close);
        break;
      }
    }
    return commas;
  }

  /** @param isArgument a tuple may be an argument, but not a part of one: so AIOpsLab's parser has it. */
  value(depth: number, isArgument = false): PythonValue {
    if (depth > MAX_DEPTH) throw new NotLiteral("it is nested too deeply");
    const text = this.strings();
    if (text !== null) return text;
    if (this.take("[")) {
      const list: PythonValue[] = [];
      this.items("]", () => list.push(this.value(depth + 1)));
      return list;
    }
    if (this.take("(")) {
      const parts: PythonValue[] = [];
      const commas = this.items(")", () => parts.push(this.value(depth + 1)));
      const [only] = parts;
      if (parts.length === 1 && commas === 0 && only !== undefined) return only;
      if (!isArgument) throw new NotLiteral("a tuple inside another value is not supported");
      return parts;
    }
    if (this.take("{")) {
      const entries: [string, PythonValue][] = [];
      this.items("}", () => {
        const key = this.value(depth + 1);
        if (typeof key === "object" && key !== null) throw new NotLiteral("a list or dict is no key");
        this.expect(":");
        entries.push([String(key), this.value(depth + 1)]);
      });
      return Object.fromEntries(entries);
    }
    const number = this.match(NUMBER)?.[0];
    if (number !== undefined) {
      const value = Number(number.replaceAll("_", ""));
      if (Number.isNaN(value)) throw new NotLiteral(`${number} is no number`);
      return value;
    }
    const name = this.match(NAME)?.[0];
    const constant = name === undefined ? undefined : CONSTANTS[name];
    if (constant === undefined)
      throw new NotLiteral(
        name === undefined ? `"${this.text.slice(this.at, this.at + 20)}" is no literal` : `${name} is no literal`,
      );
    return constant;
  }
}

/**
 * Reads the arguments of a call in Python's syntax, such as `"geo", 5` or `command="ls"`. Literals only: strings,
 * numbers, True, False, None, lists, dicts. Negative numbers, names and expressions are refused, as AIOpsLab refuses
 * them.
 *
 * @returns the arguments, or why they cannot be read.
 * @see https://docs.python.org/3/reference/expressions.html#calls
 */
export function readPythonArguments(text: string): PythonArguments | { problem: string } {
  const reader = new Reader(text);
  const args: PythonValue[] = [];
  const named: [string, PythonValue][] = [];
  try {
    while (!reader.isAtEnd()) {
      const keyword = reader.keyword();
      const value = reader.value(0, keyword === null);
      if (keyword !== null) named.push([keyword, value]);
      else if (named.length > 0) return { problem: "a positional argument follows a named one" };
      else args.push(value);
      if (!reader.take(",") && !reader.isAtEnd()) return { problem: "a comma is missing between two arguments" };
    }
  } catch (error) {
    if (error instanceof NotLiteral) return { problem: error.message };
    throw error;
  }
  return { args, named: Object.fromEntries(named) };
}
