import { createInterface } from "node:readline";

/** Lines that somebody types. */
export type LineReader = {
  /** @returns null at the end of the input. @throws the reason of `signal`. */
  next(signal: AbortSignal): Promise<string | null>;
  close(): void;
};

/** Keeps lines that come before they are wanted. */
export function lineReader(input: NodeJS.ReadableStream): LineReader {
  const reader = createInterface({ input, terminal: false, crlfDelay: Infinity });
  const kept: string[] = [];
  let hasEnded = false;
  let waiting: ((line: string | null) => void) | null = null;
  reader.on("line", (line) => {
    if (waiting === null) kept.push(line);
    else waiting(line);
  });
  reader.on("close", () => {
    hasEnded = true;
    waiting?.(null);
  });
  return {
    next: (signal) =>
      new Promise((resolve, reject) => {
        const first = kept.shift();
        if (first !== undefined) return resolve(first);
        if (hasEnded) return resolve(null);
        if (signal.aborted) return reject(signal.reason);
        const stop = (): void => {
          waiting = null;
          reject(signal.reason);
        };
        signal.addEventListener("abort", stop, { once: true });
        waiting = (line) => {
          waiting = null;
          signal.removeEventListener("abort", stop);
          resolve(line);
        };
      }),
    close: () => reader.close(),
  };
}
