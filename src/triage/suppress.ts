import type { DependencyGraph } from "../topology/graph.ts";
import type { AlertFiring } from "./firing.ts";

/**
 * A decision with its reason, so that a person who misses an alert can read why it was suppressed. `parent`:
 * fingerprint
 * of the alert shown instead. `flapping`: the alert changes its state too often.
 */
export type Suppression = {
  fingerprint: string;
  suppressed: boolean;
  flapping: boolean;
  parent: string | null;
  why: string;
};

/** An alert with this many state changes within the window is flapping. */
const FLAPS = 4;
const FLAP_WINDOW_MS = 60 * 60_000;

/**
 * Suppresses alerts of a pod whose node has an alert too, alerts of a pod whose service has the same alert, and
 * flapping
 * alerts. Suppressed alerts still belong to their incident; they only do not page.
 *
 * @returns one decision for each fingerprint, in the order of their first firings.
 */
export function suppressAlerts(firings: readonly AlertFiring[], { hostOf, ownerOf }: DependencyGraph): Suppression[] {
  const firing = firings.filter(({ status }) => status === "firing");
  const firingOn = Map.groupBy(firing, ({ entity }) => entity);
  return [...Map.groupBy(firings, ({ fingerprint }) => fingerprint)].flatMap(([fingerprint, own]) => {
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
    if (ofOwner)
      return decide(true, `${last.entity} is an instance of ${owner}, where the same alert fires`, ofOwner.fingerprint);
    if (flapping) return decide(true, `it changed its state ${changes} times within an hour`);
    return decide(false, "neither its node nor its service has the alert, and it is not flapping");
  });
}

/** The first firing is no change; each later firing and each end is one. */
function stateChanges(firings: readonly AlertFiring[], sinceMs: number): number {
  const recent = firings.filter(({ startsAtMs }) => startsAtMs >= sinceMs);
  return Math.max(0, recent.length - 1) + recent.filter(({ status }) => status === "resolved").length;
}
