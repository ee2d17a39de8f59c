import type { DependencyGraph } from "../topology/graph.ts";
import type { AlertFiring } from "./firing.ts";

/**
 * A decision with its reason: a person who misses an alert must be able to read why it was not shown. `parent`: the alert that speaks for it, by its fingerprint.
 * `flapping`: it cannot make up its mind.
 */
export type Suppression = {
  fingerprint: string;
  suppressed: boolean;
  flapping: boolean;
  parent: string | null;
  why: string;
};

/** This many changes of state within the window is a monitor that cannot make up its mind. */
const FLAPS = 4;
const FLAP_WINDOW_MS = 60 * 60_000;

/**
 * Which alerts need not be shown by themselves: those of a pod whose node fires too, those of a pod whose service fires the same rule, and those that flap. Suppressed alerts
 * still belong to their incident; they only do not page.
 *
 * @returns one decision for each fingerprint, in the order of their first episodes.
 */
export function suppressAlerts(episodes: readonly AlertFiring[], { hostOf, ownerOf }: DependencyGraph): Suppression[] {
  const firing = episodes.filter(({ status }) => status === "firing");
  const firingOn = Map.groupBy(firing, ({ entity }) => entity);
  return [...Map.groupBy(episodes, ({ fingerprint }) => fingerprint)].flatMap(([fingerprint, own]) => {
    const last = own.reduce((a, b) => (b.startsAtMs > a.startsAtMs ? b : a));
    const changes = stateChanges(own, last.startsAtMs - FLAP_WINDOW_MS);
    const flapping = changes >= FLAPS;
    const decide = (suppressed: boolean, why: string, parent: string | null = null): Suppression => ({
      fingerprint,
      suppressed,
      flapping,
      parent,
      why,
    });
    const host = hostOf.get(last.entity);
    const onHost = host === undefined ? undefined : firingOn.get(host)?.[0];
    if (onHost) return decide(true, `${last.entity} runs on ${host}, where ${onHost.name} fires`, onHost.fingerprint);
    const owner = ownerOf.get(last.entity);
    const ofOwner = owner === undefined ? undefined : firingOn.get(owner)?.find(({ name }) => name === last.name);
    if (ofOwner) return decide(true, `${owner}, whose instance ${last.entity} is, fires the same`, ofOwner.fingerprint);
    if (flapping) return decide(true, `changed its state ${changes} times within an hour`);
    return decide(false, "nothing above it fires, and it is steady");
  });
}

/** Its first firing is no change; each later one and each end are. */
function stateChanges(episodes: readonly AlertFiring[], sinceMs: number): number {
  const recent = episodes.filter(({ startsAtMs }) => startsAtMs >= sinceMs);
  return Math.max(0, recent.length - 1) + recent.filter(({ status }) => status === "resolved").length;
}
