type Placed = { readonly namespace: string; readonly name: string };

/** Things by namespace and name. Of several with the same name, the first one counts. */
export type PlaceIndex<T> = {
  at(namespace: string, name: string): T | undefined;
  /** All things of a namespace, in their order. */
  in(namespace: string): readonly T[];
};

const NOTHING: readonly never[] = [];

/** @param nameOf the name to look things up by, if it is not their own. */
export function placeIndex<T extends Placed>(
  things: readonly T[],
  nameOf: (thing: T) => string = ({ name }) => name,
): PlaceIndex<T> {
  const byPlace = new Map<string, T>();
  const byNamespace = Map.groupBy(things, ({ namespace }) => namespace);
  for (const thing of things) {
    const key = `${thing.namespace}/${nameOf(thing)}`;
    if (!byPlace.has(key)) byPlace.set(key, thing);
  }
  return {
    at: (namespace, name) => byPlace.get(`${namespace}/${name}`),
    in: (namespace) => byNamespace.get(namespace) ?? NOTHING,
  };
}
