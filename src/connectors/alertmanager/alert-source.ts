import { alertOfEvent } from "../../domain/alert-of-event.ts";
import { cappedAt, coverageFor, NO_METADATA } from "../../domain/answer.ts";
import { span } from "../../domain/phrasing.ts";
import type { AlertSource, Capabilities, SourceHealth } from "../../domain/ports.ts";
import { alertView, selectRecords } from "../../domain/query-match.ts";
import { QUERY_FILTERS } from "../../domain/query.ts";
import type { QueryDoor } from "../backend.ts";
import { alertmanagerClient, type ServerAlert } from "./client.ts";
import { pageBase, queryPage } from "../link.ts";
import type { AlertmanagerOptions, AlertPages } from "./feed.ts";

const CAPABILITIES: Capabilities = { holds: "system", filters: QUERY_FILTERS, metadata: ["entities", "names"] };
/** Prometheus repeats each firing alert about once a minute. */
const STALE_MS = 15 * 60_000;

/** The alerts that fire at an Alertmanager now. It keeps none that are over. */
export function alertmanagerAlerts(
  http: QueryDoor,
  { name, filters, url, pages }: AlertmanagerOptions & AlertPages,
): AlertSource {
  const client = alertmanagerClient(http);
  const source = { name, capabilities: CAPABILITIES };
  const read = (signal: AbortSignal | undefined): Promise<ServerAlert[]> =>
    client.alerts(filters, Date.now(), { signal });
  return {
    name,
    signal: "alert",
    capabilities: CAPABILITIES,
    async query(query, { signal } = {}) {
      const coverage = coverageFor(source, query);
      if (query.recording !== null) return { data: [], coverage };
      const alerts = (await read(signal)).map(({ event }) => alertOfEvent(event));
      const { selected, isCapped } = selectRecords(alerts, query, alertView);
      if (isCapped) coverage.gaps.push(cappedAt(query));
      return { data: selected, coverage: { ...coverage, returned: selected.length } };
    },
    firingNow: async ({ signal } = {}) => (await read(signal)).map(({ event }) => alertOfEvent(event)),
    async metadata({ recording }, { signal } = {}) {
      if (recording !== null) return NO_METADATA;
      const alerts = (await read(signal)).map(({ event }) => alertOfEvent(event));
      const entities = new Map(alerts.map(({ entity: id, entityKind: kind }) => [id, { id, kind }]));
      return {
        ...NO_METADATA,
        entities: [...entities.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
        names: [...new Set(alerts.map((alert) => alert.name))].toSorted(),
      };
    },
    async native({ names, entities, range }) {
      const matchers = [...filters, ...nameMatchers(names)];
      const text = `GET /api/v2/alerts${parametersOf(matchers)}`;
      const values = { query: `{${matchers.join(",")}}`, range, service: entities[0] ?? "" };
      return [{ language: "HTTP", text, link: queryPage(pages, `${pageBase(url)}/#/alerts?filter={query}`, values) }];
    },
    async check({ signal } = {}): Promise<SourceHealth> {
      const [version, alerts] = [await client.version({ signal }), await read(signal)];
      const quiet = alerts.filter(({ quietBy }) => quietBy !== null).length;
      const newestMs = alerts.length === 0 ? null : Math.max(...alerts.map(({ updatedAtMs }) => updatedAtMs));
      const isStale = newestMs !== null && Date.now() - newestMs > STALE_MS;
      return {
        hasData: alerts.length > 0,
        emptyWord: "nothing fires",
        sample: [
          ...(alerts.length === 0 ? [] : [`${alerts.length - quiet} alerts fire, ${quiet} are silenced or inhibited`]),
          `Alertmanager ${version.slice(0, 40)}`,
          ...(alerts.length === 0 ? [EMPTY] : []),
        ].join("; "),
        newestMs,
        clockSkewMs: null,
        tenant: null,
        advice: isStale ? [staleAdvice(Date.now() - newestMs)] : [],
      };
    },
  };
}

/** One of the names of alerts. Names come from alerts, so each is quoted, and plain in a regular expression. */
function nameMatchers(names: readonly string[]): string[] {
  const [only] = names;
  if (names.length === 1) return [`alertname=${JSON.stringify(only)}`];
  const either = names.map((name) => name.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|");
  return names.length === 0 ? [] : [`alertname=~${JSON.stringify(either)}`];
}

const parametersOf = (filters: readonly string[]): string =>
  filters.map((filter, at) => `${at === 0 ? "?" : "&"}filter=${encodeURIComponent(filter)}`).join("");

const EMPTY = "an alert that always fires, such as Watchdog, would prove that alerts arrive";
const staleAdvice = (ageMs: number): string =>
  `Its newest alert was last reported ${span(ageMs)} ago. Does Prometheus still send alerts to it?`;
