import { Severity } from "../domain/alert-event.ts";
import type { Finding } from "../domain/finding.ts";
import type { Incident } from "../domain/incident.ts";
import type { Alert } from "../domain/telemetry.ts";
import { isoTime } from "../domain/time.ts";
import { readAlert } from "./alert-reading.ts";
import { alertRarity } from "./rarity.ts";
import { alertKind } from "./tally.ts";

/** Hard cap; alerts beyond it are the least telling ones. */
const MAX_FINDINGS = 2000;
/** An alert this much later than the first counts e times less: by then trouble has spread. Milliseconds. */
const SPREAD_MS = 300_000;

/**
 * One finding for each (entity, kind of alert, peer). The strength is how unusual the alert is for its entity, times how far such an alert speaks of its own entity, times
 * what the entity's habits leave of it, times e^(−delay / 5 min) after the first metric alert (the first of all where no metric alerts). Findings of one `family` about one entity say one thing: a ranker
 * takes the strongest.
 *
 * @param past alert sets of other incidents of the same system, without labels; `[]` where none is known.
 */
export function alertFindings({
  alerts,
  past = [],
  incident,
  connector,
  query,
}: {
  alerts: readonly Alert[];
  past?: readonly (readonly Alert[])[];
  incident: Incident;
  connector: string;
  query: string;
}): Finding[] {
  const surprise = alertRarity(alerts, past);
  const beganMs = firstTime(alerts.filter(({ signal }) => signal === "metric")) ?? firstTime(alerts);
  const groups = Map.groupBy(alerts, (alert) => `${alert.entity}\u0000${alertKind(alert)}\u0000${alert.peer ?? ""}`);
  return [...groups.values()]
    .flatMap((same): Finding[] => {
      const [first] = same.toSorted(byName);
      if (!first) return [];
      const onsetMs = firstTime(same);
      const worst = Severity.options.find((said) => same.some(({ severity }) => severity === said));
      const { family, weight } = readAlert(first);
      const freshness =
        onsetMs === null || beganMs === null ? 1 : Math.exp(-Math.max(0, onsetMs - beganMs) / SPREAD_MS);
      const way = first.direction === null ? "" : ` ${first.direction}`;
      const caller = first.peer !== null && first.peer !== first.entity ? `, called by ${first.peer}` : "";
      return [
        {
          signal: "alert",
          kind: "alert.firing",
          entity: { id: first.entity, kind: first.entityKind },
          strength: surprise.ofAlert(first) * weight * freshness * surprise.discountOf(first.entity),
          onsetMs,
          peer: first.peer,
          summary: `${first.entity}: alert ${first.name}${way}${first.signal === "metric" && family !== first.name ? ` (${family})` : ""}${caller}`,
          evidence: {
            connector,
            query: `${query} entity=${first.entity} name=${first.name}`,
            window: incident.window,
            facts: {
              alert_signal: first.signal,
              name: first.name,
              direction: first.direction,
              family,
              count: same.reduce((sum, alert) => sum + alert.count, 0),
              raised_by: surprise.raisedBy(first),
              entities: surprise.entities,
              ...(surprise.pastSets > 0
                ? {
                    past_sets: surprise.pastSets,
                    seen_before: surprise.seenBefore(first),
                    entity_seen_alike: Math.round(surprise.habitOf(first.entity)),
                  }
                : {}),
              ...(onsetMs === null ? {} : { since: isoTime(onsetMs) }),
              ...(worst === undefined ? {} : { severity: worst }),
              ...(first.signal === "trace" && first.message !== null ? { status: first.message } : {}),
            },
            ...(first.message === null ? {} : { exemplar: first.message.slice(0, 500) }),
          },
        },
      ];
    })
    .toSorted(
      (a, b) => b.strength - a.strength || (a.onsetMs ?? 0) - (b.onsetMs ?? 0) || (a.summary < b.summary ? -1 : 1),
    )
    .slice(0, MAX_FINDINGS);
}

/** The names of operations differ within a kind: which one stands for it must not hang on the order of the file. */
const byName = (a: Alert, b: Alert): number =>
  (a.timeUnixMs ?? 0) - (b.timeUnixMs ?? 0) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

const firstTime = (alerts: readonly Alert[]): number | null =>
  alerts.reduce<number | null>(
    (first, { timeUnixMs }) => (timeUnixMs !== null && (first === null || timeUnixMs < first) ? timeUnixMs : first),
    null,
  );
