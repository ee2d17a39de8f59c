import { z } from "zod";
import type { Signal } from "./telemetry.ts";

/**
 * When the fault began, according to all signals together. `atMs`: the best estimate. `earliestMs`, `latestMs`: it lies
 * between the earliest sign and the middle one of those that agree; later ones are effects. `shape`: a change that
 * lasts, a slow climb, or a burst that ended by itself. `signals`: the kinds of telemetry that agree. `signs`: number
 * of series, log statements and services that agree.
 */
export const Onset = z.object({
  atMs: z.number(),
  earliestMs: z.number(),
  latestMs: z.number(),
  shape: z.enum(["step", "ramp", "burst"]),
  /** When it was over; null while it lasts. */
  overMs: z.number().nullable(),
  signals: z.array(z.string()),
  signs: z.number().int(),
});
export type Onset = z.infer<typeof Onset>;

/**
 * One sign of the onset: a series, log statement or service that changed. `atMs`: first abnormal sample or line.
 * `stepMs`: distance to the sample before, so the change began up to this much earlier. `endMs`: when it was over;
 * null if it lasts. `weight`: how much it counts, about 1 for a change beyond doubt. `felt`: users suffer from it;
 * false for a resource that is busy.
 */
export type OnsetSign = {
  signal: Signal;
  entity: string;
  atMs: number;
  stepMs: number;
  endMs: number | null;
  shape: Onset["shape"];
  weight: number;
  felt: boolean;
};
