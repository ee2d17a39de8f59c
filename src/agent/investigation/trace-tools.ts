import { z } from "zod";
import { queryFor } from "../../domain/query.ts";
import type { Span } from "../../domain/telemetry.ts";
import { isoTime, nanosToMs } from "../../domain/time.ts";
import { rounded } from "../../domain/phrasing.ts";
import { defineTool } from "../../llm/define-tool.ts";
import type { LoopTool } from "../../llm/loop-tool.ts";
import type { ToolRow } from "../../llm/tool-result.ts";
import { median } from "../../stats/quantile.ts";
import { isError, spanForest } from "../../traces/forest.ts";
import type { InvestigationContext } from "./context.ts";
import { meant, unknownName } from "./known-names.ts";
import { dividingTime, plannedRangeOf, requestedRange } from "./ranges.ts";
import { gapsOf } from "./read-gaps.ts";

/** Spans read for one call. */
const MAX_SPANS = 200_000;
const MAX_TREE = 200;

const CallsInput = z.object({
  entity: z.string().describe("calls to and from this entity, and its own time"),
  from: z.string().nullable().describe("ISO 8601, or null for all that the analysis read"),
  to: z.string().nullable().describe("ISO 8601, or null"),
});

/** Shows how long an entity and its calls took before and after the onset, and how many failed. */
export const readCalls = (context: InvestigationContext): LoopTool =>
  defineTool(
    {
      name: "read_calls",
      description:
        "Reads the spans of one entity: for each operation, and for each call to or from it, the number, the median " +
        "duration, the median own time and the failures, before and after the onset; and the slowest traces.",
      input: CallsInput,
    },
    async ({ entity: shown, from, to }, signal) => {
      const { telemetry, incident, observations } = context;
      if (telemetry.sourceNames("trace").length === 0) return { refused: "the incident has no traces" };
      const range = requestedRange(await plannedRangeOf(telemetry, incident, "trace", signal), from, to);
      if ("refused" in range) return range;
      const read = await telemetry.query(queryFor("trace", range, { limit: MAX_SPANS }), { signal });
      const services = [...new Set(read.data.map(({ service }) => service))];
      const entity = meant(shown, services);
      if (entity === null) return unknownName("entity with spans", shown, services);
      const splitMs = dividingTime(incident, range);
      const rows = callRows(read.data, entity, splitMs);
      const result = await observations.show({
        tool: "read_calls",
        query: `spans of ${entity}`,
        range,
        sources: telemetry.sourceNames("trace"),
        summary: { split_at: isoTime(splitMs), slowest_traces: slowestTraces(read.data, entity) },
        rows,
        gaps: gapsOf(read),
      });
      const [worst] = rows;
      const words =
        worst === undefined
          ? "no call"
          : `${String(worst.what)} takes ${worst.ms_after ?? "no"} ms, ${worst.ms_before ?? "no"} ms before`;
      return { result, step: `read the calls of ${entity}: ${words}` };
    },
  );

type Sample = { ms: number; ownMs: number; failed: boolean; isAfter: boolean };

const mid = (list: readonly Sample[], pick: (sample: Sample) => number): number | null =>
  list.length === 0 ? null : rounded(median(list.map(pick)));
const failed = (list: readonly Sample[]): number => list.filter((sample) => sample.failed).length;

/** One row for each operation of the entity, and for each operation that calls it; the most slowed first. */
export function callRows(spans: readonly Span[], entity: string, splitMs: number): ToolRow[] {
  const forest = spanForest(spans);
  const groups = new Map<string, { row: ToolRow; samples: Sample[] }>();
  for (const [at, span] of spans.entries()) {
    const parent = forest.parent[at] ?? -1;
    const caller = parent < 0 ? null : (spans[parent]?.service ?? null);
    const callee = forest.callee[at] ?? null;
    if (span.service !== entity && callee !== entity) continue;
    const what = `${span.service} ${span.operation}`;
    const group = groups.get(what) ?? { row: { what, caller, callee }, samples: [] };
    groups.set(what, group);
    group.samples.push({
      ms: span.durationUs / 1000,
      ownMs: (forest.selfUs[at] ?? 0) / 1000,
      failed: isError(span),
      isAfter: nanosToMs(span.startUnixNano) >= splitMs,
    });
  }
  return [...groups.values()]
    .map(({ row, samples }): ToolRow & { added: number } => {
      const [before, after] = [samples.filter(({ isAfter }) => !isAfter), samples.filter(({ isAfter }) => isAfter)];
      const [msBefore, msAfter] = [mid(before, ({ ms }) => ms), mid(after, ({ ms }) => ms)];
      return {
        ...row,
        count_before: before.length,
        count_after: after.length,
        ms_before: msBefore,
        ms_after: msAfter,
        own_ms_before: mid(before, ({ ownMs }) => ownMs),
        own_ms_after: mid(after, ({ ownMs }) => ownMs),
        failed_before: failed(before),
        failed_after: failed(after),
        added: (msAfter ?? 0) - (msBefore ?? 0),
      };
    })
    .toSorted((a, b) => b.added - a.added)
    .map(({ added: _added, ...row }) => row);
}

const slowestTraces = (spans: readonly Span[], entity: string): string[] =>
  [
    ...new Set(
      spans
        .filter(({ service }) => service === entity)
        .toSorted((a, b) => b.durationUs - a.durationUs)
        .map(({ traceId }) => traceId),
    ),
  ].slice(0, 3);

const TreeInput = z.object({ trace_id: z.string().max(64).describe("the id of a trace, as another tool gave it") });

/** Shows the tree of one trace. */
export const readTrace = (context: InvestigationContext): LoopTool =>
  defineTool(
    {
      name: "read_trace",
      description: "Reads the spans of one trace as a tree, with the own time of each.",
      input: TreeInput,
    },
    async ({ trace_id: traceId }, signal) => {
      const { telemetry, incident, observations } = context;
      if (telemetry.sourceNames("trace").length === 0) return { refused: "the incident has no traces" };
      const range = await plannedRangeOf(telemetry, incident, "trace", signal);
      const read = await telemetry.query(queryFor("trace", range, { limit: MAX_SPANS }), { signal });
      const spans = read.data.filter((span) => span.traceId === traceId).slice(0, MAX_TREE);
      if (spans.length === 0) return { refused: "there is no trace with this id in the range" };
      const forest = spanForest(spans);
      const startMs = Math.min(...spans.map(({ startUnixNano }) => nanosToMs(startUnixNano)));
      const depthOf = (at: number): number => {
        let depth = 0;
        for (let up = forest.parent[at] ?? -1; up >= 0 && depth < MAX_TREE; up = forest.parent[up] ?? -1) depth += 1;
        return depth;
      };
      const rows = spans
        .map((span, at) => ({
          depth: depthOf(at),
          entity: span.service,
          operation: span.operation,
          offset_ms: nanosToMs(span.startUnixNano) - startMs,
          ms: span.durationUs / 1000,
          own_ms: (forest.selfUs[at] ?? 0) / 1000,
          status: span.status,
        }))
        .toSorted((a, b) => a.offset_ms - b.offset_ms || a.depth - b.depth);
      const slowest = rows.reduce((most, row) => (row.own_ms > most.own_ms ? row : most));
      const result = await observations.show({
        tool: "read_trace",
        query: `trace ${traceId}`,
        range,
        sources: telemetry.sourceNames("trace"),
        rows,
        gaps: gapsOf(read),
      });
      return { result, step: `read a trace of ${rows.length} spans: most own time in ${slowest.entity}` };
    },
  );
