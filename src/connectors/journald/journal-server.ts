import type { AnswerGap } from "../../domain/ports.ts";
import type { EntityLabel } from "../../domain/measured-entity.ts";
import type { TimeWindow } from "../../domain/time.ts";
import type { QueryDoor } from "../backend.ts";
import { named } from "../logservers/named.ts";
import type { LogSelection, LogServer, ServerReadOptions, ServerRecord } from "../logservers/types.ts";
import { isCursor, journalClient, type JournalClient, type JournalMatches } from "./client.ts";
import type { JournalFields } from "./export-entries.ts";
import { writerFields, writerOfEntry, writerOfField } from "./units.ts";

/** Selections whose entries together are wanted. An entry that fits several is taken from the first. */
type JournalScope = readonly JournalMatches[];

/** Values of one field that are looked at, and that one request names. */
const MAX_VALUES = 10_000;
const MAX_NAMED = 100;
/** Entries of one request. */
const PAGE_ENTRIES = 2_000;
/** Entries in a row that are no records. Then this is no journal. */
const MAX_UNREAD = 10_000;
const LEVELS = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];
const PRIORITIES = { errors: ["0", "1", "2", "3"], others: ["4", "5", "6", "7"] } as const;

/**
 * A systemd journal behind systemd-journal-gatewayd. It cannot search for text.
 *
 * @param configured fields of this system that name entities.
 * @param maxRecords of one answer.
 */
export function journalServer(
  http: QueryDoor,
  { labels: configured, maxRecords }: { labels: readonly EntityLabel[]; maxRecords: number },
): LogServer<JournalScope> {
  const client = journalClient(http);
  const fields = writerFields(configured);

  return {
    language: "journalctl",
    clockMs: (fetch) => client.clockMs(fetch),

    async scopeOf(entities, _range, { signal }) {
      await client.identify({ signal });
      if (entities.length === 0) return { scope: [{}], gaps: [] };
      const missing = new Set(entities);
      const scope: JournalMatches[] = [];
      let isCapped = false;
      for (const field of fields) {
        const values = await client.values(field, MAX_VALUES, { signal });
        const wanted = values
          .filter((value) => {
            const { service, pod } = writerOfField(field, value, configured);
            const found = [value, service, pod].filter((name) => name !== null && entities.includes(name));
            for (const name of found) if (name !== null) missing.delete(name);
            return found.length > 0;
          })
          .toSorted();
        isCapped ||= values.length >= MAX_VALUES || wanted.length > MAX_NAMED;
        // of a node, only what its kernel says is its own
        const more = field === "_HOSTNAME" && !isConfigured(field, configured) ? { _TRANSPORT: ["kernel"] } : {};
        if (wanted.length > 0) scope.push({ [field]: wanted.slice(0, MAX_NAMED), ...more });
      }
      const gaps: AnswerGap[] = [];
      if (missing.size > 0)
        gaps.push({ kind: "refused", why: `no unit, container or program has the name ${named([...missing])}` });
      if (isCapped) gaps.push({ kind: "capped", why: "these entities have more units than fit into one query" });
      return { scope: scope.length === 0 ? null : scope, gaps };
    },

    async count({ scope, share }, range, fetch) {
      let sum = 0;
      let isKnown = true;
      for (const matches of scope) {
        const found = await countOf(client, withShare(matches, share), range, maxRecords, fetch.signal);
        isKnown &&= found !== null;
        sum += found ?? 0;
      }
      return isKnown || sum > maxRecords ? sum : null;
    },

    read: (selection, range, options) => pagesOf(client, selection, { range, configured }, options),

    texts: ({ scope, share }, { startMs, endMs }) => {
      const parts = scope.map((matches) =>
        Object.entries(withShare(matches, share))
          .flatMap(([field, values]) => values.map((value) => argument(`${field}=${value}`)))
          .join(" "),
      );
      const times = `--since=@${Math.floor(startMs / 1_000)} --until=@${Math.ceil(endMs / 1_000)}`;
      return [`journalctl ${times} ${parts.join(" + ")}`.trimEnd()];
    },

    async describe(_range, { signal }) {
      await client.identify({ signal });
      const entities = new Map<string, string>();
      const labels: string[] = [];
      let isCapped = false;
      for (const field of fields) {
        const values = await client.values(field, MAX_VALUES, { signal });
        isCapped ||= values.length >= MAX_VALUES;
        if (values.length > 0) labels.push(field);
        if (field === "_HOSTNAME") for (const node of values) entities.set(node, "node");
        for (const value of values) {
          const { service, pod } = writerOfField(field, value, configured);
          if (service !== null && !entities.has(service)) entities.set(service, "service");
          if (pod !== null) entities.set(pod, "pod");
        }
      }
      const listed = [...entities].map(([id, kind]) => ({ id, kind })).toSorted((a, b) => (a.id < b.id ? -1 : 1));
      return { entities: listed, labels: labels.toSorted(), isCapped };
    },
  };
}

