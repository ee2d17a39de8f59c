import { IncidentError } from "../../domain/errors.ts";
import type { EntityLabel } from "../../domain/measured-entity.ts";
import type { AnswerGap } from "../../domain/ports.ts";
import type { TimeWindow } from "../../domain/time.ts";
import type { QueryDoor } from "../backend.ts";
import { named } from "../logservers/named.ts";
import { regexOfAny } from "../line-regex.ts";
import { ERROR_LEVELS, ERROR_WORDS, quoted } from "../logservers/line-patterns.ts";
import { nanosOf } from "../logservers/record-line.ts";
import type { LogSelection, LogServer, ServerReadOptions, ServerRecord } from "../logservers/types.ts";
import { writerOfLabels } from "../logservers/writer-of-labels.ts";
import { type LokiClient, lokiClient, type LokiEntry } from "./client.ts";
import { entityLabels, type Selectors, selectorsFor, selectorsForAll } from "./selectors.ts";

/** Lines of one request; Loki's own default limit. */
const PAGE_LINES = 5_000;
/** A server that cannot send this few lines at once cannot be read. */
const MIN_PAGE_LINES = 20;
/** Labels named in one sentence. */
const MAX_NAMED = 5;
/** Values of a label that metadata lists. */
const MAX_LISTED = 1_000;

/** Logs of Grafana Loki. @param configured labels of this system that name entities. */
export function lokiServer(http: QueryDoor, configured: readonly EntityLabel[]): LogServer<Selectors> {
  const warnings = new Set<string>();
  const client = lokiClient(http, (warning) => warnings.add(warning));

  return {
    language: "LogQL",
    clockMs: ({ signal }) => http.clockMs({ path: "/loki/api/v1/status/buildinfo", signal }),

    async scopeOf(entities, range, fetch) {
      const names = await client.labelNames(range, fetch);
      const labels = entityLabels(names, configured);
      if (names.length === 0) return { scope: null, gaps: [] };
      if (entities.length === 0) return { scope: selectorsForAll(names, labels), gaps: [] };
      const { selectors, missing, isCapped } = await selectorsFor(client, entities, { range, labels }, fetch);
      const gaps: AnswerGap[] = [];
      if (labels.length === 0)
        gaps.push({
          kind: "refused",
          why: `no label names services or pods (it has ${names.slice(0, MAX_NAMED).join(", ")}); add the labels to \`labels:\` of this source`,
        });
      else if (missing.length > 0)
        gaps.push({ kind: "refused", why: `no stream is labelled ${named(missing)} (labels ${labels.join(", ")})` });
      if (isCapped) gaps.push({ kind: "capped", why: "these entities have more streams than fit into one query" });
      return { scope: selectors.length === 0 ? null : selectors, gaps };
    },

    async count({ scope, patterns }, range, fetch) {
      if (patterns.length > 0) return null; // the index knows nothing of the lines
      try {
        let sum = 0;
        for (const selector of scope) sum += await client.entries(selector, range, fetch);
        // the index counts whole chunks, so that 0 is certain and no other number is
        return sum;
      } catch (error) {
        fetch.signal?.throwIfAborted();
        if (error instanceof IncidentError && error.code !== "UNAVAILABLE") return null; // before Loki 2.9
        throw error;
      }
    },

    async *read(selection, range, options) {
      let left = options.maxRecords;
      for (const text of textsOf(selection)) {
        for await (const page of pagesOf(client, text, range, { ...options, maxRecords: left })) {
          left -= page.length;
          yield page.map((entry) => recordOf(entry, configured));
        }
        if (left <= 0 && options.isNewest !== true) break;
      }
      for (const warning of warnings) options.onGap({ kind: "refused", why: `Loki warns: ${warning}` });
    },

    texts: (selection) => textsOf(selection),

    async describe(range, fetch) {
      const labels = await client.labelNames(range, fetch);
      const entities = new Map<string, string>();
      let isCapped = false;
      for (const label of entityLabels(labels, configured)) {
        const values = await client.labelValues(label, range, fetch);
        isCapped ||= values.length > MAX_LISTED;
        for (const value of values.slice(0, MAX_LISTED)) {
          const { service, pod } = writerOfLabels({ [label]: value }, configured);
          if (service !== null) entities.set(service, "service");
          if (pod !== null) entities.set(pod, "pod");
        }
      }
      const listed = [...entities].map(([id, kind]) => ({ id, kind })).toSorted((a, b) => (a.id < b.id ? -1 : 1));
      return { entities: listed, labels: labels.toSorted(), isCapped };
    },
  };
}

const WORDS = quoted(`(?i)(${ERROR_WORDS})`);
const LEVELS = quoted(ERROR_LEVELS.join("|"));

