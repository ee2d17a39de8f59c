import { type AlertDelivery, AlertEvent } from "../domain/alert-event.ts";
import { IncidentError } from "../domain/errors.ts";
import type { DeliveryContext, DeliveryPlan, PlacedAlert } from "../domain/service-store.ts";
import { type AlertFiring, applyUpdate, firingKey, firingOf } from "./firing.ts";
import { DEFAULT_RULES, type GroupingRules, type Linker } from "./link.ts";
import { type LiveIncident, placeAlert } from "./place-alert.ts";

/** Ungrouped alerts of one delivery, at most: each is compared with all others. */
const MAX_UNGROUPED = 500;

export type PlanOptions = { linkOf: Linker; newId: () => string; rules?: Pick<GroupingRules, "sameMs"> };

/**
 * Plans the changes that a delivery of alerts causes. Alerts with one group key are one incident, from the first firing
 * until all are resolved; a new firing within `sameMs` reopens it. Triage places alerts without a group key. Alerts
 * with
 * nothing new change nothing.
 *
 * @throws {IncidentError} BAD_INPUT for too many alerts without a group key.
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
const placed = (incidentId: string, firing: AlertFiring, why: string): PlacedAlert => ({
  incidentId,
  event: AlertEvent.parse(firing),
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
    const change = applyUpdate(same, firingOf(event, groupKey));
    if (change) known.set(event.fingerprint, [...same.filter((one) => one !== change.before), change.firing]);
    return change ?? [];
  });
  const latest = context.incidents[0];
  const first = news.map(({ firing }) => firing).toSorted((a, b) => a.startsAtMs - b.startsAtMs)[0];
  const isSame =
    first !== undefined &&
    latest !== undefined &&
    (latest.closedAtMs === null || first.startsAtMs - latest.closedAtMs <= sameMs);
  const id = isSame ? latest.id : newId();
  const placedNews = news.map(({ firing, before }) => {
    const holder = before === null ? undefined : holders.get(firingKey(before));
    return placed(holder ?? id, firing, "its sender groups it here");
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
    throw new IncidentError("BAD_INPUT", `${source} sent ${alerts.length} alerts in one delivery without a group key`, {
      hint: `Send at most ${MAX_UNGROUPED} alerts in one delivery, or group them in the sender.`,
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
    const applied = applyUpdate(same, firingOf(event, null));
    if (applied === null) {
      duplicates += 1;
      continue;
    }
    const { change, incident, absorbed: ids, why } = placeAlert(live, applied.firing, linkOf, newId());
    if (change === "opens") opens.set(incident.id, opened(incident.id, applied.firing));
    news.push(placed(incident.id, applied.firing, why));
    live = [...live.filter(({ id }) => id !== incident.id && !ids.includes(id)), incident];
    for (const from of ids) {
      for (const [index, alert] of news.entries())
        if (alert.incidentId === from) news[index] = { ...alert, incidentId: incident.id };
      if (!opens.delete(from)) absorbed.push({ from, into: incident.id });
    }
  }
  return { alerts: lastOfEach(news), opens: [...opens.values()], absorbed, duplicates };
}

/** Keeps the last change of each firing: a delivery with two updates of one firing changes it once. */
const lastOfEach = (alerts: readonly PlacedAlert[]): PlacedAlert[] => [
  ...new Map(alerts.map((alert) => [firingKey(alert.event), alert])).values(),
];
