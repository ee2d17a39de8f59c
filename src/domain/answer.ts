import type { AnswerGap, Capabilities, QueryCoverage, SourceMetadata } from "./ports.ts";
import { type TelemetryQuery, usedFilters } from "./query.ts";

/** Reports the query's filters that the source does not apply, as gaps of its answer. */
export const notFiltered = (query: TelemetryQuery, { filters }: Pick<Capabilities, "filters">): AnswerGap[] =>
  (["range", ...usedFilters(query)] as const).flatMap((filter) =>
    filters.includes(filter)
      ? []
      : [{ kind: "not_filtered" as const, filter, why: `this source cannot filter by ${filter}` }],
  );

/** The coverage of an answer before it is read. */
export const coverageFor = (
  { name, capabilities }: { name: string; capabilities: Capabilities },
  query: TelemetryQuery,
): QueryCoverage => ({ source: name, query, returned: 0, gaps: notFiltered(query, capabilities), problems: [] });

/** The gap if the query's own limit cut the answer. */
export const cappedAt = ({ limit, direction }: Pick<TelemetryQuery, "limit" | "direction">): AnswerGap => ({
  kind: "capped",
  why: `there are more; the query keeps the ${direction === "forward" ? "first" : "last"} ${limit}`,
});

/** Metadata of a source that is empty or does not describe itself. */
export const NO_METADATA: SourceMetadata = {
  extent: null,
  entities: [],
  names: [],
  labels: [],
  streams: [],
  isCapped: false,
};
