import type { TelemetrySignal } from "../../domain/query.ts";
import type { QueryResult } from "../../telemetry/read-all.ts";

/** How an answer is incomplete. A filter that a source cannot apply is no gap: it returns more. */
export const gapsOf = ({ coverage }: Pick<QueryResult<TelemetrySignal>, "coverage">): string[] =>
  coverage.flatMap(({ gaps, problems }) => [
    ...gaps.flatMap((gap) => (gap.kind === "not_filtered" ? [] : [`${gap.kind}: ${gap.why}`])),
    ...problems.map(({ source, what }) => `${source}: ${what}`),
  ]);
