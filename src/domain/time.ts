import { z } from "zod";

/** From `startMs` up to and including `endMs`, Unix milliseconds. */
export const TimeWindow = z.object({ startMs: z.number(), endMs: z.number() });
export type TimeWindow = z.infer<typeof TimeWindow>;

/** Parses an ISO 8601 time to Unix milliseconds. Refuses what `Date` cannot read. */
export const IsoTime = z.string().transform((text, context) => {
  const ms = Date.parse(text);
  if (Number.isFinite(ms)) return ms;
  context.addIssue({ code: "custom", message: `"${text}" is not an ISO 8601 time` });
  return z.NEVER;
});

export const isoTime = (ms: number): string => new Date(ms).toISOString();

/** "2026-11-23 08:41:10 UTC", for a sentence that a person reads. */
export const utcTime = (ms: number): string => `${isoTime(ms).slice(0, 19).replace("T", " ")} UTC`;

/** "08:41:10 UTC", where the date is clear. */
export const utcClock = (ms: number): string => `${isoTime(ms).slice(11, 19)} UTC`;

export const contains = ({ startMs, endMs }: TimeWindow, ms: number): boolean => ms >= startMs && ms <= endMs;

/** Cuts nanoseconds to whole milliseconds. Never order by the result: many records share a millisecond. */
export const nanosToMs = (nanos: bigint): number => Number(nanos / 1_000_000n);
