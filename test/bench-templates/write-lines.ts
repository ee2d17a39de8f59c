import type { Estate } from "./estates/estate.ts";
import { type Random, randomFrom, STANDARD_SLOTS } from "./standard-slots.ts";

const SLOT = /\{([a-z][a-z0-9]*)\}/g;
const WILDCARD = "<*>";

/** `statement`: its number. `template`: its text with wildcards for values. */
export type WrittenLine = { text: string; statement: number; template: string };

/**
 * Writes a log of an estate. Every statement occurs at least once, and a few write most lines (Zipf's law). The same
 * holds for the values of the estate's own slots.
 */
export function writeLines({ statements, slots }: Estate, count: number, seed: number): WrittenLine[] {
  const random = randomFrom(seed);
  const values = Object.fromEntries(
    Object.entries(slots).map(([name, list]) => [name, shuffled(list.split("|"), random)]),
  );
  const order = shuffled(
    statements.map((_, index) => index),
    random,
  );
  const numbers = [...order, ...Array.from({ length: Math.max(0, count - order.length) }, () => ofZipf(order, random))];
  return shuffled(numbers, random).map((statement) => {
    const source = statements[statement] ?? "";
    return {
      statement,
      text: source.replace(SLOT, (whole, name: string) => fill(name, values, random) ?? whole),
      template: source.replace(SLOT, (whole, name: string) => (isSlot(name, values) ? WILDCARD : whole)),
    };
  });
}

type Values = Readonly<Record<string, readonly string[]>>;

const isSlot = (name: string, values: Values): boolean =>
  Object.hasOwn(values, name) || Object.hasOwn(STANDARD_SLOTS, name);

function fill(name: string, values: Values, random: Random): string | null {
  if (Object.hasOwn(values, name)) return ofZipf(values[name] ?? [], random);
  return STANDARD_SLOTS[name]?.(random) ?? null;
}

/** The k-th item with a weight of 1/k. */
function ofZipf<T>(items: readonly T[], random: Random): T {
  const total = items.reduce((sum, _, index) => sum + 1 / (index + 1), 0);
  let left = random() * total;
  for (const [index, item] of items.entries()) {
    left -= 1 / (index + 1);
    if (left <= 0) return item;
  }
  return items.at(-1) as T;
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
