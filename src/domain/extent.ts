import { z } from "zod";

/**
 * First and last time of the records that an analysis read from one source. Unix ms. `stepMs`: the usual time between
 * neighbouring records, or between samples of one series.
 */
export const SourceExtent = z.object({
  source: z.enum(["logs", "metrics", "traces"]),
  startMs: z.number(),
  endMs: z.number(),
  stepMs: z.number(),
});
export type SourceExtent = z.infer<typeof SourceExtent>;
