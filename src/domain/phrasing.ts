/** "once", "twice", "12 times"; "never" for 0. */
export function times(count: number): string {
  if (count === 0) return "never";
  if (count === 1) return "once";
  return count === 2 ? "twice" : `${count} times`;
}

/** "45 s", "2 min", "1 h 5 min", "3 d 4 h". Rounded down: "2 min ago" was at least two minutes ago. */
export function span(ms: number): string {
  const seconds = Math.floor(Math.abs(ms) / 1000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return withRest(hours, "h", minutes % 60, "min");
  return withRest(Math.floor(hours / 24), "d", hours % 24, "h");
}
const withRest = (whole: number, unit: string, rest: number, restUnit: string): string =>
  rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${restUnit}`;

/** Rounds to four significant digits: what a report shows, and what a claim may quote. */
export const rounded = (value: number): number => Number(value.toPrecision(4));
/** Converts a share in [0, 1] to percent, with three significant digits. */
export const percent = (share: number): number => Number((share * 100).toPrecision(3));
