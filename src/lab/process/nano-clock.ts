const ORIGIN_NANOS = BigInt(Math.round(performance.timeOrigin * 1000)) * 1000n;

/**
 * Unix nanoseconds, never decreasing within a process. Processes on one host agree to a few microseconds; with
 * `Date.now` alone, a callee's line could precede its caller's.
 */
export const nowNanos = (): bigint => ORIGIN_NANOS + BigInt(Math.round(performance.now() * 1e6));
