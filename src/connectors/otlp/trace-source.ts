import { cappedAt, coverageFor } from "../../domain/answer.ts";
import type { Capabilities, TelemetrySource } from "../../domain/ports.ts";
import { limited, recordFilter, spanView } from "../../domain/query-match.ts";
import type { TelemetryQuery } from "../../domain/query.ts";
import { contains, nanosToMs } from "../../domain/time.ts";
import { linesOf, type OtlpRecords } from "./records.ts";
import { spanFromLine } from "./span-line.ts";
import { traceSample } from "./trace-sample.ts";

/** About 120 MB. */
const MAX_SPANS = 400_000;
const LABELS = ["service", "pod", "operation", "status", "trace_id", "span_id"];

const operationOf = (line: string): string => spanFromLine(line).operation;

/**
 * OpenTelemetry spans, by their start. A query for entities brings the whole traces that touch one of them: a part of a
 * trace does not show who called whom, and where the time went.
 */
export function traceSource(records: OtlpRecords): TelemetrySource<"trace"> {
  const { name, holds } = records;
  const capabilities: Capabilities = {
    holds,
    filters: ["range", "names", "patterns", "matchers", "limit", "direction"],
    metadata: ["extent", "entities", "names", "labels"],
  };
  return {
    name,
    signal: "trace",
    capabilities,
    async query(query, { signal } = {}) {
      const coverage = coverageFor({ name, capabilities }, query);
      const sample = traceSample(MAX_SPANS);
      const ids = query.entities.length === 0 ? null : await tracesOf(records, query, signal);
      const whole: TelemetryQuery = { ...query, entities: [] };
      const isSelected = recordFilter(whole);
      for await (const line of linesOf(records.read("trace", whole, coverage, signal))) {
        const span = spanFromLine(line);
        const isWanted = isSelected === null || isSelected(spanView.candidateOf(span));
        if (isWanted && contains(query.range, nanosToMs(span.startUnixNano)) && (ids?.has(span.traceId) ?? true))
          sample.add(span);
      }
      if (sample.share < 1)
        coverage.gaps.push({ kind: "sampled", why: `too many spans: read 1 of ${1 / sample.share} traces` });
      const ordered = sample.done().toSorted((a, b) => (a.startUnixNano < b.startUnixNano ? -1 : 1));
      const { selected, isCapped } = limited(ordered, query);
      if (isCapped) coverage.gaps.push(cappedAt(query));
      return { data: selected, coverage: { ...coverage, returned: selected.length } };
    },
    async metadata(request, { signal } = {}) {
      const found = await records.metadata("trace", request, operationOf, signal);
      return { ...found, labels: LABELS, streams: [] };
    },
    check: ({ signal } = {}) => records.check("trace", signal),
  };
}

/** The traces with a span of one of the entities. */
async function tracesOf(
  records: OtlpRecords,
  query: TelemetryQuery,
  abort: AbortSignal | undefined,
): Promise<Set<string>> {
  const [ids, wanted] = [new Set<string>(), new Set<string | null>(query.entities)];
  for await (const line of linesOf(records.read("trace", query, { gaps: [], problems: [] }, abort))) {
    const { traceId, service, pod } = spanFromLine(line);
    if (wanted.has(service) || wanted.has(pod)) ids.add(traceId);
  }
  return ids;
}
