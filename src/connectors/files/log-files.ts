import { createReadStream } from "node:fs";
import type { FetchOptions } from "../../domain/ports.ts";
import { readBytes } from "./bytes.ts";
import { codingOf } from "./folder.ts";
import { fileProblems } from "./problems.ts";

/** Standard input. */
const STDIN = "-";
const READ_BYTES = 256 * 1024;

/**
 * The decompressed bytes of a log file (plain, gzip, zstd), or of standard input. If its end is
 * damaged, yields everything before.
 */
async function* open(path: string, { signal, onProblem }: FetchOptions = {}): AsyncGenerator<Uint8Array> {
  if (path === STDIN) {
    for await (const chunk of createReadStream("", { fd: 0, autoClose: false, highWaterMark: READ_BYTES })) {
      signal?.throwIfAborted();
      yield chunk as Uint8Array;
    }
    return;
  }
  const problems = fileProblems(path, onProblem);
  try {
    yield* readBytes({ path, origin: path, coding: codingOf(path) }, problems, signal);
  } finally {
    problems.close();
  }
}

/** Log files named on the command line. */
export const logFiles = { open, isPlain: (path: string): boolean => codingOf(path) === "plain" };
