import type { Env } from "../config.ts";

/** A stream that a command writes to. `columns` is known on a terminal. */
export type Sink = NodeJS.WritableStream & { isTTY?: boolean; columns?: number };

/** The environment of a command. */
export type Io = {
  /** For the result only. */
  stdout: Sink;
  /** For progress, hints, errors and the log. */
  stderr: Sink;
  /** Opened only when it is read. */
  stdin: () => NodeJS.ReadableStream;
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

/** Control characters and direction marks, except line ends, tabs and our own colours. */
// eslint-disable-next-line no-control-regex
const CONTROL = /(?![\n\t]|\u001b\[(?:[12]|22|3[12369])m)[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Escapes control characters like JSON does, because any line may quote somebody else's text. JSON output stays the
 * same.
 */
const harmless = (text: string): string =>
  text.replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);

const ended = (text: string): string => harmless(text.endsWith("\n") ? text : `${text}\n`);
export const print = ({ stdout }: Io, text: string): void => void stdout.write(ended(text));
export const tell = ({ stderr }: Io, text: string): void => void stderr.write(ended(text));
