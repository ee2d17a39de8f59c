import { z } from "zod";
import { type Incident, Vocabulary } from "./incident.ts";
import { IsoTime } from "./time.ts";

/** A window that ends before it starts is empty, and an empty window would pass for a quiet one. So it is refused. */
const inOrder = ({ start, end }: { start?: number | null | undefined; end?: number | null | undefined }): boolean =>
  start == null || end == null || start <= end;
const DISORDER = { message: "the start is after the end", path: ["start"] };

const IsoWindow = z
  .object({ start: IsoTime, end: IsoTime })
  .refine(inOrder, DISORDER)
  .transform(({ start, end }) => ({ startMs: start, endMs: end }));

/** `scenario.json`, schema `causeway.scenario/1`. Unknown extra keys pass. */
export const Scenario = z
  .looseObject({
    schema: z.literal("causeway.scenario/1"),
    id: z.string().min(1),
    suite: z.string().nullish(),
    system: z.string().nullish(),
    title: z.string().default("Incident"),
    alarmAt: IsoTime.nullish(),
    window: IsoWindow.nullish(),
    baseline: z
      .looseObject({ start: IsoTime.nullish(), end: IsoTime.nullish(), shared: z.string().nullish() })
      .refine(inOrder, DISORDER)
      .nullish(),
    excludeBaseline: z.array(IsoWindow).nullish(),
    asOf: IsoTime.nullish(),
    entry: z.string().nullish(),
    target: z.looseObject({ entity: z.string(), metric: z.string() }).nullish(),
    answer: Vocabulary.nullish(),
  })
  .transform((scenario): Incident => {
    const { start, end, shared } = scenario.baseline ?? {};
    return {
      id: scenario.id,
      title: scenario.title,
      system: scenario.system ?? null,
      suite: scenario.suite ?? null,
      alarmAtMs: scenario.alarmAt ?? null,
      window: scenario.window ?? null,
      baseline: {
        window: start != null && end != null ? { startMs: start, endMs: end } : null,
        shared: shared ?? null,
      },
      excludeBaseline: scenario.excludeBaseline ?? [],
      asOfMs: scenario.asOf ?? null,
      entry: scenario.entry ?? null,
      target: scenario.target ? { entity: scenario.target.entity, metric: scenario.target.metric } : null,
      vocabulary: scenario.answer ?? null,
    };
  });
