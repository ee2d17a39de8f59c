import { IncidentError } from "../domain/errors.ts";
import type { QueryCoverage, TelemetryData, TelemetrySource } from "../domain/ports.ts";
import type { QueryOf, TelemetrySignal } from "../domain/query.ts";
import type { CachedSource } from "./cached-source.ts";
import { OPERATIONS } from "./data-operations.ts";

export type OpenSource<S extends TelemetrySignal> = { source: TelemetrySource<S>; cache: CachedSource<S> };
/** The answers of all sources that a query selected, joined. */
export type QueryResult<S extends TelemetrySignal> = {
  data: TelemetryData[S];
  coverage: QueryCoverage[];
  /** The data of each source that answered. */
  parts: SourcePart<S>[];
};
export type SourcePart<S extends TelemetrySignal> = { source: string; data: TelemetryData[S] };
/** The query for each source. `failed`: the query to report if the source fails. */
export type Planned<S extends TelemetrySignal> = {
  query: (each: OpenSource<S>) => Promise<QueryOf<S>>;
  failed: (each: OpenSource<S>) => QueryOf<S>;
  signal: AbortSignal | undefined;
};

/** Queries each source. If some fail, each failure is a gap. If all fail, the first error is thrown. */
export async function readAll<S extends TelemetrySignal>(
  open: readonly OpenSource<S>[],
  { query, failed, signal }: Planned<S>,
): Promise<QueryResult<S>> {
  const [first] = open;
  if (first === undefined)
    throw new IncidentError("NOT_FOUND", "no source of the incident answers this query", {
      hint: "The incident has no telemetry of this signal, or its source has another name now.",
    });
  const results = await Promise.allSettled(open.map(async (each) => each.cache.query(await query(each), signal)));
  const answers = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const coverage = results.map((result, at): QueryCoverage => {
    if (result.status === "fulfilled") return result.value.coverage;
    const [reason, each] = [result.reason as unknown, open[at] ?? first];
    if (answers.length === 0 || !(reason instanceof IncidentError)) throw reason;
    const why = `${reason.message} (${reason.hint})`;
    return {
      source: each.source.name,
      query: failed(each),
      returned: 0,
      gaps: [{ kind: "refused", why }],
      problems: [],
    };
  });
  const { join } = OPERATIONS[first.source.signal];
  const parts = answers.map(({ data, coverage: { source } }) => ({ source, data }));
  return { data: join(answers.map(({ data }) => data)), coverage, parts };
}
