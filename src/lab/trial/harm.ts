import type { ClusterObject } from "../cluster/objects.ts";
import type { CustomerOutcome, Operation } from "../market/market-load.ts";
import { missedAt } from "../market/objectives.ts";

/** What a trial compares before and after: what objects are meant to be, by `kind/name`. */
export type ObjectSnapshot = ReadonlyMap<string, string>;

/** Types whose content people decide on. Pods and ReplicaSets follow from them. */
export const COMPARED_TYPES: readonly string[] =
  "deployments services configmaps secrets networkpolicies resourcequotas nodes".split(" ");

export function snapshotOf(list: (type: string) => readonly ClusterObject[]): ObjectSnapshot {
  const objects = COMPARED_TYPES.flatMap((type) => list(type));
  return new Map(
    objects.map(({ kind, metadata, spec, data }) => [
      `${kind.toLowerCase()}/${metadata.name}`,
      JSON.stringify({ spec, data: data ?? null }),
    ]),
  );
}

/**
 * Objects that differ although they do not belong to a true root cause. An object belongs to `cart` if it is named so,
 * or is labelled `app: cart`.
 */
export function otherObjectsChanged(
  before: ObjectSnapshot,
  after: ObjectSnapshot,
  rootEntities: readonly string[],
): string[] {
  const isRoot = (id: string): boolean => {
    const name = id.slice(id.indexOf("/") + 1);
    return rootEntities.some((entity) => name === entity || name.startsWith(`${entity}-`));
  };
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (id) => !isRoot(id) && before.get(id) !== after.get(id),
  );
}

/** An objective that was met right before may be missed so long while a change takes effect. */
const ALLOWED_MS = 20_000;
const STEP_MS = 1_000;

/** Operations that met their objective before the first change, and then missed it for longer than a change takes. */
export function operationsHarmed(outcomes: readonly CustomerOutcome[], changedMs: number, endMs: number): Operation[] {
  const missedBefore = new Set(missedAt(outcomes, changedMs));
  const since = new Map<Operation, number>();
  const harmed = new Set<Operation>();
  for (let atMs = changedMs; atMs <= endMs; atMs += STEP_MS) {
    const missed = new Set(missedAt(outcomes, atMs));
    for (const operation of since.keys()) if (!missed.has(operation)) since.delete(operation);
    for (const operation of missed) {
      const from = since.get(operation) ?? atMs;
      since.set(operation, from);
      if (!missedBefore.has(operation) && atMs - from > ALLOWED_MS) harmed.add(operation);
    }
  }
  return [...harmed];
}
