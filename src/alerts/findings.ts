import type { Finding } from "../domain/finding.ts";
import type { Incident } from "../domain/incident.ts";
import type { Alert } from "../domain/telemetry.ts";
import { isoTime } from "../domain/time.ts";

/** Hard cap; alerts beyond it are the commonest kinds of the busiest entities. */
export const MAX_FINDINGS = 2000;

/** What an alert says, whoever it is about: alerts of one kind are counted together. */
export const alertKind = ({ signal, name, direction, message }: Alert): string => [signal, signal === "trace" ? (message ?? name) : name, direction ?? ""].join("/");

/**
 * One finding for each (entity, kind of alert, peer). The strength is the rarity of the kind: log(1 + entities / entities that raise it), because what
 * everything raises names nobody.
 */
export function alertFindings({ alerts, incident, connector, query }: { alerts: readonly Alert[]; incident: Incident; connector: string; query: string }): Finding[] {
  const entities = new Set(alerts.map(({ entity }) => entity));
  const raisers = new Map<string, Set<string>>();
  for (const alert of alerts) {
    const kind = alertKind(alert);
    raisers.set(kind, (raisers.get(kind) ?? new Set()).add(alert.entity));
  }
  const groups = Map.groupBy(alerts, (alert) => `${alert.entity}\u0000${alertKind(alert)}\u0000${alert.peer ?? ""}`);
  return [...groups.values()]
    .flatMap((same): Finding[] => {
      const [first] = same;
      if (!first) return [];
      const times = same.flatMap(({ timeUnixMs }) => timeUnixMs ?? []);
      const onsetMs = times.length > 0 ? Math.min(...times) : null;
      const count = same.reduce((sum, alert) => sum + alert.count, 0);
      const raisedBy = raisers.get(alertKind(first))?.size ?? 1;
      const way = first.direction === null ? "" : ` ${first.direction}`;
      const caller = first.peer !== null && first.peer !== first.entity ? `, called by ${first.peer}` : "";
      return [{
        signal: "alert",
        kind: "alert.firing",
        entity: { id: first.entity, kind: first.entityKind },
        strength: Math.log1p(entities.size / raisedBy),
        onsetMs,
        peer: first.peer,
        summary: `${first.entity}: alert ${first.name}${way}${caller}`,
        evidence: {
          connector, query: `${query} entity=${first.entity} name=${first.name}`, window: incident.window,
          facts: {
            alert_signal: first.signal, name: first.name, direction: first.direction, count, raised_by: raisedBy, entities: entities.size,
            ...(onsetMs === null ? {} : { since: isoTime(onsetMs) }), ...(first.signal === "trace" && first.message !== null ? { status: first.message } : {}),
          },
          ...(first.message === null ? {} : { exemplar: first.message.slice(0, 500) }),
        },
      }];
    })
    .toSorted((a, b) => b.strength - a.strength || (a.onsetMs ?? 0) - (b.onsetMs ?? 0) || (a.summary < b.summary ? -1 : 1))
    .slice(0, MAX_FINDINGS);
}
