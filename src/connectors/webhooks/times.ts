/** Go's zero time, which Alertmanager and Grafana send while an alert fires. */
const ZERO_TIME = "0001-01-01T";

/** Separates seconds, milliseconds and microseconds by their size; the units do not overlap for millennia. */
const UNITS: readonly { below: number; toMs: number }[] = [
  { below: 1e11, toMs: 1_000 },
  { below: 1e14, toMs: 1 },
  { below: 1e17, toMs: 1e-3 },
  { below: Infinity, toMs: 1e-6 },
];

/** The latest time of a `Date`. */
const LAST_MS = 8.64e15;

/**
 * Reads a sender's time: ISO 8601 with any fraction, or Unix time (number or digits) in seconds, milliseconds,
 * microseconds or nanoseconds.
 *
 * @returns Unix milliseconds; null when it is not a time, and for Go's zero time.
 */
export function timeMs(value: unknown): number | null {
  if (typeof value === "string" && value.startsWith(ZERO_TIME)) return null;
  const number =
    typeof value === "number"
      ? value
      : typeof value === "string" && /^\d{1,25}(\.\d{1,9})?$/.test(value)
        ? Number(value)
        : null;
  if (number !== null) {
    const toMs = UNITS.find(({ below }) => number < below)?.toMs;
    return toMs === undefined || number <= 0 || number * toMs > LAST_MS ? null : Math.round(number * toMs);
  }
  const parsed = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(parsed) ? null : parsed;
}
