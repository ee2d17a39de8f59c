const ORIGIN_NANOS = BigInt(Math.round(performance.timeOrigin * 1000)) * 1000n;

/**
 * Unix nanoseconds, never falling within a process. Processes on one host agree to some microseconds: `Date.now` alone would
 * put a callee's line before its caller's.
 */
export const nowNanos = (): bigint => ORIGIN_NANOS + BigInt(Math.round(performance.now() * 1e6));
