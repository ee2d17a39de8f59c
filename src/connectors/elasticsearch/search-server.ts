import { IncidentError } from "../../domain/errors.ts";
import type { EntityLabel } from "../../domain/measured-entity.ts";
import { workloadOfPod } from "../../domain/pod-names.ts";
import type { AnswerGap } from "../../domain/ports.ts";
import type { TimeWindow } from "../../domain/time.ts";
import type { QueryDoor } from "../backend.ts";
import type { LogSelection, LogServer, ServerReadOptions, ServerRecord } from "../logservers/types.ts";
import { type PointInTime, type SearchClient, searchClient, type SearchPage } from "./client.ts";
import { fieldNames, fieldsOf, type LogFields, recordOfDocument } from "./fields.ts";
import { type SearchLanguage, searchQuery, type SearchScope, typedQuery } from "./search-query.ts";

/** Documents of one page; the server's own limit for one search is 10,000. */
const PAGE_DOCUMENTS = 5_000;
const MIN_PAGE_DOCUMENTS = 20;

/**
 * Logs of Elasticsearch or OpenSearch.
 *
 * @param index names, patterns and data streams, separated by commas.
 * @param configured fields of this system that name services or pods.
 * @param language in which queries are shown.
 */
export function searchServer(
  http: QueryDoor,
  { index, configured, language }: { index: string; configured: readonly EntityLabel[]; language: SearchLanguage },
): LogServer<SearchScope> {
  const client = searchClient(http, index);
  let known: Promise<LogFields> | null = null;
  const fieldsFor = (signal: AbortSignal | undefined): Promise<LogFields> =>
    (known ??= client
      .fieldTypes(fieldNames(configured), { signal })
      .then((types) => fieldsOf(types, configured))
      .catch((error: unknown) => {
        known = null;
        throw error;
      }));

  return {
    language,
    clockMs: ({ signal }) => http.clockMs({ path: "/", signal }),

    async scopeOf(entities, _range, { signal }) {
      const fields = await fieldsFor(signal);
      if (fields.types.size === 0) throw noIndex(index);
      if (fields.time.length === 0 || fields.message.length + fields.error.length === 0) throw noFields(index, fields);
      const isUnnamed = fields.service.length + fields.pod.length + fields.host.length === 0;
      const gaps: AnswerGap[] =
        isUnnamed && entities.length > 0
          ? [
              {
                kind: "not_filtered",
                filter: "entities",
                why: "no field names services or pods; add the fields to `labels:` of this source",
              },
            ]
          : [];
      return { scope: { fields, entities: isUnnamed ? [] : entities }, gaps };
    },

    count: (selection, range, fetch) => client.count(searchQuery(selection, range), fetch),

    read: (selection, range, options) => pagesOf(client, selection, range, options),

    texts: (selection) => [typedQuery(selection, language)],

    async describe(range, fetch) {
      const fields = await fieldsFor(fetch.signal);
      const entities = new Map<string, string>();
      if (fields.time.length === 0) return { entities: [], labels: [], isCapped: false };
      const selection = { scope: { fields, entities: [] }, share: "all" as const, patterns: [] };
      const options = { ...fetch, maxRecords: SAMPLED_DOCUMENTS, isNewest: true, onGap: () => undefined };
      let count = 0;
      for await (const page of pagesOf(client, selection, range, options))
        for (const { service, pod } of page) {
          count += 1;
          if (service !== null) entities.set(service, "service");
          if (pod !== null) entities.set(pod, "pod");
        }
      return {
        entities: [...entities].map(([id, kind]) => ({ id, kind })).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
        labels: [...fields.types.keys()].filter((name) => !name.endsWith(".keyword")).toSorted(),
        isCapped: count >= SAMPLED_DOCUMENTS,
      };
    },
  };
}

/** Documents from which metadata lists the entities. */
const SAMPLED_DOCUMENTS = 1_000;

const noIndex = (index: string): IncidentError =>
  new IncidentError("NOT_FOUND", `no index of ${index} exists, or the user may not read it`, {
    hint: "Set index of this source to the names or patterns of the indices with logs.",
  });
