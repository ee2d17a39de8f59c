import { createHash } from "node:crypto";
import type { V1PodTemplateSpec } from "@kubernetes/client-node";
import type { ClusterObject, ObjectMeta, PodObject, Stored } from "../objects.ts";
import { sorted } from "../store.ts";

/** Any object, as controllers pass it on. */
export type AnyObject = { apiVersion: string; kind: string; metadata: ObjectMeta };

/** What a controller wants changed. `onRefused`: what it writes if the API refuses to create the object, and why. */
export type ClusterWrite =
  | {
      verb: "create";
      type: string;
      object: object & { metadata: Partial<ObjectMeta> };
      onCreated?: (created: ClusterObject) => ClusterWrite[];
      onRefused?: (why: string) => ClusterWrite[];
    }
  | { verb: "update" | "status"; type: string; object: AnyObject }
  | { verb: "delete"; type: string; object: AnyObject; graceSeconds?: number }
  | { verb: "event"; about: AnyObject; type: "Normal" | "Warning"; reason: string; message: string };

/** The cluster as a controller sees it. */
export type ClusterView = { nowMs: number; list: <T>(type: string) => T[] };

/**
 * Compares what is with what should be, and gives the writes that bring it closer; none when all is as it should be. It
 * is called again after each change, and now and then because time passes.
 */
export type Controller = { name: string; sync: (view: ClusterView) => ClusterWrite[] };

export const event = (about: AnyObject, type: "Normal" | "Warning", reason: string, message: string): ClusterWrite => ({
  verb: "event",
  about,
  type,
  reason,
  message,
});

/** Objects by the uid of their controller. */
export const byController = <T extends { metadata: ObjectMeta }>(objects: readonly T[]): Map<string, T[]> =>
  Map.groupBy(objects, ({ metadata }) => metadata.ownerReferences?.find(({ controller }) => controller)?.uid ?? "");

/** Pods that run or will run: not finished, and not on their way out. */
export const isActive = ({ metadata, status }: PodObject): boolean =>
  metadata.deletionTimestamp === undefined && status.phase !== "Succeeded" && status.phase !== "Failed";

const readyCondition = ({ status }: PodObject) => status.conditions?.find(({ type }) => type === "Ready");
export const isReady = (pod: PodObject): boolean => readyCondition(pod)?.status === "True";

/** Whether a pod has been ready for long enough. */
export const isAvailable = (pod: PodObject, minReadySeconds: number, nowMs: number): boolean =>
  isReady(pod) &&
  (minReadySeconds === 0 ||
    nowMs - Date.parse(readyCondition(pod)?.lastTransitionTime ?? "") >= minReadySeconds * 1000);

const HASH_LETTERS = "bcdfghjklmnpqrstvwxz2456789";
/** Ten letters that differ for different values. */
export function hashOf(value: unknown): string {
  const digest = createHash("sha256").update(JSON.stringify(value, sorted)).digest();
  return Array.from(digest.subarray(0, 10), (byte) => HASH_LETTERS[byte % HASH_LETTERS.length]).join("");
}

/** A count as a number, or as a share of `total`, such as `25%`. */
export function countOf(value: number | string | undefined, total: number, round: (x: number) => number): number {
  if (typeof value === "number") return value;
  const percent = /^(\d+)%$/.exec(value ?? "")?.[1];
  return percent === undefined ? 0 : round((Number(percent) / 100) * total);
}

/** A condition with the times that Kubernetes gives it. `isFresh`: its `lastUpdateTime` becomes now. */
export type StatusCondition = {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
  lastUpdateTime?: string;
};
export function withCondition(
  conditions: readonly StatusCondition[] | undefined,
  next: Pick<StatusCondition, "type" | "status" | "reason" | "message">,
  now: string,
  { hasUpdateTime = false, isFresh = false } = {},
): StatusCondition[] {
  const all = conditions ?? [];
  const before = all.find(({ type }) => type === next.type);
  const isSame = before?.status === next.status && before.reason === next.reason && before.message === next.message;
  if (before !== undefined && isSame && !isFresh) return [...all];
  const lastTransitionTime = before?.status === next.status ? (before.lastTransitionTime ?? now) : now;
  const condition = { ...next, lastTransitionTime, ...(hasUpdateTime ? { lastUpdateTime: now } : {}) };
  return before === undefined ? [...all, condition] : all.map((one) => (one === before ? condition : one));
}

/** A pod made from a template, for its controller. */
export function podFrom(
  template: Stored<V1PodTemplateSpec>,
  metadata: Partial<ObjectMeta>,
  spec: object = {},
): { metadata: Partial<ObjectMeta>; spec: object } {
  const { labels, annotations } = template.metadata ?? {};
  return {
    metadata: {
      ...metadata,
      labels: { ...labels, ...metadata.labels },
      ...(annotations === undefined ? {} : { annotations: { ...annotations } }),
    },
    spec: { ...template.spec, ...spec },
  };
}
