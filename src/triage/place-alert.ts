import { endOf, type AlertFiring, firingKey, inOrder, mergeUpdates } from "./firing.ts";
import type { Linker } from "./link.ts";

/** An incident as alerts make it: its episodes in order of time. It is over when each of them is (`endOf`). */
export type LiveIncident = { id: string; alerts: readonly AlertFiring[] };

/**
 * What one telling came to. `none`: all of it was known. `opens` a new incident, perhaps one that is over already; `joins` one; `closes` and `reopens` it with it; `updates`
 * an alert that it holds.
 */
export type Placement = {
  change: "none" | "opens" | "joins" | "updates" | "closes" | "reopens";
  /** As it stands now. */
  incident: LiveIncident;
  /** Ids of incidents that turn out to be one with it: it holds their alerts now. */
  absorbed: readonly string[];
  why: string;
};

/**
 * Which incident one telling of an alert belongs to. Whatever the order in which tellings come, and however often each comes, the same alerts are together in the end: those
 * that `groupAlerts` puts together. That holds as long as an alert's repeats say the same words.
 *
 * @param known all incidents with an alert that began within `windowMs` and `sameMs` of this one, open or not; others may be among them. One that is left out is not found.
 * @param newId of an incident that it opens.
 */
export function placeAlert(
  known: readonly LiveIncident[],
  told: AlertFiring,
  linkOf: Linker,
  newId: string,
): Placement {
  const key = firingKey(told);
  const before = known.flatMap(({ alerts }) => alerts).find((alert) => firingKey(alert) === key);
  const now = before ? mergeUpdates(before, told) : told;
  const tied = known.flatMap((incident) => {
    const why = incident.alerts.includes(before ?? told) ? "told again" : firstLink(incident, now, linkOf);
    return why === null ? [] : [{ incident, why }];
  });
  // the oldest keeps its name, so that two that are found to be one come out alike
  const [kept, ...rest] = tied.toSorted((a, b) => byFirst(a.incident, b.incident));
  if (!kept)
    return {
      change: "opens",
      incident: { id: newId, alerts: [now] },
      absorbed: [],
      why: `nothing that is known ties ${now.name} on ${now.entity} to another`,
    };
  const others = tied.flatMap(({ incident }) => incident.alerts).filter((alert) => alert !== before);
  const incident = { id: kept.incident.id, alerts: [...others, now].toSorted(inOrder) };
  const absorbed = rest.map(({ incident: { id } }) => id);
  const reason = tied.find(({ why }) => why !== "told again")?.why;
  if (before && absorbed.length === 0 && isSame(before, now))
    return { change: "none", incident: kept.incident, absorbed, why: "all of it was known" };
  const [wasOver, isOver] = [tied.every((one) => endOf(one.incident.alerts) !== null), endOf(incident.alerts) !== null];
  if (isOver && !wasOver)
    return { change: "closes", incident, absorbed, why: `${now.name} on ${now.entity} was the last that fired` };
  if (!isOver && wasOver)
    return { change: "reopens", incident, absorbed, why: reason ?? `${now.name} on ${now.entity} fires` };
  return before
    ? { change: "updates", incident, absorbed, why: reason ?? `${now.name} on ${now.entity} is ${now.status}` }
    : { change: "joins", incident, absorbed, why: reason ?? "" };
}

function firstLink({ alerts }: LiveIncident, told: AlertFiring, linkOf: Linker): string | null {
  for (const alert of alerts) {
    const why = linkOf(alert, told);
    if (why !== null) return why;
  }
  return null;
}

const byFirst = (a: LiveIncident, b: LiveIncident): number =>
  (a.alerts[0] && b.alerts[0] ? inOrder(a.alerts[0], b.alerts[0]) : 0) || (a.id < b.id ? -1 : 1);

const isSame = (a: AlertFiring, b: AlertFiring): boolean =>
  JSON.stringify(Object.entries(a).toSorted()) === JSON.stringify(Object.entries(b).toSorted());
