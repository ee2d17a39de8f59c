import { type AlertDelivery, AlertEvent } from "../domain/alert-event.ts";
import { IncidentError } from "../domain/errors.ts";
import type { DeliveryContext, DeliveryPlan, PlacedAlert } from "../domain/service-store.ts";
import { type AlertFiring, applyUpdate, firingKey, firingOf } from "./firing.ts";
import { DEFAULT_RULES, type GroupingRules, type Linker } from "./link.ts";
import { type LiveIncident, placeAlert } from "./place-alert.ts";

/** Each is held against all others where the sender does not group. */
const MAX_UNGROUPED = 500;

export type PlanOptions = { linkOf: Linker; newId: () => string; rules?: Pick<GroupingRules, "sameMs"> };

/**
 * What a delivery of alerts changes. What a sender groups under one key is one incident, from the first that fires until all are over; fires it again within
 * `sameMs`, it is that incident again. What comes without a group is placed by triage. Alerts that tell nothing new change nothing.
 *
 * @throws {IncidentError} BAD_INPUT for more alerts without a group than can be held against each other.
 */
export function planDelivery(delivery: AlertDelivery, context: DeliveryContext, options: PlanOptions): DeliveryPlan {
  return delivery.groupKey === null
    ? planUngrouped(delivery, context, options)
    : planGroup(delivery, delivery.groupKey, context, options);
}

const titleOf = ({ name, entity }: AlertFiring): string => (name === entity ? name : `${name} on ${entity}`);
const opened = (id: string, first: AlertFiring): DeliveryPlan["opens"][number] => ({
  id,
  title: titleOf(first),
  alarmAtMs: first.startsAtMs,
});
const placed = (incidentId: string, episode: AlertFiring, why: string): PlacedAlert => ({
  incidentId,
  event: AlertEvent.parse(episode),
  why,
});

function planGroup(
  { alerts }: AlertDelivery,
  groupKey: string,
  context: DeliveryContext,
  { newId, rules: { sameMs } = DEFAULT_RULES }: PlanOptions,
): DeliveryPlan {
  const holders = new Map(context.alerts.map(({ event, incidentId }) => [firingKey(event), incidentId]));
  const known = Map.groupBy(
    context.alerts.map(({ event }) => firingOf(event, groupKey)),
    ({ fingerprint }) => fingerprint,
  );
  const news = alerts.flatMap((event) => {
    const same = known.get(event.fingerprint) ?? [];
    const told = applyUpdate(same, firingOf(event, groupKey));
    if (told) known.set(event.fingerprint, [...same.filter((one) => one !== told.before), told.firing]);
    return told ?? [];
  });
  const latest = context.incidents[0];
  const first = news.map(({ firing: episode }) => episode).toSorted((a, b) => a.startsAtMs - b.startsAtMs)[0];
  const isSame =
    first !== undefined &&
    latest !== undefined &&
    (latest.closedAtMs === null || first.startsAtMs - latest.closedAtMs <= sameMs);
  const id = isSame ? latest.id : newId();
  const placedNews = news.map(({ firing: episode, before }) => {
    const holder = before === null ? undefined : holders.get(firingKey(before));
    return placed(holder ?? id, episode, "its sender groups it here");
  });
  const opens =
    !isSame && first !== undefined && placedNews.some(({ incidentId }) => incidentId === id) ? [opened(id, first)] : [];
  return { alerts: lastOfEach(placedNews), opens, absorbed: [], duplicates: alerts.length - news.length };
}

function planUngrouped(
  { alerts, source }: AlertDelivery,
  context: DeliveryContext,
  { linkOf, newId }: PlanOptions,
): DeliveryPlan {
  if (alerts.length > MAX_UNGROUPED)
    throw new IncidentError("BAD_INPUT", `${source} sent ${alerts.length} alerts at once, in no group`, {
      hint: `Send at most ${MAX_UNGROUPED} a time, or group them.`,
    });
  let live: LiveIncident[] = [...Map.groupBy(context.alerts, ({ incidentId }) => incidentId)].map(([id, held]) => ({
    id,
    alerts: held.map(({ event }) => firingOf(event, null)),
  }));
  const news: PlacedAlert[] = [];
  const opens = new Map<string, DeliveryPlan["opens"][number]>();
  const absorbed: { from: string; into: string }[] = [];
  let duplicates = 0;
  for (const event of alerts) {
    const same = live
      .flatMap((incident) => incident.alerts)
      .filter(({ fingerprint }) => fingerprint === event.fingerprint);
    const told = applyUpdate(same, firingOf(event, null));
    if (told === null) {
      duplicates += 1;
      continue;
    }
    const { change, incident, absorbed: ids, why } = placeAlert(live, told.firing, linkOf, newId());
    if (change === "opens") opens.set(incident.id, opened(incident.id, told.firing));
    news.push(placed(incident.id, told.firing, why));
    live = [...live.filter(({ id }) => id !== incident.id && !ids.includes(id)), incident];
    for (const from of ids) {
      for (const [index, alert] of news.entries())
        if (alert.incidentId === from) news[index] = { ...alert, incidentId: incident.id };
      if (!opens.delete(from)) absorbed.push({ from, into: incident.id });
    }
  }
  return { alerts: lastOfEach(news), opens: [...opens.values()], absorbed, duplicates };
}

/** A delivery that tells of one episode twice changes it once. */
const lastOfEach = (alerts: readonly PlacedAlert[]): PlacedAlert[] => [
  ...new Map(alerts.map((alert) => [firingKey(alert.event), alert])).values(),
];
