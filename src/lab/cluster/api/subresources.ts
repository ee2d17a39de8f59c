import { ApiFailure, notFound } from "../api-failure.ts";
import { kindOfType } from "../kinds.ts";
import { type ClusterObject, copyOf, type DisruptionBudgetObject, type PodObject } from "../objects.ts";
import type { ContainerLine } from "../pod-runtime.ts";
import { fitsSelector, type LabelPairs } from "../selectors.ts";
import { isObject } from "./merge-patch.ts";
import type { Registry, WriteOptions } from "./registry.ts";

const PODS = kindOfType("pods");
const BUDGETS = kindOfType("poddisruptionbudgets");

type Scalable = ClusterObject & {
  spec: { replicas?: number; selector?: { matchLabels?: LabelPairs } };
  status?: { replicas?: number };
};

/** The `Scale` of a workload. */
export function scaleOf(object: ClusterObject): object {
  const { metadata, spec, status } = object as Scalable;
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  const selector = Object.entries(spec.selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: spec.replicas ?? 0 },
    status: { replicas: status?.replicas ?? 0, selector: selector.join(",") },
  };
}

/** A workload with the replicas of a `Scale`, and with its resource version, so that a stale one is refused. */
export function withScale(object: ClusterObject, scale: unknown): ClusterObject {
  const { metadata, spec } = (isObject(scale) ? scale : {}) as {
    metadata?: { resourceVersion?: string };
    spec?: unknown;
  };
  const replicas = isObject(spec) ? (spec.replicas ?? 0) : 0;
  if (typeof replicas !== "number" || replicas < 0 || !Number.isInteger(replicas))
    throw new ApiFailure(
      "Invalid",
      `Scale "${object.metadata.name}" is invalid: spec.replicas: Invalid value: ${String(replicas)}`,
    );
  const scaled = copyOf(object) as Scalable;
  scaled.spec.replicas = replicas;
  if (metadata?.resourceVersion !== undefined) scaled.metadata.resourceVersion = metadata.resourceVersion;
  return scaled;
}

/** Evicts a pod unless a disruption budget forbids it. @throws {ApiFailure} TooManyRequests in that case. */
export function evict(registry: Registry, pod: PodObject, body: unknown, options: WriteOptions): void {
  const { namespace = null, labels, name } = pod.metadata;
  const budgets = registry.store.list(BUDGETS, namespace) as DisruptionBudgetObject[];
  const budget = budgets.find(({ spec }) => fitsSelector(spec.selector, labels));
  const allowed = budget?.status.disruptionsAllowed ?? 0;
  if (budget !== undefined && allowed < 1) {
    const { currentHealthy = 0, desiredHealthy = 0 } = budget.status;
    const detail = `The disruption budget ${budget.metadata.name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
    throw new ApiFailure("TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.", {
      name,
      kind: "pods",
      causes: [{ reason: "DisruptionBudget", message: detail }],
    });
  }
  if (budget !== undefined && options.isDryRun !== true) {
    // the budget counts again when the pod is gone; until then it is spent
    const spent = copyOf(budget);
    spent.status.disruptionsAllowed = allowed - 1;
    registry.update(BUDGETS, spent, { ...options, subresource: "status" });
  }
  const given = isObject(body) && isObject(body.deleteOptions) ? body.deleteOptions.gracePeriodSeconds : null;
  const graceSeconds = typeof given === "number" ? given : null;
  registry.remove(PODS, pod, { graceSeconds, isDryRun: options.isDryRun ?? false });
}

/** Puts a pod on a node. */
export function bind(registry: Registry, pod: PodObject, body: unknown, options: WriteOptions): void {
  const target = isObject(body) && isObject(body.target) ? body.target.name : null;
  if (typeof target !== "string") throw new ApiFailure("BadRequest", "the binding names no node");
  const bound = copyOf(pod);
  bound.spec.nodeName = target;
  registry.update(PODS, bound, options);
}

/** Output of a container. `lines`: null if it never ran, or has no previous run. */
export type ContainerLogs = (pod: PodObject, container: string, isPrevious: boolean) => readonly ContainerLine[] | null;

/**
 * The part of a container's output that `kubectl logs` wants.
 *
 * @throws {ApiFailure} BadRequest as Kubernetes answers for a container that has no output yet.
 */
export function readLogs(pod: PodObject, query: URLSearchParams, logsOf: ContainerLogs, nowMs: number): string {
  const names = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].map(({ name }) => name);
  const container = query.get("container") ?? (pod.spec.containers.length === 1 ? names.at(-1) : undefined);
  const { name } = pod.metadata;
  if (container === undefined) {
    const why = `a container name must be specified for pod ${name}, choose one of: [${names.join(" ")}]`;
    throw new ApiFailure("BadRequest", why);
  }
  if (!names.includes(container))
    throw new ApiFailure("BadRequest", `container ${container} is not valid for pod ${name}`);
  const isPrevious = query.get("previous") === "true";
  const lines = logsOf(pod, container, isPrevious);
  if (lines === null) {
    if (isPrevious)
      throw new ApiFailure("BadRequest", `previous terminated container "${container}" in pod "${name}" not found`);
    const waiting = pod.status.containerStatuses?.find((one) => one.name === container)?.state?.waiting?.reason;
    const why = `container "${container}" in pod "${name}" is waiting to start: ${waiting ?? "ContainerCreating"}`;
    throw new ApiFailure("BadRequest", why);
  }
  const seconds = query.get("sinceSeconds");
  const sinceMs = seconds === null ? Date.parse(query.get("sinceTime") ?? "") || 0 : nowMs - Number(seconds) * 1000;
  const recent = lines.filter(({ timeMs }) => timeMs >= sinceMs);
  const tail = query.get("tailLines");
  const shown = tail === null ? recent : Number(tail) === 0 ? [] : recent.slice(-Number(tail));
  const hasTimes = query.get("timestamps") === "true";
  const text = shown.map(
    ({ timeMs, text: line }) => `${hasTimes ? `${new Date(timeMs).toISOString()} ` : ""}${line}\n`,
  );
  const limit = query.get("limitBytes");
  return limit === null ? text.join("") : text.join("").slice(0, Number(limit));
}

/** The pod of a request, for its subresources. */
export function podOf(registry: Registry, namespace: string | null, name: string | null): PodObject {
  if (name === null) throw notFound(PODS, "");
  return registry.get(PODS, namespace, name) as PodObject;
}
