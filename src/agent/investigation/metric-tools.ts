import { z } from "zod";
import { queryFor } from "../../domain/query.ts";
import type { Series } from "../../domain/telemetry.ts";
import { isoTime, utcClock } from "../../domain/time.ts";
import { rounded } from "../../domain/phrasing.ts";
import { defineTool } from "../../llm/define-tool.ts";
import type { LoopTool } from "../../llm/loop-tool.ts";
import type { ToolRow } from "../../llm/tool-result.ts";
import { flooredShift } from "../../metrics/shift.ts";
import { changeOf } from "../../stats/change-point.ts";
import { median } from "../../stats/quantile.ts";
import type { InvestigationContext } from "./context.ts";
import { contentsOf, meant, unknownName } from "./known-names.ts";
import { dividingTime, plannedRangeOf, requestedRange } from "./ranges.ts";
import { gapsOf } from "./read-gaps.ts";

/** Samples that a model sees of a series. All of them can be fetched. */
const SHOWN_POINTS = 20;
const MAX_SERIES = 20;

const Input = z.object({
  entity: z.string().describe("the entity, exactly as listed"),
  metric: z.string().describe("the metric, exactly as listed"),
  from: z.string().nullable().describe("ISO 8601, or null for all that the analysis read"),
  to: z.string().nullable().describe("ISO 8601, or null"),
});

/** Reads one metric of one entity: its samples, its shift at the onset, and when it changed by itself. */
export const readMetric = (context: InvestigationContext): LoopTool =>
  defineTool(
    {
      name: "read_metric",
      description:
        "Reads one metric of one entity: medians before and after the onset, the robust shift, the time at which the " +
        "series itself changed most, and samples.",
      input: Input,
    },
    async ({ entity: shownEntity, metric: shownMetric, from, to }, signal) => {
      const { telemetry, incident, observations } = context;
      const contents = await contentsOf(context, "metric", signal);
      if (contents === null) return { refused: "the incident has no metrics" };
      // a source that lists only a part may have the name all the same
      const entity = meant(shownEntity, contents.entities) ?? (contents.isCapped ? shownEntity : null);
      const metric = meant(shownMetric, contents.names) ?? (contents.isCapped ? shownMetric : null);
      if (entity === null) return unknownName("entity", shownEntity, contents.entities);
      if (metric === null) return unknownName("metric", shownMetric, contents.names);
      const range = requestedRange(await plannedRangeOf(telemetry, incident, "metric", signal), from, to);
      if ("refused" in range) return range;
      const read = await telemetry.query(
        queryFor("metric", range, { entities: [entity], names: [metric], limit: MAX_SERIES }),
        { signal },
      );
      const [series] = read.data.toSorted((a, b) => b.values.length - a.values.length);
      if (series === undefined)
        return unknownName("series of this entity", metric, await metricsOf(context, entity, signal));
      const splitMs = dividingTime(incident, range);
      const { summary, words } = describeSeries(series, splitMs);
      const rows = series.timesMs.map((timeMs, at): ToolRow => ({
        at: isoTime(timeMs),
        value: series.values[at] ?? null,
      }));
      const result = await observations.show({
        tool: "read_metric",
        query: `${metric} of ${entity}`,
        range,
        sources: telemetry.sourceNames("metric"),
        summary: { ...summary, series: read.data.length },
        rows,
        head: spread(rows),
        gaps: gapsOf(read),
      });
      return { result, step: `checked ${metric} of ${entity}: ${words}` };
    },
  );

/** The metrics that an entity has. */
async function metricsOf({ telemetry, incident }: InvestigationContext, entity: string, signal?: AbortSignal) {
  const read = await telemetry.readIncident("metric", incident, { signal });
  return [
    ...new Set((read?.own ?? []).filter((each) => each.entity === entity).map(({ metric }) => metric)),
  ].toSorted();
}

/** What the series did: before and after `splitMs`, and at the time at which it changed most. */
export function describeSeries({ timesMs, values }: Series, splitMs: number): { summary: ToolRow; words: string } {
  const before = values.filter((_, at) => (timesMs[at] ?? 0) < splitMs);
  const after = values.filter((_, at) => (timesMs[at] ?? 0) >= splitMs);
  const shift = flooredShift(before, after, "both");
  const change = changeOf(values);
  const changedMs = change === null ? null : (timesMs[change.at] ?? null);
  const summary: ToolRow = {
    split_at: isoTime(splitMs),
    samples: values.length,
    median_before: before.length === 0 ? null : median(before),
    median_after: after.length === 0 ? null : median(after),
    shift: shift === null ? null : shift.score,
    direction: shift?.direction ?? null,
    changed_at: changedMs === null ? null : isoTime(changedMs),
    level_before_change: change?.before ?? null,
    level_after_change: change?.after ?? null,
  };
  if (change === null || changedMs === null) return { summary, words: "no clear change" };
  const how = change.direction === "up" ? "rose" : "fell";
  const when = changedMs < splitMs ? ", before the onset" : "";
  const words = `${how} from ${rounded(change.before)} to ${rounded(change.after)} at ${utcClock(changedMs)}${when}`;
  return { summary, words };
}

/** Every n-th row, so that a model sees the whole course. All rows stay behind the key. */
const spread = (rows: readonly ToolRow[]): ToolRow[] => {
  const step = Math.max(1, Math.ceil(rows.length / SHOWN_POINTS));
  return rows.filter((_, at) => at % step === 0);
};
