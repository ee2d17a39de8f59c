import type { CoreV1Event } from "@kubernetes/client-node";
import { type Registry, timeText } from "../api/registry.ts";
import { kindOfType } from "../kinds.ts";
import type { ClusterObject, Stored } from "../objects.ts";
import { type AnyObject, hashOf } from "./controller.ts";

export type EventRecord = {
  about: AnyObject;
  type: "Normal" | "Warning";
  reason: string;
  message: string;
  component: string;
};

const EVENTS = kindOfType("events");

/** Records an event. The same event again only counts up. */
export function recordEvent(registry: Registry, record: EventRecord, nowMs: number): void {
  const { about, type, reason, message, component } = record;
  const { name, namespace = "default", uid } = about.metadata;
  const key = `${name}.${hashOf([uid, type, reason, message, component])}`;
  const time = timeText(nowMs);
  const known = registry.store.get(EVENTS, namespace, key) as (ClusterObject & Stored<CoreV1Event>) | null;
  if (known !== null) {
    const again = { ...known, count: (known.count ?? 1) + 1, lastTimestamp: time };
    registry.store.put(EVENTS, again as unknown as ClusterObject);
    return;
  }
  const { apiVersion, kind } = about;
  const object = {
    metadata: {
      name: key,
      namespace,
    },
    involvedObject: {
      apiVersion,
      kind,
      name,
      namespace,
      ...(uid === undefined ? {} : { uid }),
    },
    type,
    reason,
    message,
    count: 1,
    firstTimestamp: time,
    lastTimestamp: time,
    source: { component },
    reportingComponent: component,
    reportingInstance: "",
  };
  registry.create(EVENTS, namespace, object, { manager: component });
}
