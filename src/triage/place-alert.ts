import { endOf, type AlertFiring, firingKey, inOrder, mergeUpdates } from "./firing.ts";
import type { Linker } from "./link.ts";

/** An incident made of alerts: its firings in order of time. It is over when all of them are (`endOf`). */
export type LiveIncident = { id: string; alerts: readonly AlertFiring[] };

/**
 * The effect of one update. `none`: nothing new. `opens`: a new incident, perhaps already over. `joins`: a new alert of
 * an
 * incident. `closes`, `reopens`: the update ends the incident or makes it active again. `updates`: a known alert
 * changed.
 */
export type Placement = {
  change: "none" | "opens" | "joins" | "updates" | "closes" | "reopens";
  /** The incident after the update. */
  incident: LiveIncident;
  /** Ids of incidents that turned out to be the same one; their alerts moved to it. */
  absorbed: readonly string[];
  why: string;
};

/**
 * Finds the incident that an update belongs to. Any order and repetition of updates ends in the groups of
 * `groupAlerts`, as long as all updates of an alert have the same text.
 *
 * @param known at least all incidents, open or closed, with an alert that began within `windowMs` and `sameMs` of this
 *   one. An incident that is missing here is not found.
 * @param newId id of the incident, if the update opens one.
 */
export function placeAlert(
  known: readonly LiveIncident[],
  update: AlertFiring,
  linkOf: Linker,
  newId: string,
): Placement {
  const key = firingKey(update);
  const before = known.flatMap(({ alerts }) => alerts).find((alert) => firingKey(alert) === key);
  const now = before ? mergeUpdates(before, update) : update;
  const tied = known.flatMap((incident) => {
    const why = incident.alerts.includes(before ?? update) ? REPEATED : firstLink(incident, now, linkOf);
    return why === null ? [] : [{ incident, why }];
  });
  // The oldest incident keeps its id, so that a merge does not depend on the order of updates.
  const [kept, ...rest] = tied.toSorted((a, b) => byFirst(a.incident, b.incident));
  if (!kept)
    return {
      change: "opens",
      incident: { id: newId, alerts: [now] },
      absorbed: [],
      why: `${now.name} on ${now.entity} is linked to no known alert`,
    };
  const others = tied.flatMap(({ incident }) => incident.alerts).filter((alert) => alert !== before);
  const incident = { id: kept.incident.id, alerts: [...others, now].toSorted(inOrder) };
  const absorbed = rest.map(({ incident: { id } }) => id);
  const reason = tied.find(({ why }) => why !== REPEATED)?.why;
  if (before && absorbed.length === 0 && isSame(before, now))
    return { change: "none", incident: kept.incident, absorbed, why: "the update holds nothing new" };
  const [wasOver, isOver] = [tied.every((one) => endOf(one.incident.alerts) !== null), endOf(incident.alerts) !== null];
  if (isOver && !wasOver)
    return { change: "closes", incident, absorbed, why: `${now.name} on ${now.entity} was the last firing alert` };
  if (!isOver && wasOver)
    return { change: "reopens", incident, absorbed, why: reason ?? `${now.name} on ${now.entity} fires` };
  return before
    ? { change: "updates", incident, absorbed, why: reason ?? `${now.name} on ${now.entity} is ${now.status}` }
    : { change: "joins", incident, absorbed, why: reason ?? "" };
}

const REPEATED = "repeated";

function firstLink({ alerts }: LiveIncident, update: AlertFiring, linkOf: Linker): string | null {
  for (const alert of alerts) {
    const why = linkOf(alert, update);
    if (why !== null) return why;
  }
  return null;
}

const byFirst = (a: LiveIncident, b: LiveIncident): number =>
  (a.alerts[0] && b.alerts[0] ? inOrder(a.alerts[0], b.alerts[0]) : 0) || (a.id < b.id ? -1 : 1);

const isSame = (a: AlertFiring, b: AlertFiring): boolean =>
  JSON.stringify(Object.entries(a).toSorted()) === JSON.stringify(Object.entries(b).toSorted());
