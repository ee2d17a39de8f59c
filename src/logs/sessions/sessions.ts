import { LineMiner } from "../templates/line-miner.ts";
import { LineSplitter } from "../lines/line-splitter.ts";
import { DEFAULT_LIMITS, type Session, SessionAssembler, type SessionLimits } from "./session-assembler.ts";
import { chooseSessionKey, SAMPLE_LINES, type SessionKey } from "./session-key.ts";

const MAX_LINE_BYTES = 1 << 16;
/** If no id ties lines together, each logger and time window makes one session. */
const WINDOW_MS = 60_000;
const WINDOW_LINES = 1000;
const MAX_EXEMPLAR_CHARS = 500;
/** Exemplars are kept for this many clusters. More are noise. */
const MAX_EXEMPLARS = 20_000;

export type CutOptions = {
  key?: SessionKey | null;
  limits?: Partial<SessionLimits>;
  windowMs?: number;
  signal?: AbortSignal | undefined;
};
/**
 * Sessions in the order in which they ended. Events are indices into `templates`. `exemplars`: a raw line of each
 * template, or null. `key`: what the sessions were cut by.
 */
export type CutSessions = {
  sessions: Session[];
  templates: string[];
  exemplars: (string | null)[];
  key: string;
  lines: number;
  unassigned: number;
};

/**
 * Mines lines and cuts them into sessions: by an id in them (given, or chosen from the first lines), or else by time.
 */
export async function cutSessions(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: CutOptions = {},
): Promise<CutSessions> {
  const sessions: Session[] = [];
  const assembler = new SessionAssembler({ ...DEFAULT_LIMITS, ...options.limits }, (session) => sessions.push(session));
  const held: Held[] = [];
  const exemplarOf = new Map<number, string>();
  let key: SessionKey | null | undefined = options.key;
  let lines = 0;
  let unassigned = 0;
  const place = ({ text, cluster, ms, logger }: Held, line: number) => {
    const names = key == null ? [windowOf(ms, line, logger, options.windowMs ?? WINDOW_MS)] : key.find(text);
    if (names.length === 0) unassigned += 1;
    for (const name of names) assembler.add(name, cluster, ms);
  };
  const release = () => {
    key ??= chooseSessionKey(held.map(({ text }) => text));
    for (const [index, line] of held.entries()) place(line, index + 1);
    held.length = 0;
  };
  const miner = new LineMiner({ fold: true }, (cluster, { ms, logger, raw, rawStart, rawEnd, line: number }) => {
    const text = Buffer.from(raw.buffer, raw.byteOffset + rawStart, rawEnd - rawStart).toString("latin1");
    const line = { text, cluster, ms, logger };
    if (!exemplarOf.has(cluster) && exemplarOf.size < MAX_EXEMPLARS) exemplarOf.set(cluster, utf8(text));
    if (key !== undefined) return place(line, number);
    held.push(line);
    if (held.length >= SAMPLE_LINES) release();
  });
  const splitter = new LineSplitter(
    (buffer, start, end, number) => {
      lines = number;
      miner.push(buffer, start, end);
    },
    { maxLineBytes: MAX_LINE_BYTES },
  );
  for await (const chunk of chunks) {
    options.signal?.throwIfAborted();
    splitter.push(chunk);
  }
  splitter.end();
  miner.flush();
  if (held.length > 0) release();
  assembler.end();
  const { templates, finalOf } = miner.templates.resolve();
  for (const { events } of sessions)
    for (let i = 0; i < events.length; i += 1) events[i] = finalOf(events[i] as number) + 1;
  const exemplars = [
    null,
    ...templates.map(
      ({ clusterIds }) => clusterIds.map((id) => exemplarOf.get(id)).find((line) => line !== undefined) ?? null,
    ),
  ];
  return {
    sessions,
    templates: ["(other)", ...templates.map(({ text }) => text)],
    exemplars,
    key: key?.name ?? "time",
    lines,
    unassigned,
  };
}

/** Decodes the start of a line that was read with one character for each byte. */
const utf8 = (text: string): string => Buffer.from(text.slice(0, MAX_EXEMPLAR_CHARS), "latin1").toString("utf8");

type Held = { text: string; cluster: number; ms: number; logger: string | null };

const windowOf = (ms: number, line: number, logger: string | null, windowMs: number): string =>
  Number.isNaN(ms)
    ? `lines ${Math.floor((line - 1) / WINDOW_LINES) * WINDOW_LINES + 1}`
    : `${logger ?? "all"} ${new Date(Math.floor(ms / windowMs) * windowMs).toISOString()}`;
