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

export const contains = ({ startMs, endMs }: TimeWindow, ms: number): boolean => ms >= startMs && ms <= endMs;

/** Cuts nanoseconds to whole milliseconds. Never order by the result: many records share a millisecond. */
export const nanosToMs = (nanos: bigint): number => Number(nanos / 1_000_000n);
