import { cappedAt, coverageFor, NO_METADATA } from "../domain/answer.ts";
import type { Capabilities, TelemetrySource } from "../domain/ports.ts";
import { changeView, selectRecords } from "../domain/query-match.ts";
import { QUERY_FILTERS } from "../domain/query.ts";
import type { ServiceStore } from "../domain/service-store.ts";

const CAPABILITIES: Capabilities = { holds: "system", filters: QUERY_FILTERS, metadata: [] };
/** Changes of one range. More is no help to anybody. */
const MAX_CHANGES = 2_000;

/** Changes that others reported (`POST /v1/changes`): those of every incident whose time they fall in. */
export function reportedChanges(service: Pick<ServiceStore, "listChanges">): TelemetrySource<"change"> {
  const source = { name: "reported", capabilities: CAPABILITIES };
  return {
    ...source,
    signal: "change",
    async query(query) {
      const coverage = coverageFor(source, query);
      if (query.recording !== null) return { data: [], coverage };
      const changes = await service.listChanges(query.range, MAX_CHANGES + 1);
      const newest = changes.slice(-MAX_CHANGES);
      if (newest.length < changes.length)
        coverage.gaps.push({ kind: "capped", why: `only the newest ${MAX_CHANGES} changes in the range were read` });
      const { selected, isCapped } = selectRecords(newest, query, changeView);
      if (isCapped) coverage.gaps.push(cappedAt(query));
      return { data: selected, coverage: { ...coverage, returned: selected.length } };
    },
    metadata: async () => NO_METADATA,
  };
}
