import type { ToolAnswer } from "./answers.ts";
import { isTool } from "./answers.ts";
import { type ClusterEvent, parseEvents } from "./describe.ts";
import { fieldsOf, numberOf, textOf, timeOf } from "./fields.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";

/** An event of the API, and when it was last seen, Unix milliseconds; null if unknown. */
export type SeenEvent = { event: ClusterEvent; seenMs: number | null };

/** Reads events from lists, in their order, then those of the API, oldest first. */
export const readEvents = (answers: readonly ToolAnswer[], seen: readonly SeenEvent[]): ClusterEvent[] => [
  ...answers
    .filter((one) => isTool(one, "resource") && one.type === "events")
    .flatMap(({ text, namespace }) => parseEvents(text, namespace)),
  ...seen.toSorted((a, b) => (a.seenMs ?? 0) - (b.seenMs ?? 0)).map(({ event }) => event),
];

/** @param atMs when the answers were given, if the object does not say it. */
export function seenEvent(object: KubernetesObject, atMs: number | null): SeenEvent {
  const seenMs = lastSeenMs(object);
  return { event: eventOf(object, seenMs, object.takenMs ?? atMs), seenMs };
}

/** When an event was last seen; both versions of the API have their own fields for it. */
const lastSeenMs = ({ whole, createdMs }: KubernetesObject): number | null =>
  timeOf(whole.lastTimestamp) ??
  timeOf(fieldsOf(whole.series).lastObservedTime) ??
  timeOf(whole.deprecatedLastTimestamp) ??
  timeOf(whole.eventTime) ??
  createdMs;

function eventOf({ whole, namespace }: KubernetesObject, seenMs: number | null, takenMs: number | null): ClusterEvent {
  const about = fieldsOf(whole.involvedObject ?? whole.regarding);
  return {
    namespace: textOf(about.namespace) ?? namespace,
    warning: whole.type === "Warning",
    reason: textOf(whole.reason) ?? "",
    object: `${textOf(about.kind) ?? ""}/${textOf(about.name) ?? ""}`.toLowerCase(),
    message: (textOf(whole.message) ?? textOf(whole.note) ?? "").trim(),
    ageS: seenMs === null || takenMs === null ? null : Math.max(0, (takenMs - seenMs) / 1000),
    count: numberOf(fieldsOf(whole.series).count) ?? numberOf(whole.count) ?? numberOf(whole.deprecatedCount) ?? 1,
  };
}
