import { forbidden } from "../api-failure.ts";
import { kindOfType } from "../kinds.ts";
import type { PodObject, QuotaObject } from "../objects.ts";
import type { Store } from "../store.ts";
import { quantity, quantityText } from "./quantity.ts";

const PODS = kindOfType("pods");
const QUOTAS = kindOfType("resourcequotas");

/** What a pod takes of a resource that quotas can limit; null if it does not say. */
function takenBy({ spec }: PodObject, resource: string): number | null {
  if (/^(count\/)?pods$/.test(resource)) return 1;
  const [, side = "requests", name = ""] = /^(?:(requests|limits)\.)?(cpu|memory)$/.exec(resource) ?? [];
  if (name === "") return 0;
  const amounts = spec.containers.map(({ resources }) => quantity(resources?.[side as "requests"]?.[name]));
  return amounts.includes(null) ? null : amounts.reduce<number>((sum, amount) => sum + (amount ?? 0), 0);
}

/** Finished pods take nothing. */
const isCounted = ({ status }: PodObject): boolean => status.phase !== "Succeeded" && status.phase !== "Failed";

/** What the pods of a namespace use of each resource of a quota, as quantities. */
export function quotaUse(quota: QuotaObject, pods: readonly PodObject[]): Record<string, string> {
  const counted = pods.filter(isCounted);
  return Object.fromEntries(
    Object.keys(quota.spec.hard ?? {}).map((resource) => {
      const used = counted.reduce((sum, pod) => sum + (takenBy(pod, resource) ?? 0), 0);
      return [resource, quantityText(resource, used)];
    }),
  );
}

/** @throws {ApiFailure} Forbidden if the pod would exceed a quota of its namespace, in the words of Kubernetes. */
export function admitByQuota(store: Store, pod: PodObject): void {
  const namespace = pod.metadata.namespace ?? null;
  const quotas = store.list(QUOTAS, namespace) as QuotaObject[];
  if (quotas.length === 0) return;
  const pods = store.list(PODS, namespace) as PodObject[];
  for (const quota of quotas) {
    const hard = Object.entries(quota.spec.hard ?? {});
    const unset = hard.map(([resource]) => resource).filter((resource) => takenBy(pod, resource) === null);
    if (unset.length > 0)
      throw forbidden(PODS, pod.metadata.name, `failed quota: ${quota.metadata.name}: must specify ${unset.join(",")}`);
    const used = quotaUse(quota, pods);
    const over = hard.filter(([resource, limit]) => {
      const after = (quantity(used[resource]) ?? 0) + (takenBy(pod, resource) ?? 0);
      return after > (quantity(limit) ?? 0) && (takenBy(pod, resource) ?? 0) > 0;
    });
    if (over.length === 0) continue;
    const list = (value: (resource: string, limit: string) => string): string =>
      over.map(([resource, limit]) => `${resource}=${value(resource, limit)}`).join(",");
    const requested = list((resource) => quantityText(resource, takenBy(pod, resource) ?? 0));
    const why = `requested: ${requested}, used: ${list((resource) => used[resource] ?? "0")}, limited: ${list((_, limit) => limit)}`;
    throw forbidden(PODS, pod.metadata.name, `exceeded quota: ${quota.metadata.name}, ${why}`);
  }
}
