type Labels = Readonly<Record<string, string>>;

/** Things by one label each, so that few have to be compared with a selector or with labels. Order is kept. */
export type LabelIndex<T> = {
  /** The things that have all labels of a selector; an empty selector selects nothing. */
  selectedBy(selector: Labels): T[];
  /** The things whose selector the labels match; an empty selector matches nothing. */
  selecting(labels: Labels): T[];
};

const keyOf = (label: string, value: string): string => `${label}\u0000${value}`;

/** True if a selector matches these labels; an empty selector matches nothing. */
export function selects(selector: Labels, labels: Labels): boolean {
  let isEmpty = true;
  for (const key in selector) {
    if (labels[key] !== selector[key]) return false;
    isEmpty = false;
  }
  return !isEmpty;
}

/** @param labelsOf the labels, or the selector, of a thing. */
export function labelIndex<T>(things: readonly T[], labelsOf: (thing: T) => Labels): LabelIndex<T> {
  const byLabel = new Map<string, T[]>();
  const byFirst = new Map<string, { thing: T; at: number }[]>();
  for (const [at, thing] of things.entries())
    for (const [position, [label, value]] of Object.entries(labelsOf(thing)).entries()) {
      const key = keyOf(label, value);
      const known = byLabel.get(key);
      if (known === undefined) byLabel.set(key, [thing]);
      else known.push(thing);
      if (position > 0) continue;
      const first = byFirst.get(key);
      if (first === undefined) byFirst.set(key, [{ thing, at }]);
      else first.push({ thing, at });
    }
  return {
    selectedBy(selector) {
      const lists = Object.entries(selector).map(([label, value]) => byLabel.get(keyOf(label, value)) ?? []);
      const shortest = lists.toSorted((a, b) => a.length - b.length)[0] ?? [];
      return shortest.filter((thing) => selects(selector, labelsOf(thing)));
    },
    selecting(labels) {
      return Object.entries(labels)
        .flatMap(([label, value]) => byFirst.get(keyOf(label, value)) ?? [])
        .filter(({ thing }) => selects(labelsOf(thing), labels))
        .toSorted((a, b) => a.at - b.at)
        .map(({ thing }) => thing);
    },
  };
}