const noFields = (index: string, { types }: LogFields): IncidentError =>
  new IncidentError(
    "REJECTED",
    `the indices ${index} have no time or no message among ${[...types.keys()].join(", ")}`,
    {
      hint: "Set index of this source to indices with logs.",
    },
  );

/** Pages of a frozen view, each after the last document of the page before. */
async function* pagesOf(
  client: SearchClient,
  selection: LogSelection<SearchScope>,
  range: TimeWindow,
  { maxRecords, isNewest = false, onGap, signal }: ServerReadOptions,
): AsyncGenerator<ServerRecord[]> {
  const { fields } = selection.scope;
  const point = await client.openPointInTime({ signal });
  const query = searchQuery(selection, range);
  const sort = sortBy(fields.time[0] ?? "@timestamp", isNewest ? "desc" : "asc", point);
  const _source = [
    ...new Set(Object.values(fields).flatMap((names) => (Array.isArray(names) ? (names as string[]) : []))),
  ];
  let [left, size, unread] = [maxRecords, PAGE_DOCUMENTS, 0];
  let current = point;
  let after: unknown[] | undefined;
  try {
    while (left > 0) {
      const count = Math.min(size, left);
      let page: SearchPage;
      try {
        const body = { size: count, query, sort, _source, track_total_hits: false };
        page = await client.search(current, after === undefined ? body : { ...body, search_after: after }, { signal });
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof IncidentError) || !TOO_LARGE.test(error.message) || count <= MIN_PAGE_DOCUMENTS)
          throw error;
        size = Math.max(MIN_PAGE_DOCUMENTS, Math.floor(count / 4));
        continue;
      }
      reportShards(page, onGap);
      if (current !== null && page.pit_id !== undefined) current = { ...current, id: page.pit_id };
      const { hits } = page.hits;
      const records = hits.flatMap((hit) => recordOfDocument(hit._source, fields, hit.sort?.[0]) ?? []);
      unread += hits.length - records.length;
      left -= hits.length;
      const own = records.filter((record) => isOfEntities(record, selection.scope.entities));
      if (own.length > 0) yield own;
      const last = hits.at(-1)?.sort;
      // a server that repeats itself would be read for ever
      if (hits.length < count || last === undefined || JSON.stringify(last) === JSON.stringify(after)) return;
      after = last;
    }
    if (!isNewest)
      onGap({
        kind: "capped",
        why: `more than ${maxRecords} records match a part of the range; the others were left out`,
      });
  } finally {
    if (unread > 0) onGap({ kind: "refused", why: `${unread} documents have no readable message or time` });
    await client.closePointInTime(current);
  }
}

/** A frozen view of Elasticsearch orders documents of one time by itself. */
function sortBy(time: string, order: "asc" | "desc", point: PointInTime): object[] {
  const byTime = { [time]: { order, format: "strict_date_optional_time_nanos", unmapped_type: "date" } };
  if (point?.product === "elasticsearch") return [byTime];
  return [byTime, point === null ? { _doc: "asc" } : { _id: "asc" }];
}

const TOO_LARGE = /sent more than|too large|too_large|circuit_breaking/i;

function reportShards({ _shards: shards, timed_out: isLate }: SearchPage, onGap: (gap: AnswerGap) => void): void {
  if (shards !== undefined && shards.failed > 0) {
    const reason = JSON.stringify(shards.failures?.[0] ?? "").slice(0, 200);
    onGap({ kind: "refused", why: `${shards.failed} of ${shards.total} shards failed: ${reason}` });
  }
  if (isLate === true) onGap({ kind: "refused", why: "the search timed out, so its answer is incomplete" });
}

/** A prefix also finds pods of other workloads. */
const isOfEntities = ({ service, pod, labels }: ServerRecord, entities: readonly string[]): boolean =>
  entities.length === 0 ||
  [service, pod, pod === null ? null : workloadOfPod(pod), ...Object.values(labels)].some(
    (name) => name !== null && entities.includes(name),
  );
