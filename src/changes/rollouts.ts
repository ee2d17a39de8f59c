import type { Change, Series } from "../domain/telemetry.ts";

/**
 * A change that reaches instances one by one. `changedAtMs`: for each instance added or removed, the time; what such
 * an instance reports later comes from the new version. Empty if no new instance is known yet.
 */
export type Rollout = {
  entity: string;
  firstMs: number;
  lastMs: number;
  steps: number;
  changedAtMs: ReadonlyMap<string, number>;
};

/** Longer records are cut. */
const MAX_RECORD_LENGTH = 100_000;
/** A rollout with an older last step has already shown its effect. Milliseconds. */
const IN_PROGRESS_MS = 30 * 60_000;

const ROLLED_OUT = new Set<Change["kind"]>(["deploy", "config", "scale"]);

/**
 * Finds the rollouts in progress among `changes`, one per entity that runs instances. New instances are those that
 * records name, and those that began to report after a step while older ones already reported.
 *
 * @param asOfMs time for which to judge: the alarm, else the last change.
 * @param ownerOf the service of an instance; itself if it is not an instance.
 * @param instances names known to be instances.
 */
export function rolloutsOf(
  changes: readonly Change[],
  series: readonly Series[],
  {
    asOfMs,
    instances,
    ownerOf,
  }: { asOfMs: number; instances: ReadonlySet<string>; ownerOf: (entity: string) => string },
): Rollout[] {
  const running = new Set(
    [...instances].flatMap((instance) => (ownerOf(instance) === instance ? [] : [ownerOf(instance)])),
  );
  const first = new Map<string, number>();
  for (const { entity, timesMs } of series) {
    const began = timesMs[0];
    if (began !== undefined) first.set(entity, Math.min(first.get(entity) ?? began, began));
  }
  const reporting = Map.groupBy(first, ([instance]) => ownerOf(instance));
  return [
    ...Map.groupBy(
      changes.filter(({ kind }) => ROLLED_OUT.has(kind)),
      ({ entity }) => entity,
    ),
  ].flatMap(([entity, steps]): Rollout[] => {
    const inOrder = steps.toSorted((a, b) => a.timeUnixMs - b.timeUnixMs);
    const [start, end] = [inOrder[0], inOrder.at(-1)];
    if (!start || !end || !running.has(entity) || asOfMs - end.timeUnixMs > IN_PROGRESS_MS) return [];
    const changed = new Map<string, number>();
    const note = (instance: string, atMs: number): void => {
      if (!changed.has(instance)) changed.set(instance, atMs);
    };
    for (const { summary, timeUnixMs } of inOrder) {
      for (const word of (summary ?? "").slice(0, MAX_RECORD_LENGTH).split(/[\s,;:()]+/))
        if (instances.has(word) && ownerOf(word) === entity) note(word, timeUnixMs);
    }
    const own = (reporting.get(entity) ?? []).filter(([instance]) => instance !== entity);
    const coexisted = own.some(([, began]) => began < start.timeUnixMs);
    for (const [instance, began] of coexisted ? own : []) {
      const step = inOrder.findLast(({ timeUnixMs }) => timeUnixMs <= began);
      if (step) note(instance, step.timeUnixMs);
    }
    return [{ entity, firstMs: start.timeUnixMs, lastMs: end.timeUnixMs, steps: inOrder.length, changedAtMs: changed }];
  });
}
