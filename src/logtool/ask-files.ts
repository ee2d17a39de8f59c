import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type AskSession, askSession } from "../ask/ask-session.ts";
import { logFilesSource } from "../ask/log-files-source.ts";
import type { FetchOptions } from "../domain/ports.ts";
import { type LogFiles, STDIN } from "./log-files.ts";

const OWNER_ONLY = 0o600;

/**
 * Opens log files for plans. A plan reads them more than once, so standard input goes to a temporary file, which is
 * deleted at the end.
 *
 * @throws {IncidentError} CONFIG when a file cannot be read.
 */
export async function withAskSession<T>(
  files: LogFiles,
  paths: readonly string[],
  { referenceMs, signal, onProblem }: FetchOptions & { referenceMs: number | null },
  use: (session: AskSession) => Promise<T>,
): Promise<T> {
  const kept = paths.includes(STDIN) ? await mkdtemp(join(tmpdir(), "causeway-ask-")) : null;
  try {
    const input = kept === null ? "" : join(kept, "stdin.log");
    if (kept !== null)
      await pipeline(files.open(STDIN, { signal, onProblem }), createWriteStream(input, { mode: OWNER_ONLY }), {
        signal,
      });
    // A damaged file is reported once, not at each reading.
    const reported = new Set<string>();
    const logs = paths.map((path) => ({
      origin: path,
      open: () =>
        files.open(path === STDIN ? input : path, {
          signal,
          onProblem: (problem) => {
            const key = `${problem.line} ${problem.what}`;
            if (!reported.has(key)) onProblem?.(problem);
            reported.add(key);
          },
        }),
    }));
    return await use(askSession(logFilesSource(logs, { referenceMs, signal }), signal));
  } finally {
    if (kept !== null) await rm(kept, { recursive: true, force: true });
  }
}
