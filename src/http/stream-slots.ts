/** Streams that one asker may hold, and all together: each is a place in memory. */
const MAX_STREAMS = { each: 50, all: 1_000 } as const;

/** Places for streams. `take` gives back how to leave; null where there is no room. */
export function streamSlots(): { take(asker: string): (() => void) | null } {
  const held = new Map<string, number>();
  let all = 0;

  const change = (asker: string, by: 1 | -1): void => {
    const count = (held.get(asker) ?? 0) + by;
    all += by;
    if (count === 0) held.delete(asker);
    else held.set(asker, count);
  };

  return {
    take(asker) {
      if (all >= MAX_STREAMS.all || (held.get(asker) ?? 0) >= MAX_STREAMS.each) return null;
      change(asker, 1);
      return () => change(asker, -1);
    },
  };
}
