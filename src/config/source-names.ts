import { IncidentError } from "../domain/errors.ts";

/** `place`: a prefix of variables, or `sources[2]`. `name`: undefined if none was given. */
type NamedEntry = { place: string; kind: string; name?: string | undefined };

/**
 * One name for each source, since findings name the source that answered. A source without a name is called by its
 * kind, and from the second of a kind on `prometheus-2`, `prometheus-3` …
 *
 * @throws {IncidentError} CONFIG if two sources were given the same name.
 */
export function sourceNames(entries: readonly NamedEntry[]): string[] {
  const given = new Map<string, string>();
  for (const { place, name } of entries) {
    if (name === undefined) continue;
    const other = given.get(name);
    if (other !== undefined)
      throw new IncidentError("CONFIG", `${other} and ${place} have the same name, ${name}`, {
        hint: "Give each source a name of its own: reports say which one answered.",
      });
    given.set(name, place);
  }
  const taken = new Set(given.keys());
  return entries.map(({ kind, name }) => {
    if (name !== undefined) return name;
    let free = kind;
    for (let number = 2; taken.has(free); number += 1) free = `${kind}-${number}`;
    taken.add(free);
    return free;
  });
}
