import type { AlertEvent } from "../domain/alert-event.ts";
import type { DependencyGraph } from "../topology/graph.ts";

/** A decision with its reason: a person who misses an alert must be able to read why it was not shown. */
export type Suppression = { fingerprint: string; suppressed: boolean; why: string };

/** This many changes of state within the window is a monitor that cannot make up its mind. */
const FLAPS = 4;

/**
 * Which firing alerts need not be shown by themselves: those of a pod whose node fires too, those of a pod whose service fires the same rule, and those that
 * flap. Suppressed alerts still belong to their incident; they only do not page.
 *
 * @param history earlier events of the same fingerprints within the flapping window, any order.
 */
export function suppressAlerts(alerts: readonly AlertEvent[], history: readonly AlertEvent[], { hostOf, ownerOf }: DependencyGraph): Suppression[] {
  const firing = alerts.filter(({ status }) => status === "firing");
  const firingOn = Map.groupBy(firing, ({ entity }) => entity);
  return alerts.map(({ fingerprint, entity, name }) => {
    const decide = (suppressed: boolean, why: string): Suppression => ({ fingerprint, suppressed, why });
    const host = hostOf.get(entity);
    const onHost = host === undefined ? undefined : firingOn.get(host)?.[0];
    if (onHost) return decide(true, `${entity} runs on ${host}, where ${onHost.name} fires`);
    const owner = ownerOf.get(entity);
    if (owner !== undefined && firingOn.get(owner)?.some((other) => other.name === name)) return decide(true, `${owner}, whose instance ${entity} is, fires the same`);
    const changes = stateChanges([...history, ...alerts].filter((other) => other.fingerprint === fingerprint));
    if (changes >= FLAPS) return decide(true, `changed its state ${changes} times`);
    return decide(false, "nothing above it fires, and it is steady");
  });
}

function stateChanges(events: readonly AlertEvent[]): number {
  const states = events.toSorted((a, b) => (a.endsAtMs ?? a.startsAtMs) - (b.endsAtMs ?? b.startsAtMs)).map(({ status }) => status);
  return states.filter((status, index) => index > 0 && status !== states[index - 1]).length;
}
