import { sliOf } from "../domain/signals.ts";
import type { Series } from "../domain/telemetry.ts";

/** The SLIs that were measured for each entity. */
export const slisOf = (series: readonly Series[]): Record<string, string[]> =>
  Object.fromEntries(
    [...Map.groupBy(series, ({ entity }) => entity)].map(([entity, own]) => [
      entity,
      [...new Set(own.flatMap(({ metric }) => sliOf(metric) ?? []))].toSorted(),
    ]),
  );
