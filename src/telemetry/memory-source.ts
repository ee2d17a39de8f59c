import { cappedAt, coverageFor, NO_METADATA } from "../domain/answer.ts";
import type { Capabilities, TelemetryData, TelemetrySource } from "../domain/ports.ts";
import { QUERY_FILTERS, type TelemetrySignal } from "../domain/query.ts";
import { OPERATIONS } from "./data-operations.ts";

/** A source over records in memory. `read` runs for each query. Shared recordings are empty. */
export function memorySource<S extends TelemetrySignal>(
  signal: S,
  name: string,
  read: () => Promise<TelemetryData[S]>,
): TelemetrySource<S> {
  const operations = OPERATIONS[signal];
  const capabilities: Capabilities = {
    holds: "incident",
    filters: operations.select === null ? [] : QUERY_FILTERS,
    metadata: operations.listed === null ? [] : ["extent", "entities", "names"],
  };
  return {
    name,
    signal,
    capabilities,
    async query(query) {
      const coverage = coverageFor({ name, capabilities }, query);
      const all: TelemetryData[S] = query.recording === null ? await read() : operations.join([]);
      const { selected, isCapped } = operations.select?.(all, query) ?? { selected: all, isCapped: false };
      if (isCapped) coverage.gaps.push(cappedAt(query));
      return { data: selected, coverage: { ...coverage, returned: operations.count(selected) } };
    },
    async metadata({ range, recording }) {
      return operations.listed === null || recording !== null ? NO_METADATA : operations.listed(await read(), range);
    },
  };
}
