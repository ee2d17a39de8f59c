import { z } from "zod";
import { Onset } from "./onset.ts";
import { TimeWindow } from "./time.ts";

/** A closed list of answers, if the caller gives one. It hints at how things are named; it is never the answer. */
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

/** The input of one analysis. `null` means that the value was not given. */
export const Incident = z.object({
  id: z.string().min(1),
  title: z.string(),
  /** The system that failed, and the suite or store that it comes from. */
  system: z.string().nullable(),
  suite: z.string().nullable(),
  /** When a person was alerted, not when the fault began. */
  alarmAtMs: z.number().nullable(),
  /** The range of the telemetry. Its edges come from the recorder and are never evidence of the onset. */
  window: TimeWindow.nullable(),
  baseline: z.object({ window: TimeWindow.nullable(), shared: z.string().nullable() }),
  /** Ranges of the baseline that contain other faults. */
  excludeBaseline: z.array(TimeWindow),
  /** The time at which the analysis stands. Connectors return nothing later. */
  asOfMs: z.number().nullable(),
  /** The service where requests enter the system. */
  entry: z.string().nullable(),
  /** The subject of the alarm: a metric that it names, or an alert whose name shows an effect on users. */
  target: z.object({ entity: z.string(), metric: z.string() }).nullable(),
  vocabulary: Vocabulary.nullable(),
  /** When the fault began, from all signals together. Absent before the search, null if they do not agree. */
  onset: Onset.nullable().optional(),
});
export type Incident = z.infer<typeof Incident>;

/** An incident of which only the given values are known. */
export const knownIncident = (known: Pick<Incident, "id" | "title"> & Partial<Incident>): Incident => ({
  system: null,
  suite: null,
  alarmAtMs: null,
  window: null,
  baseline: { window: null, shared: null },
  excludeBaseline: [],
  asOfMs: null,
  entry: null,
  target: null,
  vocabulary: null,
  ...known,
});
