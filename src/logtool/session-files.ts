import { IncidentError } from "../domain/errors.ts";
import type { FetchOptions } from "../domain/ports.ts";
import { type DetectedSession, Detection, type NamedSession } from "../logs/sessions/detect.ts";
import { type CutSessions, cutSessions } from "../logs/sessions/sessions.ts";
import type { LogFiles } from "./log-files.ts";
import { sessionKeyOf } from "./session-key-of.ts";

const NEWLINE = 10;
const SESSIONS_FILE = /\.jsonl(?:\.gz|\.zst)?$/;
const MAX_SESSION_CHARS = 1 << 26;

/** `key`: a pattern; null to choose the key from the lines. `idleMs`: a session ends after this much silence. */
export type SessionCutOptions = FetchOptions & { key: string | null; idleMs: number | null; maxEvents?: number };

/** Cuts files into sessions, in the order in which these end. */
export function cutLogFiles(
  files: LogFiles,
  paths: readonly string[],
  { key, idleMs, maxEvents, ...options }: SessionCutOptions,
): Promise<CutSessions> {
  const limits = { idleMs, ...(maxEvents === undefined ? {} : { maxEvents }) };
  return cutSessions(joined(files, paths, options), {
    limits,
    signal: options.signal,
    ...(key === null ? {} : { key: sessionKeyOf(key) }),
  });
}

async function* joined(files: LogFiles, paths: readonly string[], options: FetchOptions): AsyncGenerator<Uint8Array> {
  for (const path of paths) {
    let last = NEWLINE;
    for await (const chunk of files.open(path, options)) {
      yield chunk;
      last = chunk.at(-1) ?? last;
    }
    if (last !== NEWLINE) yield Uint8Array.of(NEWLINE); // the last line of a file may lack it
  }
}

/** `exemplar`: a raw line of the alarm's template; null without an alarm, and for sessions that came without lines. */
export type ScoredSession = DetectedSession & { exemplar: string | null };

/**
 * Scores the sessions of log files, or of a `sessions.jsonl`.
 *
 * @param train a file of normal sessions to learn first; null scores every session before it is learned.
 */
export async function detectInFiles(
  files: LogFiles,
  paths: readonly string[],
  train: string | null,
  options: SessionCutOptions,
): Promise<ScoredSession[]> {
  const exemplars = new Map<string, string>();
  const detection = new Detection(train === null ? null : await sessionsOf(files, [train], options, exemplars));
  return (await sessionsOf(files, paths, options, exemplars)).map((session) => {
    const scored = detection.next(session);
    return { ...scored, exemplar: scored.alarm ? (exemplars.get(scored.template ?? "") ?? null) : null };
  });
}

/** @param exemplars is filled with one raw line for each template. */
async function sessionsOf(
  files: LogFiles,
  paths: readonly string[],
  options: SessionCutOptions,
  exemplars: Map<string, string>,
): Promise<NamedSession[]> {
  if ((await Promise.all(paths.map((path) => holdsSessions(files, path, options)))).every(Boolean)) {
    const out: NamedSession[] = [];
    for (const path of paths) out.push(...(await readSessions(files, path, options)));
    return out;
  }
  const { sessions, templates, exemplars: lines } = await cutLogFiles(files, paths, options);
  for (const [index, line] of lines.entries()) if (line !== null) exemplars.set(templates[index] ?? "", line);
  return sessions.map(({ session, events }) => ({ session, events: events.map((event) => templates[event] ?? "") }));
}

/** True if the first line of a file is a session: logs may be JSON lines too. Standard input counts as lines. */
async function holdsSessions(files: LogFiles, path: string, { signal }: FetchOptions): Promise<boolean> {
  if (!SESSIONS_FILE.test(path)) return false;
  let head = "";
  for await (const chunk of files.open(path, { signal })) {
    head += Buffer.from(chunk).toString("latin1");
    if (head.includes("\n") || head.length > MAX_SESSION_CHARS) break;
  }
  return parseSession(head.split("\n")[0] ?? "") !== null;
}

/** @throws {IncidentError} BAD_INPUT with the number of the line that is not a session. */
async function readSessions(files: LogFiles, path: string, options: FetchOptions): Promise<NamedSession[]> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of files.open(path, options)) text += decoder.decode(chunk, { stream: true });
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
