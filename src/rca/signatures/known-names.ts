/**
 * Looks up names as messages write them: in any case, and a host by the only process on it (`app02` for
 * `tomcat@app02`).
 *
 * @param candidateOf maps a known name to its candidate; null if it has none.
 */
export function knownNames(
  names: readonly string[],
  candidateOf: (name: string) => string | null,
): (name: string) => string | null {
  const byName = new Map(names.map((name) => [name.toLowerCase(), name]));
  const byHost = Map.groupBy(
    names.filter((name) => name.includes("@")),
    (name) => name.slice(name.indexOf("@") + 1).toLowerCase(),
  );
  return (name) => {
    const lower = name.toLowerCase();
    const [only, ...more] = byHost.get(lower) ?? [];
    const found = byName.get(lower) ?? (more.length === 0 ? only : undefined);
    return found === undefined ? null : candidateOf(found);
  };
}
