import { Severity } from "../../domain/alert-event.ts";
import type { AlertFeed } from "../../domain/alert-feed.ts";
import { IncidentError } from "../../domain/errors.ts";
import type { QueryDoor } from "../backend.ts";
import type { PageTemplates } from "../link.ts";
import { alertmanagerClient, type ServerAlert } from "./client.ts";

/** `filters`: matchers that each pull applies. */
export type AlertmanagerOptions = { name: string; filters: readonly string[] };
/** `url`, `pages`: where its evidence is opened. */
export type AlertPages = { url: string; pages: PageTemplates };

/** Alerts of one pull. More is a storm, in which the worst tell as much. */
const MAX_PULLED = 2_000;
const worstFirst = (a: ServerAlert, b: ServerAlert): number =>
  Severity.options.indexOf(a.event.severity) - Severity.options.indexOf(b.event.severity) ||
  a.event.startsAtMs - b.event.startsAtMs;

/** The sender of alerts that are pulled. Several servers keep their alerts apart. */
const sourceOf = (name: string): string => (name === "alertmanager" ? name : `alertmanager/${name}`);

/** What fires at an Alertmanager, without what silences, inhibitions and mute times keep quiet. */
export function alertmanagerFeed(http: QueryDoor, { name, filters: own }: AlertmanagerOptions): AlertFeed {
  const client = alertmanagerClient(http);
  return {
    name,
    source: sourceOf(name),
    exactLabels: (options) => client.exactLabels(options),
    async pull(filters, { signal } = {}) {
      const nowMs = Date.now();
      const wanted = [...own, ...filters];
      const [all, muted] = await Promise.all([
        client.alerts([], nowMs, { signal }),
        client.mutedPrints({ signal }).catch(noMutes),
      ]);
      const matching = wanted.length === 0 ? all : await client.alerts(wanted, nowMs, { signal });
      const firing = matching.filter(({ event, quietBy }) => quietBy === null && !muted.has(event.fingerprint));
      return {
        alerts: firing
          .toSorted(worstFirst)
          .slice(0, MAX_PULLED)
          .map(({ event }) => event),
        known: new Set(all.map(({ event }) => event.fingerprint)),
        silenced: matching.filter(({ quietBy }) => quietBy === "silence").length + muted.size,
        inhibited: matching.filter(({ quietBy }) => quietBy === "inhibition").length,
        leftOut: Math.max(0, firing.length - MAX_PULLED),
      };
    },
  };
}

/** Older servers list no groups. */
function noMutes(error: unknown): Set<string> {
  if (error instanceof IncidentError && error.code === "NOT_FOUND") return new Set();
  throw error;
}
