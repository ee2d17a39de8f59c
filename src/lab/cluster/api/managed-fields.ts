import { isDeepStrictEqual } from "node:util";
import type { ClusterObject, ObjectMeta } from "../objects.ts";
import { isObject, type JsonObject } from "./merge-patch.ts";

type Entry = NonNullable<ObjectMeta["managedFields"]>[number];
/** Who writes, such as `kubectl-scale`. `subresource`: such as `status` or `scale`; null for the object itself. */
export type FieldManager = { manager: string; operation: "Update" | "Apply"; subresource: string | null };

/** Metadata that the server keeps by itself. */
const OWN = new Set([
  "resourceVersion",
  "uid",
  "generation",
  "creationTimestamp",
  "managedFields",
  "name",
  "namespace",
]);
const ROOT = new Set(["apiVersion", "kind"]);
const NONE = new Set<string>();

/**
 * Records who wrote which fields, and when. Lists count as one field; Kubernetes goes into their elements.
 *
 * @returns the entries for the object as it is now.
 */
export function managedFields(
  before: ClusterObject | null,
  now: ClusterObject,
  { manager, operation, subresource }: FieldManager,
  time: string,
): Entry[] {
  const changed = changedFields(before, now);
  const entries = before?.metadata.managedFields ?? [];
  if (Object.keys(changed).length === 0) return entries;
  const isSame = (entry: Entry): boolean =>
    entry.manager === manager && entry.operation === operation && (entry.subresource ?? null) === subresource;
  const mine = entries.find(isSame);
  const others = entries
    .filter((entry) => entry !== mine)
    .map((entry) => ({ ...entry, fieldsV1: without(entry.fieldsV1 as JsonObject, changed) }))
    .filter(({ fieldsV1 }) => Object.keys(fieldsV1).length > 0);
  return [
    ...others,
    {
      apiVersion: now.apiVersion,
      fieldsType: "FieldsV1",
      fieldsV1: together((mine?.fieldsV1 ?? {}) as JsonObject, changed),
      manager,
      operation,
      time,
      ...(subresource === null ? {} : { subresource }),
    },
  ];
}

function changedFields(before: unknown, now: JsonObject, skipped: ReadonlySet<string> = ROOT): JsonObject {
  const old: JsonObject = isObject(before) ? before : {};
  const found: JsonObject = {};
  for (const [key, value] of Object.entries(now)) {
    if (skipped.has(key) || isDeepStrictEqual(old[key], value)) continue;
    const inside = skipped === ROOT && key === "metadata" ? OWN : NONE;
    const parts = isObject(value) ? changedFields(old[key], value, inside) : {};
    if (inside === NONE || Object.keys(parts).length > 0) found[`f:${key}`] = parts;
  }
  return found;
}

function together(a: JsonObject, b: JsonObject): JsonObject {
  const all = { ...a };
  for (const [key, part] of Object.entries(b)) all[key] = together((all[key] ?? {}) as JsonObject, part as JsonObject);
  return all;
}

function without(fields: JsonObject, taken: JsonObject): JsonObject {
  const left: JsonObject = {};
  for (const [key, part] of Object.entries(fields)) {
    const other = taken[key];
    if (other === undefined) left[key] = part;
    else {
      const rest = without(part as JsonObject, other as JsonObject);
      if (Object.keys(rest).length > 0) left[key] = rest;
    }
  }
  return left;
}
