import type { SeededRandom } from "../../src/stats/seeded-random.ts";

type Path = readonly (string | number)[];

/** The paths of all values within a value. */
export const pathsOf = (value: unknown, path: Path = []): Path[] =>
  typeof value !== "object" || value === null
    ? []
    : Object.entries(value).flatMap(([key, one]) => {
        const at = [...path, Array.isArray(value) ? Number(key) : key];
        return [at, ...pathsOf(one, at)];
      });

/** What a field may hold that nobody expects. `undefined` takes it away. */
export const WRONG_VALUES: readonly unknown[] = [
  undefined,
  null,
  "",
  "text",
  0,
  -1,
  1e300,
  true,
  [],
  [null],
  [["x"]],
  ["text", 1, null, {}],
  {},
  { name: null, type: 7 },
  JSON.parse('{"__proto__":{"name":"x"},"constructor":1,"toString":null}'),
  "2026-02-30T99:99:99Z",
  "9".repeat(400),
];

/** A copy of a JSON value in which one field has another value. */
export function withValue(json: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined || typeof json !== "object" || json === null) return value;
  if (Array.isArray(json)) return json.map((one: unknown, at) => (at === key ? withValue(one, rest, value) : one));
  const copy: Record<string, unknown> = { ...json };
  copy[key] = withValue(copy[key], rest, value);
  return copy;
}

/** Replaces `count` random fields by random wrong values. `changes`: what was done, for the message of a failure. */
export function mutated(json: unknown, random: SeededRandom, count: number): { json: unknown; changes: string[] } {
  const changes: string[] = [];
  let current = json;
  for (let done = 0; done < count; done += 1) {
    const paths = pathsOf(current);
    const path = paths[Math.floor(random() * paths.length)];
    if (path === undefined) break;
    const value = WRONG_VALUES[Math.floor(random() * WRONG_VALUES.length)];
    current = withValue(current, path, value);
    changes.push(`${path.join(".")} = ${JSON.stringify(value)?.slice(0, 40)}`);
  }
  return { json: current, changes };
}

/** Takes a random stretch of a text out, puts it elsewhere, cuts the text off, or puts in what no terminal prints. */
export function mutatedText(text: string, random: SeededRandom, count: number): string {
  let current = text;
  const at = (): number => Math.floor(random() * current.length);
  for (let done = 0; done < count; done += 1) {
    const [start, length] = [at(), Math.floor(random() * 200)];
    const piece = current.slice(start, start + length);
    const without = current.slice(0, start) + current.slice(start + length);
    const kind = Math.floor(random() * 5);
    if (kind === 0) current = without;
    else if (kind === 1) current = without.slice(0, at()) + piece + without.slice(at());
    else if (kind === 2) current = current.slice(0, Math.max(start, current.length / 2));
    else if (kind === 3) current = current.slice(0, start) + " ".repeat(length) + current.slice(start);
    else current = current.slice(0, start) + "\u001b[{\u0000\ud800:\n\t- " + current.slice(start);
  }
  return current;
}
