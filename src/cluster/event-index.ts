import type { ClusterEvent } from "./describe.ts";

/** Events by the object that they are about. */
export type EventIndex = {
  readonly all: readonly ClusterEvent[];
  /** The events about one object, oldest first as listed. An event without a namespace is about every namespace. */
  of(type: string, namespace: string, name: string): ClusterEvent[];
};

const NONE: readonly ClusterEvent[] = [];

export function eventIndex(all: readonly ClusterEvent[]): EventIndex {
  const byObject = Map.groupBy(all, ({ object }) => object);
  return {
    all,
    of: (type, namespace, name) =>
      (byObject.get(`${type}/${name}`.toLowerCase()) ?? NONE).filter(
        (event) => event.namespace === "" || namespace === "" || event.namespace === namespace,
      ),
  };
}
