import { ApiFailure } from "./api-failure.ts";
import type { ServedKind } from "./kinds.ts";
import type { ClusterObject } from "./objects.ts";

/** A change of one object. `before`: null for a new one. `version`: the resource version of the change. */
export type StoreChange = {
  type: "ADDED" | "MODIFIED" | "DELETED";
  kind: ServedKind;
  object: ClusterObject;
  before: ClusterObject | null;
  version: number;
};

/**
 * The objects of the cluster, in memory. Stored objects are frozen; every write gets the next resource version, which
 * counts all writes, as in etcd.
 */
export type Store = {
  readonly version: number;
  get: (kind: ServedKind, namespace: string | null, name: string) => ClusterObject | null;
  /** Sorted by namespace and name. @param namespace null: all. */
  list: (kind: ServedKind, namespace: string | null) => ClusterObject[];
  /** Creates or replaces. A write that changes nothing gives what is there, without a new version. */
  put: (kind: ServedKind, object: ClusterObject) => ClusterObject;
  /** @returns the object as it was, with the version of its removal. */
  remove: (kind: ServedKind, object: ClusterObject) => ClusterObject;
  /**
   * Calls back for every change after the version `since`, first those that were before this call.
   *
   * @returns ends it. @throws {ApiFailure} Expired if changes since then are no longer known.
   */
  watch: (since: number, onChange: (change: StoreChange) => void) => () => void;
};

/** Changes that are kept for watches. */
const MAX_HISTORY = 5000;

export function createStore(): Store {
  const byKind = new Map<ServedKind, Map<string, ClusterObject>>();
  const sortedLists = new Map<ServedKind, ClusterObject[]>();
  const watchers = new Set<(change: StoreChange) => void>();
  let history: StoreChange[] = [];
  let version = 1;
  let oldest = 0;

  const ofKind = (kind: ServedKind): Map<string, ClusterObject> => {
    const known = byKind.get(kind) ?? new Map<string, ClusterObject>();
    byKind.set(kind, known);
    return known;
  };
  const record = (change: StoreChange): void => {
    sortedLists.delete(change.kind);
    history.push(change);
    if (history.length > 2 * MAX_HISTORY) {
      history = history.slice(-MAX_HISTORY);
      oldest = (history[0]?.version ?? 1) - 1;
    }
    for (const notify of watchers) notify(change);
  };

  return {
    get version() {
      return version;
    },
    get: (kind, namespace, name) => ofKind(kind).get(keyOf(kind.isNamespaced ? namespace : null, name)) ?? null,
    list(kind, namespace) {
      // controllers list far more often than anything changes
      const all =
        sortedLists.get(kind) ?? [...ofKind(kind)].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
      sortedLists.set(kind, all);
      return namespace === null ? [...all] : all.filter(({ metadata }) => metadata.namespace === namespace);
    },
    put(kind, object) {
      const key = keyOf(object.metadata.namespace ?? null, object.metadata.name);
      const before = ofKind(kind).get(key) ?? null;
      if (before !== null && isSame(before, object)) return before;
      version += 1;
      const stored = structuredClone(object);
      stored.metadata.resourceVersion = String(version);
      ofKind(kind).set(key, freeze(stored));
      record({ type: before === null ? "ADDED" : "MODIFIED", kind, object: stored, before, version });
      return stored;
    },
    remove(kind, object) {
      ofKind(kind).delete(keyOf(object.metadata.namespace ?? null, object.metadata.name));
      version += 1;
      const last = structuredClone(object);
      last.metadata.resourceVersion = String(version);
      record({ type: "DELETED", kind, object: freeze(last), before: object, version });
      return last;
    },
    watch(since, onChange) {
      if (since < oldest) throw new ApiFailure("Expired", `too old resource version: ${since} (${oldest + 1})`);
      for (const change of history) if (change.version > since) onChange(change);
      watchers.add(onChange);
      return () => void watchers.delete(onChange);
    },
  };
}

const keyOf = (namespace: string | null, name: string): string => `${namespace ?? ""}/${name}`;

const plain = (object: ClusterObject): string =>
  JSON.stringify({ ...object, metadata: { ...object.metadata, resourceVersion: "" } }, sorted);

/** Whether two objects differ in their resource version at most. */
function isSame(a: ClusterObject, b: ClusterObject): boolean {
  return plain(a) === plain(b);
}

/** For `JSON.stringify`: keys in order, so that equal objects give equal text. */
export const sorted = (_key: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
}
