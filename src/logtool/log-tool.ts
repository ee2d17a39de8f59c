import { stat } from "node:fs/promises";
import type { AskSession } from "../ask/ask-session.ts";
import type { FetchOptions } from "../domain/ports.ts";
import { withAskSession } from "./ask-files.ts";
import type { LogFiles } from "./log-files.ts";
import type { MinePorts } from "./mine-files.ts";
import { type MinedFiles, mineLogFiles, type MineLogOptions } from "./mine-logs.ts";
import { askLogs, type LogAnswerRow, type LogQuery } from "./questions/ask.ts";
import { diffSources, type TemplateDifference } from "./questions/diff.ts";
import { indexLogs, type MinedLog } from "./questions/log-index.ts";
import { type LogSummary, summarise } from "./questions/summary.ts";
import { type LineEvent, watchLines } from "./questions/watch.ts";
import { cutLogFiles, detectInFiles, type ScoredSession, type SessionCutOptions } from "./session-files.ts";

type Paths = readonly string[];

const indexFiles = async (files: LogFiles, paths: Paths, options: FetchOptions): Promise<MinedLog> =>
  indexLogs(
    paths.map((path) => ({ origin: path, chunks: files.open(path, options) })),
    { ...options, referenceMs: await lastChangeMs(paths) },
  );

/** When the newest of the files was last written, now for standard input: the reference for dates without a year. */
async function lastChangeMs(paths: Paths): Promise<number | null> {
  const times = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => (path === "-" ? Date.now() : null), // a file that opening reports
      ),
    ),
  );
  const known = times.filter((ms) => ms !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/** The log miner as a tool of its own: it answers questions about log files without an incident. */
export type LogTool = ReturnType<typeof createLogTool>;

export const createLogTool = (ports: MinePorts) => ({
  /** @throws {IncidentError} CONFIG, BAD_INPUT as `mineLogFiles` */
  mine: (paths: Paths, options: MineLogOptions): Promise<MinedFiles> => mineLogFiles(ports, paths, options),

  /** Templates whose frequency differs between two logs, the strongest difference first. */
  diff: async (before: string, after: string, options: FetchOptions = {}): Promise<TemplateDifference[]> =>
    diffSources(await indexFiles(ports.files, [before, after], options), 1),

  ask: async (paths: Paths, query: LogQuery, options: FetchOptions = {}): Promise<LogAnswerRow[]> =>
    askLogs(await indexFiles(ports.files, paths, options), query),

  /** Answers plans about the files, which are read anew for each plan. */
  withSession: async <T>(
    paths: Paths,
    use: (session: AskSession) => Promise<T>,
    options: FetchOptions = {},
  ): Promise<T> => withAskSession(ports.files, paths, { ...options, referenceMs: await lastChangeMs(paths) }, use),

  /** @param baseline lines of a quiet time; null compares with the first half of the files' own time. */
  summarise: async (paths: Paths, baseline: string | null, options: FetchOptions = {}): Promise<LogSummary> =>
    summarise(
      await indexFiles(ports.files, paths, options),
      baseline === null ? null : await indexFiles(ports.files, [baseline], options),
    ),

  cutSessions: (paths: Paths, options: SessionCutOptions): ReturnType<typeof cutLogFiles> =>
    cutLogFiles(ports.files, paths, options),

  detect: (paths: Paths, train: string | null, options: SessionCutOptions): Promise<ScoredSession[]> =>
    detectInFiles(ports.files, paths, train, options),

  /**
   * Reports new templates and bursts as lines come. Ends with the input, or when aborted.
   *
   * @param chunks the bytes of a growing file; null reads the file once.
   */
  tail: (
    path: string,
    chunks: AsyncIterable<Uint8Array> | null,
    onSeen: (seen: LineEvent) => void,
    options: FetchOptions = {},
  ): Promise<void> => watchLines(chunks ?? ports.files.open(path, options), onSeen, options.signal),
});