/** The queries of a selection. No line fits two of them. Loki 3 detects levels; before, that label is empty. */
function textsOf({ scope, share, patterns }: LogSelection<Selectors>): string[] {
  const filter = patterns.length === 0 ? "" : ` |~ ${quoted(regexOfAny(patterns))}`;
  return scope.flatMap((selector) => {
    const base = `${selector}${filter}`;
    if (share === "all") return [base];
    if (share === "others") return [`${base} !~ ${WORDS} | detected_level!~${LEVELS}`];
    return [`${base} |~ ${WORDS}`, `${base} !~ ${WORDS} | detected_level=~${LEVELS}`];
  });
}

/**
 * Pages of lines, the oldest first. The next page begins at the time of the last line, whose lines come again and are
 * left out. A page that is too large for the server or for us is asked for again with a quarter of the lines.
 */
async function* pagesOf(
  client: LokiClient,
  text: string,
  range: TimeWindow,
  { maxRecords, isNewest = false, onGap, signal }: ServerReadOptions,
): AsyncGenerator<LokiEntry[]> {
  let from = nanosOf(range.startMs);
  const until = nanosOf(range.endMs) + 1_000_000n;
  let [left, pageLines] = [maxRecords, PAGE_LINES];
  let seam = new Map<string, number>();
  while (left > 0 && from < until) {
    const limit = Math.min(pageLines, isNewest ? left : left + countOf(seam));
    const direction = isNewest ? "backward" : "forward";
    let page: LokiEntry[];
    try {
      page = await client.lines(text, { from, until }, { limit, direction, signal });
    } catch (error) {
      signal?.throwIfAborted();
      if (!isTooLarge(error) || limit <= MIN_PAGE_LINES) throw error;
      pageLines = Math.max(MIN_PAGE_LINES, Math.min(serverLimit(error) ?? limit, Math.floor(limit / 4)));
      continue;
    }
    const fresh = withoutSeam(page, seam).slice(0, left);
    left -= fresh.length;
    if (fresh.length > 0) yield fresh;
    if (page.length < limit || isNewest) return;
    const last = page.at(-1)?.nanos ?? until;
    const isStuck = last === from && fresh.length === 0;
    if (isStuck)
      onGap({ kind: "capped", why: `more than ${limit} lines have the same time; the others were left out` });
    from = isStuck ? last + 1n : last;
    seam = isStuck ? new Map() : seamOf(page, last);
  }
  if (left <= 0)
    onGap({ kind: "capped", why: `more than ${maxRecords} lines match a part of the range; the others were left out` });
}

const keyOf = ({ nanos, line, labels }: LokiEntry): string => JSON.stringify([String(nanos), line, labels]);
const countOf = (seam: ReadonlyMap<string, number>): number =>
  [...seam.values()].reduce((sum, count) => sum + count, 0);

/** The lines of the last time of a page, each with its number. */
function seamOf(page: readonly LokiEntry[], last: bigint): Map<string, number> {
  const seam = new Map<string, number>();
  for (const entry of page) if (entry.nanos === last) seam.set(keyOf(entry), (seam.get(keyOf(entry)) ?? 0) + 1);
  return seam;
}

/** Without the lines that the page before had. */
function withoutSeam(page: LokiEntry[], seam: ReadonlyMap<string, number>): LokiEntry[] {
  if (seam.size === 0) return page;
  const left = new Map(seam);
  return page.filter((entry) => {
    const count = left.get(keyOf(entry)) ?? 0;
    if (count > 0) left.set(keyOf(entry), count - 1);
    return count === 0;
  });
}

/** Loki's words for an answer that is too large, and the door's. */
const TOO_LARGE =
  /max entries limit|larger than max|ResourceExhausted|sent more than|response too large|too many bytes/i;
const isTooLarge = (error: unknown): boolean =>
  error instanceof IncidentError && error.code !== "CONFIG" && TOO_LARGE.test(error.message);

/** `max entries limit per query exceeded, limit > max_entries_limit (5000 > 1000)` */
const serverLimit = (error: unknown): number | null => {
  const limit = error instanceof Error ? /\(\d+ > (\d+)\)/.exec(error.message)?.[1] : undefined;
  return limit === undefined ? null : Number(limit);
};

function recordOf({ nanos, line, labels }: LokiEntry, configured: readonly EntityLabel[]): ServerRecord {
  return {
    nanos,
    ...writerOfLabels(labels, configured),
    level: labels.detected_level ?? labels.level ?? labels.severity ?? labels.severity_text ?? null,
    body: line,
    traceId: idOf(labels.trace_id ?? labels.traceID ?? labels.traceid),
    spanId: idOf(labels.span_id ?? labels.spanID ?? labels.spanid),
    error: null,
    stack: null,
    labels,
  };
}

const idOf = (id: string | undefined): string | null => (id === undefined || id === "" ? null : id);
