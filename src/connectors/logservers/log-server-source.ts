import { cappedAt, coverageFor, NO_METADATA } from "../../domain/answer.ts";
import { IncidentError } from "../../domain/errors.ts";
import type { AnswerGap, Capabilities, NativeQuery, QueryCoverage, TelemetrySource } from "../../domain/ports.ts";
import { recordFilter } from "../../domain/query-match.ts";
import type { TelemetryQuery } from "../../domain/query.ts";
import type { TimeWindow } from "../../domain/time.ts";
import { type PageTemplates, queryPage } from "../link.ts";
import { checkLogServer } from "./health.ts";
import { type PlannedRead, readingPlan } from "./reading-plan.ts";
import { nanosOf, recordLine } from "./record-line.ts";
import type { LogSelection, LogServer, ServerFetch, ServerRecord } from "./types.ts";

/** `maxRecords`: of one answer. `pages`: where a query is opened; `ownPage`: the template of the server's own page. */
export type LogServerOptions = {
  name: string;
  tenant: string | null;
  maxRecords: number;
  pages: PageTemplates;
  ownPage?: string | null;
};

const CAPABILITIES: Capabilities = {
  holds: "system",
  filters: ["range", "entities", "patterns", "matchers", "limit"],
  metadata: ["entities", "labels"],
};
/** Metadata without a range describes the last hour. */
const DESCRIBED_MS = 3_600_000;

/** Logs of a server, read page by page as they are mined. */
export function logServerSource<Scope>(server: LogServer<Scope>, options: LogServerOptions): TelemetrySource<"log"> {
  const { name, maxRecords, pages, ownPage = null } = options;

  return {
    name,
    signal: "log",
    capabilities: CAPABILITIES,
    async query(query, fetch = {}) {
      const coverage = coverageFor({ name, capabilities: CAPABILITIES }, query);
      if (query.recording !== null) return { data: [], coverage };
      const { scope, gaps } = await server.scopeOf(query.entities, query.range, fetch);
      coverage.gaps.push(...gaps);
      if (scope === null) return { data: [], coverage };
      const selection: LogSelection<Scope> = { scope, share: "all", patterns: query.patterns };
      const records = await server.count(selection, query.range, fetch);
      if (records === 0) return { data: [], coverage };
      const plan = readingPlan(records, query.range, maxRecords);
      if (plan.gap !== null) coverage.gaps.push(plan.gap);
      const pages = plannedPages(server, selection, plan.reads, { coverage, fetch });
      coverage.returned = 1;
      const chunks = linesOf(pages, coverage);
      return { data: [{ origin: name, framing: "jsonl", service: null, chunks }], coverage };
    },

    async metadata({ range, recording }, fetch = {}) {
      if (recording !== null) return NO_METADATA;
      return { ...NO_METADATA, ...(await server.describe(range ?? lastHour(), fetch)) };
    },

    async native(query, fetch = {}): Promise<NativeQuery[]> {
      const { scope } = await server.scopeOf(query.entities, query.range, fetch);
      if (scope === null) return [];
      return server.texts({ scope, share: "all", patterns: query.patterns }, query.range).map((text) => ({
        language: server.language,
        text,
        link: queryPage(pages, ownPage, { query: text, range: query.range, service: query.entities[0] ?? "" }),
      }));
    },

    check: (fetch = {}) => checkLogServer(server, options, fetch),
  };
}

export const lastHour = (nowMs = Date.now()): TimeWindow => ({ startMs: nowMs - DESCRIBED_MS, endMs: nowMs });

type Reading = { coverage: QueryCoverage; fetch: ServerFetch };

/**
 * The pages of all reads. If a read fails after others brought records, that is a gap, and what was read counts.
 *
 * @throws {IncidentError} if the first read fails.
 */
async function* plannedPages<Scope>(
  server: LogServer<Scope>,
  selection: LogSelection<Scope>,
  reads: readonly PlannedRead[],
  { coverage, fetch }: Reading,
): AsyncGenerator<readonly ServerRecord[]> {
  let found = 0;
  const onGap = (gap: AnswerGap): void => {
    if (!coverage.gaps.some(({ why }) => why === gap.why)) coverage.gaps.push(gap);
  };
  try {
    for (const { share, range, maxRecords } of reads) {
      for await (const page of server.read({ ...selection, share }, range, { ...fetch, maxRecords, onGap })) {
        found += page.length;
        yield page;
      }
    }
  } catch (error) {
    fetch.signal?.throwIfAborted();
    if (!(error instanceof IncidentError) || found === 0) throw error;
    onGap({ kind: "refused", why: `after ${found} records: ${error.message} (${error.hint})` });
  }
}

/**
 * The records as lines, filtered again: a server may return more than it was asked for. At most one page is in memory.
 */
async function* linesOf(
  pages: AsyncIterable<readonly ServerRecord[]>,
  { query, gaps }: QueryCoverage,
): AsyncGenerator<Uint8Array> {
  const isSelected = recordTest(query);
  const [from, until] = [nanosOf(query.range.startMs), nanosOf(query.range.endMs) + LAST_OF_MS];
  let given = 0;
  for await (const page of pages) {
    const inRange = page.filter(({ nanos }) => nanos >= from && nanos <= until);
    const selected = isSelected === null ? inRange : inRange.filter(isSelected);
    const left = query.limit === null ? selected.length : query.limit - given;
    given += Math.min(left, selected.length);
    if (selected.length > 0 && left > 0) yield Buffer.from(selected.slice(0, left).map(recordLine).join(""));
    if (selected.length <= left) continue;
    gaps.push(cappedAt(query));
    return;
  }
}

/** A range ends with the last nanosecond of its last millisecond. */
const LAST_OF_MS = 999_999n;

/** The server selects entities. Whether a record is of one that its labels do not name is for the server to know. */
function recordTest({ patterns, matchers }: TelemetryQuery): ((record: ServerRecord) => boolean) | null {
  const isSelected = recordFilter({ entities: [], names: [], patterns, matchers });
  return (
    isSelected &&
    (({ body, error, service, pod, traceId, labels }) =>
      isSelected({
        entities: [],
        name: "",
        text: error === null ? body : `${body}: ${error}`,
        labels: { ...labels, service, pod, trace_id: traceId },
      }))
  );
}
