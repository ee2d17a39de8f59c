/** Finds the ids in a line; empty if there are none. `name`: the kind of id. */
export type SessionKey = { name: string; find: (line: string) => string[] };

/** Lines read to choose a key, and the minimum share of them that must contain it. */
export const SAMPLE_LINES = 20_000;
const MIN_COVERAGE = 0.3;
/**
 * Kinds of ids are searched in this many lines, and in this many characters of each: the patterns take more than linear
 * time.
 */
const LINES_READ = 500;
const MAX_CHARS = 2000;
const MIN_DISTINCT = 3;
/** An id on more than this share of the lines names the system, not a session. */
const MAX_SHARE_OF_ONE = 0.5;
/** Average number of lines that an id must tie together. */
const MIN_LINES_PER_ID = 2;

const ID_NAMES = String.raw`[a-z][\w.]*[_.-]?id|trace|request|session|correlation|transaction|pod|container`;
const NAMED = new RegExp(String.raw`\b(${ID_NAMES})["']?\s*[=:]\s*["']?([\w-]{4,64})`, "gi");
const PREFIXED = /\b([a-z]{2,20}[_-])-?\d{4,}(?:[_-]\d+)*\b/gi;
const UUID = /\b(?:req-)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi;
const HEX = /\b[0-9a-f]{16,32}\b/gi;

const unique = (values: readonly string[]): string[] => [...new Set(values)];
const escaped = (text: string): string => text.replaceAll(".", String.raw`\.`);
const matcher = (pattern: RegExp) => (line: string) => unique(line.match(pattern) ?? []);

type Family = { name: string; find: (line: string) => string[] };

/** Kinds of ids in a line, each with a function that finds them. */
function familiesIn(line: string): Family[] {
  const out = new Map<string, Family>();
  for (const [, name = ""] of line.matchAll(NAMED)) out.set(`${name}=`, named(name));
  for (const [, prefix = ""] of line.matchAll(PREFIXED)) out.set(prefix, prefixed(prefix));
  if (UUID.test(line)) out.set("uuid", { name: "uuid", find: matcher(UUID) });
  if (HEX.test(line)) out.set("hex", { name: "hex id", find: matcher(HEX) });
  UUID.lastIndex = HEX.lastIndex = 0;
  return [...out.values()];
}

function named(name: string): Family {
  const pattern = new RegExp(`\\b${escaped(name)}["']?\\s*[=:]\\s*["']?([\\w-]{4,64})`, "g");
  return { name: `${name}=`, find: (line) => unique([...line.matchAll(pattern)].map(([, id]) => id ?? "")) };
}

const prefixed = (prefix: string): Family => ({
  name: prefix,
  find: matcher(new RegExp(`\\b${escaped(prefix)}-?\\d{4,}(?:[_-]\\d+)*\\b`, "g")),
});

/**
 * Chooses the id that ties lines into sessions: on the most lines, with many values that come back on other lines.
 *
 * @param lines a sample from the start of the stream.
 * @returns null if there is no such id. Sessions are then cut by time.
 */
export function chooseSessionKey(lines: readonly string[]): SessionKey | null {
  const families = new Map<string, Family>();
  for (const line of lines.slice(0, LINES_READ))
    for (const family of familiesIn(line.slice(0, MAX_CHARS)))
      families.set(family.name, families.get(family.name) ?? family);
  let best: { key: SessionKey; worth: number } | null = null;
  for (const family of families.values()) {
    const worth = worthOf(family, lines);
    if (worth > 0 && (best === null || worth > best.worth)) best = { key: family, worth };
  }
  return best?.key ?? null;
}

function worthOf({ find }: Family, lines: readonly string[]): number {
  const linesOf = new Map<string, number>();
  let covered = 0;
  for (const line of lines) {
    const ids = find(line);
    if (ids.length > 0) covered += 1;
    for (const id of ids) linesOf.set(id, (linesOf.get(id) ?? 0) + 1);
  }
  const coverage = covered / lines.length;
  const mentions = [...linesOf.values()].reduce((sum, n) => sum + n, 0);
  const largest = [...linesOf.values()].reduce((a, b) => Math.max(a, b), 0);
  if (coverage < MIN_COVERAGE || linesOf.size < MIN_DISTINCT || largest > lines.length * MAX_SHARE_OF_ONE) return 0;
  if (mentions / linesOf.size < MIN_LINES_PER_ID) return 0;
  return coverage * Math.log(1 + linesOf.size);
}
