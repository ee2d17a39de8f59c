import { RE2JS } from "re2js";
import { IncidentError } from "../domain/errors.ts";
import type { FetchOptions } from "../domain/ports.ts";
import { askLogs, type LogAnswerRow, type LogQuery } from "./questions/ask.ts";
import { type DetectedSession, Detection, type NamedSession } from "../logs/sessions/detect.ts";
import { diffSources, type TemplateDifference } from "./questions/diff.ts";
import { indexLogs, type MinedLog } from "./questions/log-index.ts";
import type { SessionKey } from "../logs/sessions/session-key.ts";
import { type CutSessions, cutSessions } from "../logs/sessions/sessions.ts";
import { type LogSummary, summarise } from "./questions/summary.ts";
import { type LineEvent, watchLines } from "./questions/watch.ts";
import { openLog } from "./open-log.ts";

const NEWLINE = 10;
const SESSIONS_FILE = /\.jsonl(?:\.gz|\.zst)?$/;
const MAX_SESSION_CHARS = 1 << 26;

const indexFiles = (paths: readonly string[], options: FetchOptions): Promise<MinedLog> =>
  indexLogs(
    paths.map((path) => ({ origin: path, chunks: openLog(path, options) })),
    { signal: options.signal },
  );

/** Finds what differs between two logs, strongest first. */
export async function diffLogFiles(
  before: string,
  after: string,
  options: FetchOptions = {},
): Promise<TemplateDifference[]> {
  return diffSources(await indexFiles([before, after], options), 1);
}

export async function askLogFiles(
  paths: readonly string[],
  query: LogQuery,
  options: FetchOptions = {},
): Promise<LogAnswerRow[]> {
  return askLogs(await indexFiles(paths, options), query);
}

export async function summariseLogFiles(
  paths: readonly string[],
  baseline: string | null,
  options: FetchOptions = {},
): Promise<LogSummary> {
  const log = await indexFiles(paths, options);
  return summarise(log, baseline === null ? null : await indexFiles([baseline], options));
}

/**
 * A session key from a user's pattern: its first group, or the whole match. Takes linear time for any pattern.
 * @throws {IncidentError} CONFIG
 */
export function sessionKeyOf(pattern: string): SessionKey {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern);
  } catch (cause) {
    throw new IncidentError("CONFIG", `the session key ${pattern} is not a valid pattern`, {
      hint: "Use a regular expression in RE2 syntax, such as req-[0-9]+.",
      cause,
    });
  }
  return {
    name: pattern,
    find(line) {
      const found = new Set<string>();
      const matcher = compiled.matcher(line);
      while (matcher.find()) found.add(matcher.groupCount() > 0 ? (matcher.group(1) ?? "") : (matcher.group() ?? ""));
      found.delete("");
      return [...found];
    },
  };
}

export type SessionCutOptions = FetchOptions & { key: string | null; idleMs: number | null; maxEvents?: number };

/** Cuts files into sessions, in the order in which the sessions ended. */
export function cutLogFiles(
  paths: readonly string[],
  { key, idleMs, maxEvents, ...options }: SessionCutOptions,
): Promise<CutSessions> {
  const limits = { idleMs, ...(maxEvents === undefined ? {} : { maxEvents }) };
  return cutSessions(joined(paths, options), {
    limits,
    signal: options.signal,
    ...(key === null ? {} : { key: sessionKeyOf(key) }),
  });
}

async function* joined(paths: readonly string[], options: FetchOptions): AsyncGenerator<Uint8Array> {
  for (const path of paths) {
    let last = NEWLINE;
    for await (const chunk of openLog(path, options)) {
      yield chunk;
      last = chunk.at(-1) ?? last;
    }
    if (last !== NEWLINE) yield Uint8Array.of(NEWLINE); // the last line of a file may have no newline
  }
}

/** `exemplar`: a raw line of the alarm's template. Null if there is no alarm, or if the sessions came without lines. */
export type ScoredSession = DetectedSession & { exemplar: string | null };

/** Scores the sessions of log files or of a `sessions.jsonl`, compared with normal sessions if given. */
export async function detectInFiles(
  paths: readonly string[],
  train: string | null,
  options: SessionCutOptions,
): Promise<ScoredSession[]> {
  const exemplars = new Map<string, string>();
  const detection = new Detection(train === null ? null : await sessionsOf([train], options, exemplars));
  return (await sessionsOf(paths, options, exemplars)).map((session) => {
    const scored = detection.next(session);
    return { ...scored, exemplar: scored.alarm ? (exemplars.get(scored.template ?? "") ?? null) : null };
  });
}

/** @param exemplars filled with one raw line for each template. */
async function sessionsOf(
  paths: readonly string[],
  options: SessionCutOptions,
  exemplars: Map<string, string>,
): Promise<NamedSession[]> {
  if ((await Promise.all(paths.map((path) => holdsSessions(path, options)))).every(Boolean)) {
    const out: NamedSession[] = [];
    for (const path of paths) out.push(...(await readSessions(path, options)));
    return out;
  }
  const { sessions, templates, exemplars: lines } = await cutLogFiles(paths, options);
  for (const [index, line] of lines.entries()) if (line !== null) exemplars.set(templates[index] ?? "", line);
  return sessions.map(({ session, events }) => ({ session, events: events.map((event) => templates[event] ?? "") }));
}

/**
 * True if the first line of a file is a session, because logs may be JSON lines too. Standard input always contains log
 * lines.
 */
async function holdsSessions(path: string, { signal }: FetchOptions): Promise<boolean> {
  if (!SESSIONS_FILE.test(path)) return false;
  let head = "";
  for await (const chunk of openLog(path, { signal })) {
    head += Buffer.from(chunk).toString("latin1");
    if (head.includes("\n") || head.length > MAX_SESSION_CHARS) break;
  }
  return parseSession(head.split("\n")[0] ?? "") !== null;
}

/** @throws {IncidentError} BAD_INPUT, naming the line that is not a session. */
async function readSessions(path: string, options: FetchOptions): Promise<NamedSession[]> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of openLog(path, options)) text += decoder.decode(chunk, { stream: true });
  return text.split("\n").flatMap((line, index): NamedSession[] => {
    if (line.trim() === "") return [];
    const parsed = parseSession(line);
    if (parsed !== null) return [parsed];
    throw new IncidentError("BAD_INPUT", `${path}:${index + 1} is not a session`, {
      hint: 'Each line must be {"session":"…","events":["…"]}, as `causeway logs sessions` writes it.',
    });
  });
}

function parseSession(line: string): NamedSession | null {
  try {
    const value = JSON.parse(line) as { session?: unknown; events?: unknown };
    if (typeof value !== "object" || value === null || !Array.isArray(value.events) || value.session == null)
      return null;
    return { session: String(value.session), events: value.events.map(String) };
  } catch {
    return null;
  }
}

/** Follows a growing log, and reports each new template and each burst as it appears. Ends when aborted. */
export async function tailLog(
  path: string,
  chunks: AsyncIterable<Uint8Array> | null,
  onSeen: (seen: LineEvent) => void,
  options: FetchOptions = {},
): Promise<void> {
  await watchLines(chunks ?? openLog(path, options), onSeen, options.signal);
}
