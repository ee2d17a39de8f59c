import { createRandom, integerBetween } from "../random.ts";

/** Duration of each part of a recording. */
export type Durations = { warmUpMs: number; quietMs: number; faultMs: number; scrapeMs: number };
/**
 * Times in milliseconds after the start of the recording. `changesMs`: times of the harmless changes. `windowLeadMs`:
 * from the start of the window to the alarm.
 */
export type Schedule = {
  changesMs: readonly [number, number];
  onsetMs: number;
  endMs: number;
  healthyAlarmMs: number;
  windowLeadMs: number;
};

export const DURATIONS: Durations = { warmUpMs: 15_000, quietMs: 150_000, faultMs: 88_000, scrapeMs: 4000 };

/** Plans a recording. Every time varies with the seed by about a tenth, so that no fixed time can be learnt. */
export function scheduleOf({ quietMs, faultMs }: Durations, seed: number): Schedule {
  const random = createRandom(seed ^ 0x5eed);
  const vary = (ms: number, share: number): number =>
    integerBetween(random, Math.round(ms * (1 - share)), Math.round(ms * (1 + share)));
  const onsetMs = vary(quietMs, 0.08);
  return {
    changesMs: [vary(quietMs * 0.3, 0.2), onsetMs - vary(quietMs * 0.2, 0.3)],
    onsetMs,
    endMs: onsetMs + vary(faultMs, 0.12),
    healthyAlarmMs: onsetMs + vary(faultMs * 0.3, 0.4),
    windowLeadMs: vary(78_000, 0.15),
  };
}