const isConfigured = (field: string, configured: readonly EntityLabel[]): boolean =>
  configured.some(({ label }) => label === field);

const withShare = (matches: JournalMatches, share: LogSelection<unknown>["share"]): JournalMatches =>
  share === "all" ? matches : { ...matches, PRIORITY: PRIORITIES[share] };

/** A person may paste it into a shell, and anybody may have named a unit. */
const argument = (text: string): string =>
  /^[\w@.:=/-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/**
 * The number of entries, if it is 0 or more than `most`; null if it is between. The journal counts nothing, but it
 * skips entries: the time of the entry after `most` tells how many there may be in the range.
 */
async function countOf(
  client: JournalClient,
  matches: JournalMatches,
  { startMs, endMs }: TimeWindow,
  most: number,
  signal: AbortSignal | undefined,
): Promise<number | null> {
  const from = { fromMs: startMs };
  const [first] = await all(client.entries(matches, from, { count: 1, signal }));
  const firstMs = timeOf(first);
  if (firstMs === null || firstMs > endMs) return 0;
  const later = await all(client.entries(matches, from, { count: 2, skip: most, signal }));
  const laterMs = timeOf(later[0]);
  // where fewer are left, the gateway gives the last one alone
  if (later.length < 2 || laterMs === null || laterMs > endMs) return null;
  return Math.ceil(most * Math.max(1, (endMs - startMs) / Math.max(1, laterMs - startMs))) + 1;
}

async function all(entries: AsyncIterable<JournalFields>): Promise<JournalFields[]> {
  const found: JournalFields[] = [];
  for await (const entry of entries) found.push(entry);
  return found;
}

const timeOf = (entry: JournalFields | undefined): number | null => {
  const nanos = entry === undefined ? null : nanosOfEntry(entry);
  return nanos === null ? null : Number(nanos / 1_000_000n);
};

const nanosOfEntry = ({ __REALTIME_TIMESTAMP: micros = "" }: JournalFields): bigint | null =>
  /^\d{1,17}$/.test(micros) ? BigInt(micros) * 1_000n : null;

async function* pagesOf(
  client: JournalClient,
  { scope, share }: LogSelection<JournalScope>,
  { range, configured }: { range: TimeWindow; configured: readonly EntityLabel[] },
  { maxRecords, isNewest = false, onGap, signal }: ServerReadOptions,
): AsyncGenerator<ServerRecord[]> {
  if (share === "errors") onGap({ kind: "sampled", why: BY_LEVEL });
  let left = maxRecords;
  for (const [at, matches] of scope.entries()) {
    const earlier = scope.slice(0, at);
    let start: { fromMs: number } | { after: string } | "newest" = isNewest ? "newest" : { fromMs: range.startMs };
    let [unread, isPast] = [0, false];
    while (!isPast && left > 0) {
      const count = Math.min(PAGE_ENTRIES, isNewest ? maxRecords : left + 1);
      const page: ServerRecord[] = [];
      let [seen, cursor] = [0, ""];
      for await (const entry of client.entries(withShare(matches, share), start, { count, signal })) {
        seen += 1;
        cursor = entry.__CURSOR ?? "";
        const record = recordOf(entry, configured);
        if (record === null) unread += 1;
        else if (record.ms > range.endMs) isPast = true;
        else if (record.ms >= range.startMs && record.record.body !== "" && !earlier.some((one) => fits(entry, one)))
          page.push(record.record);
      }
      if (page.length > left)
        onGap({
          kind: "capped",
          why: `more than ${maxRecords} records match a part of the range; the others were left out`,
        });
      if (page.length > 0) yield page.slice(0, left);
      left -= page.length;
      if (isNewest || seen < count || unread > MAX_UNREAD || !isCursor(cursor)) break;
      start = { after: cursor };
    }
    if (unread > 0) onGap({ kind: "refused", why: `${unread} entries have no time` });
  }
}

const BY_LEVEL =
  "a journal cannot be searched for words: of what counts as an error, only entries of the level error or worse are read in full";

const fits = (entry: JournalFields, matches: JournalMatches): boolean =>
  Object.entries(matches).every(([field, values]) => values.includes(entry[field] ?? ""));

function recordOf(
  fields: JournalFields,
  configured: readonly EntityLabel[],
): { ms: number; record: ServerRecord } | null {
  const nanos = nanosOfEntry(fields);
  if (nanos === null) return null;
  return {
    ms: Number(nanos / 1_000_000n),
    record: {
      nanos,
      ...writerOfEntry(fields, configured),
      level: LEVELS[Number(fields.PRIORITY ?? "6")] ?? null,
      body: fields.MESSAGE ?? "",
      traceId: fields.TRACE_ID ?? null,
      spanId: fields.SPAN_ID ?? null,
      error: null,
      stack: null,
      labels: fields,
    },
  };
}
