const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Seconds of `30s`, `5m`, `1h`, `1d`; null for other text. */
export function secondsOf(text: string): number | null {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text) ?? [];
  const seconds = SECONDS[unit];
  return amount === undefined || seconds === undefined || Number(amount) <= 0 ? null : Number(amount) * seconds;
}

/** The same in the largest unit that gives a whole number. */
export function durationText(seconds: number): string {
  const [unit, size] = Object.entries(SECONDS).findLast(([, length]) => seconds % length === 0) ?? ["s", 1];
  return `${seconds / size}${unit}`;
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400];

/** A round step, in seconds, that divides a length of time into at most so many stretches. */
export function roundStep(lengthMs: number, stretches: number): number {
  const least = lengthMs / 1000 / stretches;
  return STEPS.find((step) => step >= least) ?? Math.ceil(least / 86_400) * 86_400;
}
