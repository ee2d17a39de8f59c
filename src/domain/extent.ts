import { z } from "zod";

/**
 * From when to when the records of one source reach, as an analysis read them. Unix ms. `stepMs`: the usual distance of
 * two neighbouring records, or of two samples of one series.
 */
export const SourceExtent = z.object({
  source: z.enum(["logs", "metrics", "traces"]),
  startMs: z.number(),
  endMs: z.number(),
  stepMs: z.number(),
});
export type SourceExtent = z.infer<typeof SourceExtent>;
