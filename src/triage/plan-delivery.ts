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
/** @param before the stored alert that this one updates; undefined for a new one. */
const placed = (
  incidentId: string,
  firing: AlertFiring,
  why: string,
  before: PlacedAlert | undefined,
): PlacedAlert => ({ incidentId, event: AlertEvent.parse(firing), why, scope: before?.scope ?? null });

function planGroup(
  { alerts }: AlertDelivery,
  groupKey: string,
  context: DeliveryContext,
  { newId, rules: { sameMs } = DEFAULT_RULES }: PlanOptions,
): DeliveryPlan {
  const holders = new Map(context.alerts.map((alert) => [firingKey(alert.event), alert]));
  const known = Map.groupBy(
    context.alerts.map(({ event }) => firingOf(event, groupKey)),
    ({ fingerprint }) => fingerprint,
  );
  const repeats: AlertEvent[] = [];
  const news = alerts.flatMap((event) => {
    const same = known.get(event.fingerprint) ?? [];
    const change = applyUpdate(same, firingOf(event, groupKey));
    if (change) known.set(event.fingerprint, [...same.filter((one) => one !== change.before), change.firing]);
    else repeats.push(event);
    return change ?? [];
  });
  const latest = context.incidents[0];
  const first = news.map(({ firing }) => firing).toSorted((a, b) => a.startsAtMs - b.startsAtMs)[0];
  const isSame =
    first !== undefined &&
    latest !== undefined &&
    (latest.closedAtMs === null || first.startsAtMs - latest.closedAtMs <= sameMs);
  // another sender, or another group of this one, may have reported an alert of this group before
  const joined = isSame ? latest.id : elsewhere(context, alerts);
  const id = joined ?? newId();
  const why = joined === null || isSame ? "its sender groups it here" : "an alert of its group was reported before";
  const placedNews = news.map(({ firing, before }) => {
    const holder = before === null ? undefined : holders.get(firingKey(before));
    return placed(holder?.incidentId ?? id, firing, why, holder);
  });
  const opens =
    joined === null && first !== undefined && placedNews.some(({ incidentId }) => incidentId === id)
      ? [opened(id, first)]
      : [];
  return {
    alerts: lastOfEach(placedNews),
    opens,
    absorbed: [],
    duplicates: repeats.length,
    repeatedIn: holding(
      repeats,
      context.alerts.map(({ event, incidentId }) => ({ event, incidentId })),
    ),
  };
}

/** The incident of an alert that another sender or group reported before; null if there is none. */
function elsewhere({ alerts: known }: DeliveryContext, alerts: readonly AlertEvent[]): string | null {
  const prints = new Set(alerts.map(({ fingerprint }) => fingerprint));
  const other = known.filter(({ event, scope }) => scope !== null && prints.has(event.fingerprint));
  return other.toSorted((a, b) => b.event.startsAtMs - a.event.startsAtMs)[0]?.incidentId ?? null;
}

/** The incidents that hold repeated alerts: for each the newest firing that began before it. */
function holding(
  repeats: readonly AlertEvent[],
  known: readonly { event: Pick<AlertEvent, "fingerprint" | "startsAtMs">; incidentId: string }[],
): string[] {
  const ids = repeats.flatMap(({ fingerprint, startsAtMs }) => {
    const same = known
      .filter(({ event }) => event.fingerprint === fingerprint)
      .toSorted((a, b) => b.event.startsAtMs - a.event.startsAtMs);
    const held = same.find(({ event }) => event.startsAtMs <= startsAtMs) ?? same[0];
    return held?.incidentId ?? [];
  });
  return [...new Set(ids)].toSorted();
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
  const scopes = new Map(context.alerts.map((alert) => [firingKey(alert.event), alert]));
  const repeats: AlertEvent[] = [];
  for (const event of alerts) {
    const same = live
      .flatMap((incident) => incident.alerts)
      .filter(({ fingerprint }) => fingerprint === event.fingerprint);
    const applied = applyUpdate(same, firingOf(event, null));
    if (applied === null) {
      repeats.push(event);
      continue;
    }
    const { change, incident, absorbed: ids, why } = placeAlert(live, applied.firing, linkOf, newId());
    if (change === "opens") opens.set(incident.id, opened(incident.id, applied.firing));
    const before = applied.before === null ? undefined : scopes.get(firingKey(applied.before));
    news.push(placed(incident.id, applied.firing, why, before));
    live = [...live.filter(({ id }) => id !== incident.id && !ids.includes(id)), incident];
    for (const from of ids) {
      for (const [index, alert] of news.entries())
        if (alert.incidentId === from) news[index] = { ...alert, incidentId: incident.id };
      if (!opens.delete(from)) absorbed.push({ from, into: incident.id });
    }
  }
  const held = live.flatMap(({ id, alerts: own }) => own.map((event) => ({ event, incidentId: id })));
  return {
    alerts: lastOfEach(news),
    opens: [...opens.values()],
    absorbed,
    duplicates: repeats.length,
    repeatedIn: holding(repeats, held),
  };
}

/** Keeps the last change of each firing: a delivery with two updates of one firing changes it once. */
const lastOfEach = (alerts: readonly PlacedAlert[]): PlacedAlert[] => [
  ...new Map(alerts.map((alert) => [firingKey(alert.event), alert])).values(),
];
