import type { Seen } from "../../app/memory/bench-recall.ts";
import { seededRandom, seedOf } from "../../stats/seeded-random.ts";

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const NAME_LENGTH = 9;

/**
 * Replaces the names of all entities of an incident: in findings, templates, call edges and hypotheses.
 *
 * @param seed the same seed gives a name the same new name in every incident. A seed for each incident makes each a
 *   system of its own.
 */
export function renamed(
  { names: accepted, ...seen }: Seen & { names: readonly string[] },
  seed: number,
): { seen: Seen; names: string[] } {
  const known = new Set([
    ...seen.topology.nodes.map(({ id }) => id),
    ...seen.findings.map(({ entity }) => entity.id),
    ...seen.ranking.hypotheses.map(({ entity }) => entity.id),
  ]);
  const names = new Set([...known].filter((name) => name.length > 1));
  // The longest first: `a/cart-0` before `a/cart`.
  const odd = [...names].filter((name) => !/^[\w-]+$/.test(name)).toSorted((a, b) => b.length - a.length);
  const whole = new RegExp([...odd.map((name) => `(?<![\\w-])${quoted(name)}(?![\\w-])`), "[\\w-]+"].join("|"), "g");
  const put = (text: string): string => text.replace(whole, (word) => (names.has(word) ? newName(seed, word) : word));
  const parts: Seen = JSON.parse(JSON.stringify(seen), (key, value: unknown) =>
    typeof value === "string" && !KEPT.has(key) ? put(value) : value,
  );
  return { seen: { ...parts, incident: { ...parts.incident, id: seen.incident.id } }, names: accepted.map(put) };
}

/** Fields with words of our own, which may also be names of services. */
const KEPT: ReadonlySet<string> = new Set(["kind", "signal", "family", "direction", "cause", "verdict", "severity"]);
const quoted = (name: string): string => name.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");

function newName(seed: number, name: string): string {
  const random = seededRandom(seedOf(seed, name));
  return Array.from({ length: NAME_LENGTH }, () => LETTERS[Math.floor(random() * LETTERS.length)] ?? "x").join("");
}
