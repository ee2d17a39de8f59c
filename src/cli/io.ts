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

const ended = (text: string): string => (text.endsWith("\n") ? text : `${text}\n`);
export const print = ({ stdout }: Io, text: string): void => void stdout.write(ended(text));
export const tell = ({ stderr }: Io, text: string): void => void stderr.write(ended(text));
