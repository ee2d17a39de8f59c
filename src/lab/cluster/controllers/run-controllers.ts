import { ApiFailure } from "../api-failure.ts";
import { kindOfType } from "../kinds.ts";
import type { ClusterObject } from "../objects.ts";
import { copyOf } from "../objects.ts";
import type { Registry } from "../api/registry.ts";
import type { ClusterView, ClusterWrite, Controller } from "./controller.ts";
import { recordEvent } from "./events.ts";

/** `settle`: runs the controllers until none wants a change. It is called by itself after changes, and every second. */
export type RunningControllers = { settle: () => void; stop: () => void };

/** Rounds until the controllers must agree; more than that is two controllers that undo each other's writes. */
const MAX_ROUNDS = 200;
const TICK_MS = 500;
/** A refused creation is tried again after this long, then after twice as long, and so on. */
const RETRY_MS = { first: 1000, longest: 15_000 };

/** Runs controllers whenever objects change, and as time passes. */
export function runControllers(
  registry: Registry,
  controllers: readonly Controller[],
  now: () => number,
): RunningControllers {
  const { store } = registry;
  const refused = new Map<string, { untilMs: number; delayMs: number }>();
  const viewOf = (): ClusterView => ({
    nowMs: now(),
    list: <T>(type: string): T[] => store.list(kindOfType(type), null) as T[],
  });

  const create = (write: ClusterWrite & { verb: "create" }, manager: string): void => {
    const { metadata } = write.object;
    const owner = metadata.ownerReferences?.[0]?.uid ?? `${metadata.namespace}/${metadata.name}`;
    const key = `${write.type} ${owner}`;
    const wait = refused.get(key);
    if (wait !== undefined && now() < wait.untilMs) return;
    try {
      const created = registry.create(kindOfType(write.type), metadata.namespace ?? null, write.object, { manager });
      refused.delete(key);
      apply(write.onCreated?.(created) ?? [], manager);
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      const delayMs = Math.min(RETRY_MS.longest, (wait?.delayMs ?? RETRY_MS.first / 2) * 2);
      refused.set(key, { untilMs: now() + delayMs, delayMs });
      apply(write.onRefused?.(error.message) ?? [], manager);
    }
  };
  const apply = (writes: readonly ClusterWrite[], manager: string): void => {
    for (const write of writes) {
      if (write.verb === "event") recordEvent(registry, { ...write, component: manager }, now());
      else if (write.verb === "create") create(write, manager);
      else change(write, manager);
    }
  };
  const change = (write: ClusterWrite & { verb: "update" | "status" | "delete" }, manager: string): void => {
    const kind = kindOfType(write.type);
    const { namespace = null, name, uid } = write.object.metadata;
    const current = store.get(kind, namespace, name);
    if (current === null || current.metadata.uid !== uid) return; // gone meanwhile
    if (write.verb === "delete")
      return void registry.remove(kind, current, { graceSeconds: write.graceSeconds ?? null });
    const object = copyOf(write.object) as ClusterObject;
    delete object.metadata.resourceVersion; // no writer is between the read of this round and this write
    registry.update(kind, object, { manager, subresource: write.verb === "status" ? "status" : null });
  };

  const settle = (): void => {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const before = store.version;
      for (const { name, sync } of controllers) apply(sync(viewOf()), name);
      if (store.version === before) return;
    }
  };
  let scheduled: NodeJS.Immediate | null = null;
  const stopWatching = store.watch(store.version, () => {
    scheduled ??= setImmediate(() => {
      scheduled = null;
      settle();
    });
  });
  const timer = setInterval(settle, TICK_MS);
  return {
    settle,
    stop() {
      stopWatching();
      clearInterval(timer);
      if (scheduled !== null) clearImmediate(scheduled);
    },
  };
}
