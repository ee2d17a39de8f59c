import type { ToolAnswer } from "./answers.ts";
import { isTool } from "./answers.ts";
import { type ClusterEvent, parseEvents } from "./describe.ts";
import { fieldsOf, numberOf, textOf, timeOf } from "./fields.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";

/** Reads events from lists, in their order, then from objects, oldest first. */
export const readEvents = (
  answers: readonly ToolAnswer[],
  objects: readonly KubernetesObject[],
  atMs: number | null,
): ClusterEvent[] => [
  ...answers
    .filter((one) => isTool(one, "resource") && one.type === "events")
    .flatMap(({ text, namespace }) => parseEvents(text, namespace)),
  ...objects
    .filter(({ type }) => type === "events")
    .map((object) => ({ object, seenMs: lastSeenMs(object) }))
    .toSorted((a, b) => (a.seenMs ?? 0) - (b.seenMs ?? 0))
    .map(({ object, seenMs }) => eventOf(object, seenMs, object.takenMs ?? atMs)),
];

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
