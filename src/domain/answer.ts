import type { AnswerGap, Capabilities, QueryCoverage, SourceMetadata } from "./ports.ts";
import { type TelemetryQuery, usedFilters } from "./query.ts";

/** Filters of a query that the source does not apply, as gaps of its answer. */
export const notFiltered = (query: TelemetryQuery, { filters }: Pick<Capabilities, "filters">): AnswerGap[] =>
  (["range", ...usedFilters(query)] as const).flatMap((filter) =>
    filters.includes(filter)
      ? []
      : [{ kind: "not_filtered" as const, filter, why: `this source cannot filter by ${filter}` }],
  );

/** The coverage of an answer that is about to be read. */
export const coverageFor = (
  { name, capabilities }: { name: string; capabilities: Capabilities },
  query: TelemetryQuery,
): QueryCoverage => ({ source: name, query, returned: 0, gaps: notFiltered(query, capabilities), problems: [] });

/** The gap that a query's own limit leaves. */
export const cappedAt = ({ limit, direction }: Pick<TelemetryQuery, "limit" | "direction">): AnswerGap => ({
  kind: "capped",
  why: `there are more; the query keeps the ${direction === "forward" ? "first" : "last"} ${limit}`,
});

/** Nothing is known, or nothing is there. */
export const NO_METADATA: SourceMetadata = {
  extent: null,
  entities: [],
  names: [],
  labels: [],
  streams: [],
  isCapped: false,
};
