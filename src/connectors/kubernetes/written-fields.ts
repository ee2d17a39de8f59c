import { isDeepStrictEqual } from "node:util";
import type { ApiObject } from "./reduce.ts";

export type Json = Readonly<Record<string, unknown>>;
export const json = (value: unknown): Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
export const list = (value: unknown): Json[] => (Array.isArray(value) ? value.map(json) : []);
export const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** A field that differs from what was applied. `path`: a JSON pointer. A value that is not there is undefined. */
export type FieldChange = { field: string; path: string; from: unknown; now: unknown };

/** Fields of `spec` that are replaced as one. Those of a port of a Service are compared one by one. */
const SPEC_FIELDS: Readonly<Record<string, readonly string[]>> = {
  Service: ["selector", "ports", "type", "externalName", "sessionAffinity"],
  ResourceQuota: ["hard", "scopes"],
  LimitRange: ["limits"],
  NetworkPolicy: ["podSelector", "ingress", "egress", "policyTypes"],
  HorizontalPodAutoscaler: ["minReplicas", "maxReplicas", "metrics", "behavior", "scaleTargetRef"],
  Ingress: ["rules", "tls", "ingressClassName", "defaultBackend"],
};
const PORT_FIELDS = ["port", "targetPort", "protocol"] as const;
/** Maps whose keys are free: a key that was not applied is a change. The API server fills in keys of all others. */
const FREE_MAPS: ReadonlySet<string> = new Set(["selector", "hard", "matchLabels"]);

/** Fields with amounts of resources inside. */
const QUANTITIES: ReadonlySet<string> = new Set(["hard", "limits"]);

/** Names of the fields that a writer owns and that change behaviour; labels and annotations do not. */
export function ownedFields(kind: string, fieldsV1: Json): string[] {
  if (kind === "ConfigMap")
    return [...Object.keys(json(fieldsV1["f:data"])), ...Object.keys(json(fieldsV1["f:binaryData"]))].flatMap((key) =>
      key.startsWith("f:") ? [key.slice(2)] : [],
    );
  const owned = json(fieldsV1["f:spec"]);
  return (SPEC_FIELDS[kind] ?? []).filter((field) => owned[`f:${field}`] !== undefined);
}

/** The fields that a writer owns and that differ from those of the last `kubectl apply`. */
export function fieldChanges(
  kind: string,
  { fieldsV1, applied, now }: { fieldsV1: Json; applied: Json; now: ApiObject },
): FieldChange[] {
  const owned = ownedFields(kind, fieldsV1);
  if (kind === "ConfigMap") {
    const [before, after] = [json(applied.data), json(now.data)];
    return owned
      .filter((key) => after[key] !== undefined && before[key] !== after[key])
      .map((key) => ({ field: key, path: `/data/${pointer(key)}`, from: before[key], now: after[key] }));
  }
  const [before, after] = [json(applied.spec), json(now.spec)];
  return owned.flatMap((field): FieldChange[] => {
    if (kind === "Service" && field === "ports") return portChanges(list(before.ports), list(after.ports));
    const [from, value] = [before[field], after[field]];
    return value === undefined || isDefault(field, from, value) || isAsApplied(from, value, field)
      ? []
      : [{ field, path: `/spec/${field}`, from, now: value }];
  });
}

function portChanges(before: readonly Json[], after: readonly Json[]): FieldChange[] {
  return after.flatMap((port, at) => {
    const was = before.find(({ name }) => name === port.name) ?? before.find((one) => one.port === port.port);
    if (was === undefined) return [];
    const label = typeof port.name === "string" && port.name !== "" ? ` of port ${port.name}` : "";
    return PORT_FIELDS.filter((field) => was[field] !== undefined && was[field] !== port[field]).map((field) => ({
      field: `${field}${label}`,
      path: `/spec/ports/${at}/${field}`,
      from: was[field],
      now: port[field],
    }));
  });
}

/**
 * Values that the API server fills in. It names the applier as their writer, so they are no change.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/
 */
const DEFAULTS: Readonly<Record<string, readonly unknown[]>> = {
  type: ["ClusterIP"],
  sessionAffinity: ["None"],
  policyTypes: [["Ingress"], ["Ingress", "Egress"]],
  minReplicas: [1],
};
const isDefault = (field: string, applied: unknown, now: unknown): boolean =>
  applied === undefined && (DEFAULTS[field] ?? []).some((one) => isDeepStrictEqual(one, now));

/** True if all that was applied is still there: the server adds defaults. */
function isAsApplied(applied: unknown, now: unknown, field: string, areQuantities = QUANTITIES.has(field)): boolean {
  if (Array.isArray(applied) && Array.isArray(now))
    return applied.length === now.length && applied.every((one, at) => isAsApplied(one, now[at], field, areQuantities));
  if (typeof applied !== "object" || applied === null || typeof now !== "object" || now === null)
    return isDeepStrictEqual(applied, now) || (areQuantities && isSameQuantity(applied, now));
  const [was, is] = [json(applied), json(now)];
  const isFree = FREE_MAPS.has(field);
  return (
    Object.keys(was).every((key) => isAsApplied(was[key], is[key], key, areQuantities)) &&
    (!isFree || Object.keys(is).every((key) => Object.hasOwn(was, key)))
  );
}

const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d{1,2})|([numkMGTPE]|[KMGTPE]i)?)$/;
const SUFFIXES: Readonly<Record<string, number>> = {
  ...Object.fromEntries([..."num"].map((suffix, at) => [suffix, 10 ** (3 * (at - 3))])),
  ...Object.fromEntries([..."kMGTPE"].map((suffix, at) => [suffix, 10 ** (3 * (at + 1))])),
  ...Object.fromEntries([..."KMGTPE"].map((letter, at) => [`${letter}i`, 2 ** (10 * (at + 1))])),
};

/** The API server writes quantities in one form: `1000m` becomes `1`, the number 10 becomes `"10"`. */
function isSameQuantity(applied: unknown, now: unknown): boolean {
  const [a, b] = [quantityOf(applied), quantityOf(now)];
  return a !== null && b !== null && Math.abs(a - b) <= 1e-9 * Math.abs(b);
}

function quantityOf(value: unknown): number | null {
  const [, number, exponent = "0", suffix] =
    QUANTITY.exec(typeof value === "number" ? String(value) : text(value)) ?? [];
  return number === undefined ? null : Number(number) * 10 ** Number(exponent) * (SUFFIXES[suffix ?? ""] ?? 1);
}

/** A key as a part of a JSON pointer (RFC 6901). */
const pointer = (key: string): string => key.replaceAll("~", "~0").replaceAll("/", "~1");
