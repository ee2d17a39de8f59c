import type { Change, Series } from "../domain/telemetry.ts";

/**
 * A change that goes out instance by instance. `changedAtMs`: for each instance that it put in or took out, when; what such a name reports afterwards is the new version. Empty
 * where no new instance is known yet.
 */
export type Rollout = {
  entity: string;
  firstMs: number;
  lastMs: number;
  steps: number;
  changedAtMs: ReadonlyMap<string, number>;
};

/** A record that names more instances than fit in this is cut. */
const MAX_RECORD_LENGTH = 100_000;
/** A rollout whose last step is older than this has shown what it does. Milliseconds. */
const IN_PROGRESS_MS = 30 * 60_000;

const GOES_OUT = new Set<Change["kind"]>(["deploy", "config", "scale"]);

/**
 * The rollouts in progress among `changes`, one for each entity that runs instances. New are the instances that records name, and those that began to report after a step while
 * others had before it.
 *
 * @param standsAtMs when the analysis stands. @param ownerOf the service that an instance belongs to; itself where it is none. @param instances names that are known to be instances.
 */
export function rolloutsOf(
  changes: readonly Change[],
  series: readonly Series[],
  {
    standsAtMs,
    instances,
    ownerOf,
  }: { standsAtMs: number; instances: ReadonlySet<string>; ownerOf: (entity: string) => string },
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
      changes.filter(({ kind }) => GOES_OUT.has(kind)),
      ({ entity }) => entity,
    ),
  ].flatMap(([entity, steps]): Rollout[] => {
    const inOrder = steps.toSorted((a, b) => a.timeUnixMs - b.timeUnixMs);
    const [start, end] = [inOrder[0], inOrder.at(-1)];
    if (!start || !end || !running.has(entity) || standsAtMs - end.timeUnixMs > IN_PROGRESS_MS) return [];
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
