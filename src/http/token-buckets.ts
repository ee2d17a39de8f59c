export type Rate = { perSecond: number; burst: number };
/**
 * `take` takes a token, or returns the milliseconds to wait when none is left. `wait` returns them without taking a
 * token.
 */
export type TokenBuckets = { take(caller: string, nowMs: number): number; wait(caller: string, nowMs: number): number };

/** Callers remembered. The one idle longest goes first, which refills its bucket. */
const MAX_CALLERS = 10_000;

/** A bucket of `burst` tokens for each caller, filled at `perSecond`. */
export function tokenBuckets({ perSecond, burst }: Rate): TokenBuckets {
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  const tokensOf = (caller: string, nowMs: number): number => {
    const bucket = buckets.get(caller);
    return bucket === undefined
      ? burst
      : Math.min(burst, bucket.tokens + (Math.max(0, nowMs - bucket.atMs) / 1_000) * perSecond);
  };
  const waitFor = (tokens: number): number => (tokens >= 1 ? 0 : ((1 - tokens) / perSecond) * 1_000);

  return {
    wait: (caller, nowMs) => waitFor(tokensOf(caller, nowMs)),
    take(caller, nowMs) {
      const tokens = tokensOf(caller, nowMs);
      const waitMs = waitFor(tokens);
      buckets.delete(caller); // moves to the end: the map is in order of the last request
      buckets.set(caller, { tokens: waitMs === 0 ? tokens - 1 : tokens, atMs: nowMs });
      const oldest = buckets.size > MAX_CALLERS ? buckets.keys().next().value : undefined;
      if (oldest !== undefined) buckets.delete(oldest);
      return waitMs;
    },
  };
}
