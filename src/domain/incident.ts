import { z } from "zod";
import { TimeWindow } from "./time.ts";

/** A closed list of answers, where whoever asks gives one. A hint on how things are named, never the answer. */
export const Vocabulary = z.object({
  entityKinds: z.array(z.string()).default([]),
  entities: z.array(z.string()).default([]),
  causes: z
    .array(
      z.looseObject({
        id: z.string(),
        description: z.string().default(""),
        target: z.string().nullable().default(null),
      }),
    )
    .default([]),
});
export type Vocabulary = z.infer<typeof Vocabulary>;

/** What the analyst is told. `null` is "not told". */
export const Incident = z.object({
  id: z.string().min(1),
  title: z.string(),
  /** The system that failed, and the suite or store that it comes from. */
  system: z.string().nullable(),
  suite: z.string().nullable(),
  /** When a person was told; not when the fault began. */
  alarmAtMs: z.number().nullable(),
  /** Where telemetry lies. Its edges are the recorder's, never evidence of the onset. */
  window: TimeWindow.nullable(),
  baseline: z.object({ window: TimeWindow.nullable(), shared: z.string().nullable() }),
  /** Parts of the baseline that hold other faults. */
  excludeBaseline: z.array(TimeWindow),
  /** The analysis stands at this time; a connector gives nothing later. */
  asOfMs: z.number().nullable(),
  /** Where requests come in. */
  entry: z.string().nullable(),
  /** What the alarm is about: a metric that it names, or an alert whose name says what of it people feel. */
  target: z.object({ entity: z.string(), metric: z.string() }).nullable(),
  vocabulary: Vocabulary.nullable(),
});
export type Incident = z.infer<typeof Incident>;
