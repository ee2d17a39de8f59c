import { cappedAt, coverageFor } from "../../domain/answer.ts";
import type { OtlpStore } from "../../domain/otlp.ts";
import type { Capabilities, TelemetrySource } from "../../domain/ports.ts";
import { limited, recordFilter, spanView } from "../../domain/query-match.ts";
import { contains, nanosToMs } from "../../domain/time.ts";
import { blocksFor, lateStart, linesOfBlocks } from "./blocks.ts";
import { checkOtlp } from "./check.ts";
import { metadataOf, OTLP_SOURCE } from "./source-metadata.ts";
import { spanFromLine } from "./span-line.ts";
import { traceSample } from "./trace-sample.ts";

/** About 120 MB. */
const MAX_SPANS = 400_000;
const CAPABILITIES: Capabilities = {
  holds: "system",
  filters: ["range", "entities", "names", "patterns", "matchers", "limit", "direction"],
  metadata: ["extent", "entities", "names", "labels"],
};

/** Received spans, by their start. @param now Unix milliseconds. */
export const traceSource = (store: OtlpStore, now: () => number): TelemetrySource<"trace"> => ({
  name: OTLP_SOURCE,
  signal: "trace",
  capabilities: CAPABILITIES,
  async query(query, { signal } = {}) {
    const coverage = coverageFor({ name: OTLP_SOURCE, capabilities: CAPABILITIES }, query);
    coverage.gaps.push(...lateStart(query.range, await store.extent("trace")));
    const sample = traceSample(MAX_SPANS);
    const isSelected = recordFilter(query);
    const blocks = await blocksFor(store, "trace", query);
    for await (const line of linesOfBlocks(store, blocks, coverage.gaps, signal)) {
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
  metadata: (request) =>
    metadataOf(store, "trace", request, {
      labels: ["service", "pod", "operation", "status", "trace_id", "span_id"],
      nameOf: (line) => spanFromLine(line).operation,
    }),
  check: (options) => checkOtlp(store, "trace", now(), options),
});
