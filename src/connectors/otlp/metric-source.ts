import { cappedAt, coverageFor } from "../../domain/answer.ts";
import type { Capabilities, TelemetrySource } from "../../domain/ports.ts";
import { limited, recordFilter, seriesCandidate, thinned } from "../../domain/query-match.ts";
import { contains } from "../../domain/time.ts";
import type { OtlpPoint } from "./metrics.ts";
import { linesOf, type OtlpRecords } from "./records.ts";
import { seriesCollector } from "./series.ts";

/** About 80 MB. */
const MAX_SAMPLES = 5_000_000;
const LABELS = ["__name__", "entity", "entity_kind"];

/** Written by `readAll`. */
const pointFromLine = (line: string): OtlpPoint => JSON.parse(line) as OtlpPoint;

/** OpenTelemetry metrics, as series with Prometheus's names. */
export function metricSource(records: OtlpRecords): TelemetrySource<"metric"> {
  const { name, holds } = records;
  const capabilities: Capabilities = {
    holds,
    filters: ["range", "entities", "names", "patterns", "matchers", "limit", "step", "direction"],
    metadata: ["extent", "entities", "names", "labels"],
  };
  return {
    name,
    signal: "metric",
    capabilities,
    async query(query, { signal } = {}) {
      const coverage = coverageFor({ name, capabilities }, query);
      const collected = seriesCollector();
      const wanted = new Set(query.entities);
      for await (const line of linesOf(records.read("metric", query, coverage, signal))) {
        const point = pointFromLine(line);
        if ((wanted.size > 0 && !wanted.has(point.entity)) || !contains(query.range, point.timeMs)) continue;
        collected.add(point);
        if (collected.samples < MAX_SAMPLES) continue;
        coverage.gaps.push({
          kind: "capped",
          why: `more than ${MAX_SAMPLES} samples match; the later ones were not read`,
        });
        break;
      }
      const isSelected = recordFilter(query);
      const series = collected
        .done()
        .filter((each) => isSelected === null || isSelected(seriesCandidate(each)))
        .map((each) => thinned(each, query.stepMs));
      const { selected, isCapped } = limited(series, query);
      if (isCapped) coverage.gaps.push(cappedAt(query));
      return { data: selected, coverage: { ...coverage, returned: selected.length } };
    },
    async metadata(request, { signal } = {}) {
      const found = await records.metadata("metric", request, (line) => pointFromLine(line).metric, signal);
      return { ...found, labels: LABELS, streams: [] };
    },
    check: ({ signal } = {}) => records.check("metric", signal),
  };
}
