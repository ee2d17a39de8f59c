import type { Env } from "../config.ts";

/** A stream that a command writes to. `columns` is known on a terminal. */
export type Sink = NodeJS.WritableStream & { isTTY?: boolean; columns?: number };

/** What a command touches of the world around it. */
export type Io = {
  /** For the result alone. */
  stdout: Sink;
  /** For progress, hints, errors and the log. */
  stderr: Sink;
  env: Env;
  /** Aborted when the user interrupts. */
  signal: AbortSignal;
  now: () => number;
};

const DEFAULT_WIDTH = 80;

export const layoutFor = ({ stdout }: Io, color: boolean): { color: boolean; width: number } => ({
  color: color && stdout.isTTY === true,
  width: stdout.columns ?? DEFAULT_WIDTH,
});

/** What a terminal obeys, or what turns the direction of reading round. Ends of lines, tabs and our own colours are meant. */
// eslint-disable-next-line no-control-regex
const OBEYED = /(?![\n\t]|\u001b\[(?:[12]|22|3[12369])m)[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Somebody else's text may stand in any line. Written as JSON writes them, such characters do nothing, and JSON stays the JSON it was. */
const harmless = (text: string): string =>
  text.replace(OBEYED, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);

const ended = (text: string): string => harmless(text.endsWith("\n") ? text : `${text}\n`);
export const print = ({ stdout }: Io, text: string): void => void stdout.write(ended(text));
export const tell = ({ stderr }: Io, text: string): void => void stderr.write(ended(text));
