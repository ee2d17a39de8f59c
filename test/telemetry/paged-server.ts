import { setImmediate } from "node:timers/promises";
import { cappedAt, coverageFor, NO_METADATA } from "../../src/domain/answer.ts";
import type { Capabilities, TelemetrySource } from "../../src/domain/ports.ts";
import { limited, recordFilter, spanView } from "../../src/domain/query-match.ts";
import type { TelemetryQuery } from "../../src/domain/query.ts";
import type { Span } from "../../src/domain/telemetry.ts";
import { contains } from "../../src/domain/time.ts";

type Server = TelemetrySource<"trace"> & { pages: number; queries: TelemetryQuery[] };
type Options = { pageSize?: number; maxRecords?: number };

const CAPABILITIES: Capabilities = {
  holds: "system",
  filters: ["range", "entities", "names", "limit"],
  metadata: ["extent", "entities", "names"],
};

/**
 * Spans as a trace backend gives them: page by page, each after a while, at most `maxRecords` for a query. It knows
 * nothing of patterns and label matchers.
 */
export function pagedServer(spans: readonly Span[], { pageSize = 3, maxRecords = 1_000 }: Options = {}): Server {
  const queries: TelemetryQuery[] = [];
  const server: Server = {
    name: "server",
    signal: "trace",
    capabilities: CAPABILITIES,
    pages: 0,
    queries,
    async query(query, { signal } = {}) {
      queries.push(query);
      const coverage = coverageFor(server, query);
      if (query.recording !== null) return { data: [], coverage };
      const isSelected = recordFilter({ ...query, patterns: [], matchers: [] });
      const found: Span[] = [];
      for (let at = 0; at < spans.length && found.length <= maxRecords; at += pageSize) {
        await setImmediate();
        signal?.throwIfAborted();
        server.pages += 1;
        const page = spans.slice(at, at + pageSize).filter((span) => contains(query.range, spanView.timeOf(span) ?? 0));
        found.push(...page.filter((span) => isSelected === null || isSelected(spanView.candidateOf(span))));
      }
      const { selected, isCapped } = limited(found.slice(0, maxRecords), query);
      if (isCapped) coverage.gaps.push(cappedAt(query));
      if (found.length > maxRecords)
        coverage.gaps.push({ kind: "capped", why: `the server gives at most ${maxRecords}` });
      return { data: selected, coverage: { ...coverage, returned: selected.length } };
    },
    async metadata({ recording }) {
      await setImmediate();
      if (recording !== null || spans.length === 0) return NO_METADATA;
      const times = spans.map((span) => spanView.timeOf(span) ?? 0);
      return {
        ...NO_METADATA,
        extent: { startMs: Math.min(...times), endMs: Math.max(...times) },
        entities: [...new Set(spans.map(({ service }) => service))].toSorted().map((id) => ({ id, kind: "service" })),
        names: [...new Set(spans.map(({ operation }) => operation))].toSorted(),
      };
    },
  };
  return server;
}
