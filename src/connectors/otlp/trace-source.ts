import { cappedAt, coverageFor } from "../../domain/answer.ts";
import type { Capabilities, TelemetrySource } from "../../domain/ports.ts";
import { limited, recordFilter, spanView } from "../../domain/query-match.ts";
import { contains, nanosToMs } from "../../domain/time.ts";
import { linesOf, type OtlpRecords } from "./records.ts";
import { spanFromLine } from "./span-line.ts";
import { traceSample } from "./trace-sample.ts";

/** About 120 MB. */
const MAX_SPANS = 400_000;
const LABELS = ["service", "pod", "operation", "status", "trace_id", "span_id"];

const operationOf = (line: string): string => spanFromLine(line).operation;

/** OpenTelemetry spans, by their start. */
export function traceSource(records: OtlpRecords): TelemetrySource<"trace"> {
  const { name, holds } = records;
  const capabilities: Capabilities = {
    holds,
    filters: ["range", "entities", "names", "patterns", "matchers", "limit", "direction"],
    metadata: ["extent", "entities", "names", "labels"],
  };
  return {
    name,
    signal: "trace",
    capabilities,
    async query(query, { signal } = {}) {
      const coverage = coverageFor({ name, capabilities }, query);
      const sample = traceSample(MAX_SPANS);
      const isSelected = recordFilter(query);
      for await (const line of linesOf(records.read("trace", query, coverage, signal))) {
        const span = spanFromLine(line);
        const isWanted = isSelected === null || isSelected(spanView.candidateOf(span));
        if (isWanted && contains(query.range, nanosToMs(span.startUnixNano))) sample.add(span);
      }
      if (sample.share < 1)
        coverage.gaps.push({ kind: "sampled", why: `read 1 of ${1 / sample.share} traces: there are too many spans` });
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
