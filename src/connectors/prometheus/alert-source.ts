import { alertOfEvent } from "../../domain/alert-of-event.ts";
import { cappedAt, coverageFor, NO_METADATA } from "../../domain/answer.ts";
import { Severity } from "../../domain/alert-event.ts";
import type { AlertFeed } from "../../domain/alert-feed.ts";
import { IncidentError } from "../../domain/errors.ts";
import type { AlertSource, Capabilities, SourceHealth } from "../../domain/ports.ts";
import { alertView, matchesLabels, selectRecords } from "../../domain/query-match.ts";
import { QUERY_FILTERS } from "../../domain/query.ts";
import type { TimeWindow } from "../../domain/time.ts";
import type { QueryDoor } from "../backend.ts";
import { type GraphPages, pageOf } from "./link.ts";
import { prometheusClient } from "./client.ts";
import { selectorsOf } from "./expression.ts";
import { firingsOf, ruleAlerts, withPresent } from "./firing.ts";

type Options = GraphPages & { name: string };

const CAPABILITIES: Capabilities = { holds: "system", filters: QUERY_FILTERS, metadata: ["names"] };
const FIRING = `ALERTS{alertstate="firing"}`;
/** Most steps of one answer, and the shortest step, milliseconds. */
const MAX_STEPS = 1_000;
const MIN_STEP_MS = 15_000;
/** Alerts of one pull. More is a storm, in which the worst tell as much. */
const MAX_PULLED = 2_000;

/**
 * The alerts that the rules of a server with Prometheus's API found: those that fire now, and when alerts began to fire
 * within the range. For a team without Alertmanager.
 */
export function prometheusAlerts(http: QueryDoor, { name, ...pages }: Options): AlertSource {
  const client = prometheusClient(http);
  const source = { name, capabilities: CAPABILITIES };
  return {
    name,
    signal: "alert",
    capabilities: CAPABILITIES,
    async query(query, fetch = {}) {
      const coverage = coverageFor(source, query);
      if (query.recording !== null) return { data: [], coverage };
      const nowMs = Date.now();
      const stepMs = stepOf(query.range);
      const range = { startMs: query.range.startMs, endMs: Math.min(query.range.endMs, nowMs) };
      const history = range.startMs < range.endMs ? await client.range(FIRING, range, stepMs, fetch) : [];
      const { firing } = await ruleAlerts(client, pages.url, nowMs, fetch);
      const alerts = withPresent(firingsOf(history, stepMs, nowMs), firing).map(alertOfEvent);
      const { selected, isCapped } = selectRecords(alerts, query, alertView);
      if (isCapped) coverage.gaps.push(cappedAt(query));
      return { data: selected, coverage: { ...coverage, returned: selected.length } };
    },
    firingNow: async (fetch = {}) => (await ruleAlerts(client, pages.url, Date.now(), fetch)).firing.map(alertOfEvent),
    async metadata({ recording }, fetch = {}) {
      if (recording !== null) return NO_METADATA;
      return { ...NO_METADATA, names: (await client.alertingRules(fetch)).map((rule) => rule.name).toSorted() };
    },
    native: async ({ range }) => [{ language: "PromQL", text: FIRING, link: pageOf(pages, { text: FIRING, range }) }],
    async check(fetch = {}): Promise<SourceHealth> {
      const { firing, pending, rules } = await ruleAlerts(client, pages.url, Date.now(), fetch);
      return {
        hasData: true, // a server whose rules are elsewhere works, too
        sample: `${rules} alerting rules; ${firing.length} alerts fire, ${pending.length} are pending`,
        newestMs: null,
        clockSkewMs: null,
        tenant: null,
        advice: [],
      };
    },
  };
}

const stepOf = ({ startMs, endMs }: TimeWindow): number =>
  Math.max(MIN_STEP_MS, Math.ceil((endMs - startMs) / MAX_STEPS / 1_000) * 1_000);

/** What fires at such a server. Pending alerts are not investigated; they are known, so that nothing ends by them. */
export function prometheusFeed(http: QueryDoor, { name, url }: Pick<Options, "name" | "url">): AlertFeed {
  const client = prometheusClient(http);
  return {
    name,
    source: name === "prometheus" ? name : `prometheus/${name}`,
    async pull(filters, fetch = {}) {
      const matchers = filters.map((filter) => matchersOf(filter));
      const { firing, pending } = await ruleAlerts(client, url, Date.now(), fetch);
      const matching = firing.filter(({ labels }) => matchers.every((all) => matchesLabels(all, labels)));
      return {
        alerts: matching
          .toSorted(
            (a, b) =>
              Severity.options.indexOf(a.severity) - Severity.options.indexOf(b.severity) ||
              a.startsAtMs - b.startsAtMs,
          )
          .slice(0, MAX_PULLED),
        known: new Set([...firing, ...pending].map(({ fingerprint }) => fingerprint)),
        silenced: 0,
        inhibited: 0,
        leftOut: Math.max(0, matching.length - MAX_PULLED),
      };
    },
  };
}

/** `severity="critical"`, as Alertmanager takes it. @throws {IncidentError} CONFIG */
function matchersOf(filter: string) {
  const [matchers, ...others] = selectorsOf(`{${filter.replace(/^\{|\}$/g, "")}}`);
  if (matchers !== undefined && others.length === 0) return matchers;
  throw new IncidentError("CONFIG", `the filter ${filter} is no matcher`, {
    hint: `Write it as severity="critical" or service=~"cart|mail".`,
  });
}
