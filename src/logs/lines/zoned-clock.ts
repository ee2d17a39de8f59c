const QUARTER_MS = 15 * 60_000;
/** More quarters of hours than the lines of one analysis have. */
const MAX_KNOWN = 50_000;

/**
 * Turns the times of a clock in a time zone, which were read as if they were UTC, into Unix milliseconds. A time that
 * the clock shows twice, in autumn, is the later one or the earlier one, but the same for all lines of that quarter of
 * an hour.
 *
 * @param timeZone an IANA name such as `Europe/Berlin`.
 * @throws {RangeError} for another name.
 */
export function zonedClock(timeZone: string): (localMs: number) => number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  const offsetAt = (utcMs: number): number => {
    const parts = new Map(format.formatToParts(utcMs).map(({ type, value }) => [type, Number(value)]));
    const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    return Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute")) - utcMs;
  };
  const known = new Map<number, number>();
  return (localMs) => {
    const quarter = Math.floor(localMs / QUARTER_MS);
    let offset = known.get(quarter);
    if (offset === undefined) {
      const startMs = quarter * QUARTER_MS;
      offset = offsetAt(startMs - offsetAt(startMs));
      if (known.size < MAX_KNOWN) known.set(quarter, offset);
    }
    return localMs - offset;
  };
}
