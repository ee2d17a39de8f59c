import { cappedAt, coverageFor } from "../../domain/answer.ts";
import type { OtlpStore } from "../../domain/otlp.ts";
import type { Capabilities, TelemetrySource } from "../../domain/ports.ts";
import { limited, recordFilter, seriesCandidate, thinned } from "../../domain/query-match.ts";
import { contains } from "../../domain/time.ts";
import { blocksFor, lateStart, linesOfBlocks } from "./blocks.ts";
import { checkOtlp } from "./check.ts";
import type { OtlpPoint } from "./metrics.ts";
import { seriesCollector } from "./series.ts";
import { metadataOf, OTLP_SOURCE } from "./source-metadata.ts";

/** About 80 MB. */
const MAX_SAMPLES = 5_000_000;
const CAPABILITIES: Capabilities = {
  holds: "system",
  filters: ["range", "entities", "names", "patterns", "matchers", "limit", "step", "direction"],
  metadata: ["extent", "entities", "names", "labels"],
};

/** Written by `receive.ts`. */
const pointFromLine = (line: string): OtlpPoint => JSON.parse(line) as OtlpPoint;

/** Received metrics, as series with Prometheus's names. @param now Unix milliseconds. */
export const metricSource = (store: OtlpStore, now: () => number): TelemetrySource<"metric"> => ({
  name: OTLP_SOURCE,
  signal: "metric",
  capabilities: CAPABILITIES,
  async query(query, { signal } = {}) {
    const coverage = coverageFor({ name: OTLP_SOURCE, capabilities: CAPABILITIES }, query);
    coverage.gaps.push(...lateStart(query.range, await store.extent("metric")));
    const collected = seriesCollector();
    const wanted = new Set(query.entities);
    const blocks = await blocksFor(store, "metric", query);
    for await (const line of linesOfBlocks(store, blocks, coverage.gaps, signal)) {
      const point = pointFromLine(line);
      if ((wanted.size > 0 && !wanted.has(point.entity)) || !contains(query.range, point.timeMs)) continue;
      collected.add(point);
      if (collected.samples < MAX_SAMPLES) continue;
      coverage.gaps.push({ kind: "capped", why: `more than ${MAX_SAMPLES} samples; the later ones were not read` });
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
  metadata: (request) =>
    metadataOf(store, "metric", request, {
      labels: ["__name__", "entity", "entity_kind"],
      nameOf: (line) => pointFromLine(line).metric,
    }),
  check: (options) => checkOtlp(store, "metric", now(), options),
});
