/** Open streams allowed for each principal and in total. Each stream costs memory. */
const MAX_STREAMS = { each: 50, all: 1_000 } as const;

/** Slots for streams. `take` returns the function that frees the slot, or null when none is free. */
export function streamSlots(): { take(principal: string): (() => void) | null } {
  const held = new Map<string, number>();
  let all = 0;

  const change = (principal: string, by: 1 | -1): void => {
    const count = (held.get(principal) ?? 0) + by;
    all += by;
    if (count === 0) held.delete(principal);
    else held.set(principal, count);
  };

  return {
    take(principal) {
      if (all >= MAX_STREAMS.all || (held.get(principal) ?? 0) >= MAX_STREAMS.each) return null;
      change(principal, 1);
      return () => change(principal, -1);
    },
  };
}
