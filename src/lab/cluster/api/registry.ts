import { randomUUID } from "node:crypto";
import { alreadyExists, ApiFailure, conflict, forbidden, invalid, notFound } from "../api-failure.ts";
import { groupVersionOf, kindOfType, type ServedKind } from "../kinds.ts";
import { type ClusterObject, copyOf, type PodObject, type ServiceObject } from "../objects.ts";
import { sorted, type Store } from "../store.ts";
import { setDefaults } from "./defaults.ts";
import { type FieldManager, managedFields } from "./managed-fields.ts";
import { isObject } from "./merge-patch.ts";
import { admitByQuota } from "./quota.ts";
import { schemaFaults } from "./schema.ts";
import { fieldCauses } from "./validation.ts";

/** `isStrict`: unknown fields are refused, not dropped. `isDryRun`: everything is checked, nothing is stored. */
export type WriteOptions = { manager: string; isDryRun?: boolean; isStrict?: boolean; subresource?: string | null };
export type DeleteOptions = { graceSeconds?: number | null; keepsDependents?: boolean };

/**
 * The verbs of the API over a store: what every write passes, by kubectl or by a controller.
 *
 * @throws {ApiFailure} from each verb, as Kubernetes refuses.
 */
export type Registry = {
  store: Store;
  get: (kind: ServedKind, namespace: string | null, name: string) => ClusterObject;
  create: (kind: ServedKind, namespace: string | null, object: unknown, options: WriteOptions) => ClusterObject;
  update: (kind: ServedKind, object: unknown, options: WriteOptions) => ClusterObject;
  remove: (
    kind: ServedKind,
    object: ClusterObject,
    options: DeleteOptions & Pick<WriteOptions, "isDryRun">,
  ) => ClusterObject;
};

const NAMESPACES = kindOfType("namespaces");
const SERVICES = kindOfType("services");

export const timeText = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
const SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789";
export const randomSuffix = (length: number): string =>
  Array.from({ length }, () => SUFFIX_LETTERS[Math.floor(Math.random() * SUFFIX_LETTERS.length)]).join("");

export function createRegistry(store: Store, now: () => number): Registry {
  const get: Registry["get"] = (kind, namespace, name) => {
    const found = store.get(kind, namespace, name);
    if (found === null) throw notFound(kind, name);
    return found;
  };

  const record = (kind: ServedKind, object: ClusterObject, before: ClusterObject | null, options: WriteOptions) => {
    const { manager, subresource = null, isDryRun = false } = options;
    const by: FieldManager = { manager, operation: "Update", subresource };
    const entries = managedFields(before, object, by, timeText(now()));
    if (entries.length > 0) object.metadata.managedFields = entries as never;
    return isDryRun ? object : store.put(kind, object);
  };

  return {
    store,
    get,
    create(kind, namespace, input, options) {
      const object = readObject(kind, input, options);
      const { metadata } = object;
      if (kind.isNamespaced) {
        const place = placeOf(metadata.namespace, namespace);
        const within = get(NAMESPACES, null, place);
        const why = `unable to create new content in namespace ${place} because it is being terminated`;
        if (within.metadata.deletionTimestamp !== undefined) throw forbidden(kind, metadata.name, why);
        metadata.namespace = place;
      } else delete metadata.namespace;
      if (metadata.name === undefined && metadata.generateName !== undefined)
        metadata.name = `${metadata.generateName}${randomSuffix(5)}`;
      if ((metadata.name ?? "") === "")
        throw new ApiFailure(
          "Invalid",
          `${kind.kind} "" is invalid: metadata.name: Required value: name or generateName is required`,
        );
      if (store.get(kind, metadata.namespace ?? null, metadata.name) !== null) throw alreadyExists(kind, metadata.name);
      if (kind.subresources.includes("status")) object.status ??= {};
      setDefaults(object);
      check(kind, object, null);
      if (kind.kind === "Pod") admitByQuota(store, object as PodObject);
      if (kind.kind === "Service") giveClusterIp(object as ServiceObject, store);
      delete metadata.resourceVersion;
      metadata.uid = randomUUID();
      metadata.creationTimestamp = timeText(now());
      if (object.spec !== undefined) metadata.generation = 1;
      return record(kind, object, null, options);
    },
    update(kind, input, options) {
      const object = readObject(kind, input, options);
      const { name, namespace = null, resourceVersion, uid } = object.metadata;
      const before = get(kind, namespace, name);
      if ((resourceVersion ?? "") !== "" && resourceVersion !== before.metadata.resourceVersion)
        throw conflict(kind, name);
      if (uid !== undefined && uid !== before.metadata.uid)
        throw conflict(
          kind,
          name,
          `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${before.metadata.uid}`,
        );
      const { subresource = null } = options;
      const next = subresource === "status" ? { ...copyOf(before), status: object.status ?? {} } : object;
      if (subresource !== "status" && kind.subresources.includes("status")) next.status = copyOf(before.status);
      keepOwnMetadata(next, before);
      setDefaults(next);
      check(kind, next, before);
      if (isChanged(next.spec, before.spec)) next.metadata.generation = (before.metadata.generation ?? 0) + 1;
      const stored = record(kind, next, before, options);
      const isOver = stored.metadata.deletionTimestamp !== undefined && kind.kind !== "Pod";
      if (isOver && (stored.metadata.finalizers ?? []).length === 0 && options.isDryRun !== true)
        return store.remove(kind, stored);
      return stored;
    },
    remove(kind, object, { graceSeconds = null, keepsDependents = false, isDryRun = false }) {
      if (isDryRun) return object;
      if (keepsDependents) orphan(store, object);
      const grace = kind.kind === "Pod" ? podGrace(object as PodObject, graceSeconds) : 0;
      const isHeld = (object.metadata.finalizers ?? []).length > 0;
      if (grace === 0 && !isHeld) return store.remove(kind, object);
      if (object.metadata.deletionTimestamp !== undefined && (isHeld || grace > 0)) return object;
      const leaving = copyOf(object);
      leaving.metadata.deletionTimestamp = timeText(now() + grace * 1000);
      leaving.metadata.deletionGracePeriodSeconds = grace;
      return store.put(kind, leaving);
    },
  };
}

function readObject(kind: ServedKind, input: unknown, { isStrict = false }: WriteOptions): ClusterObject {
  if (!isObject(input)) throw new ApiFailure("BadRequest", `the body is not a ${kind.kind}`);
  const object = withoutNulls(input) as ClusterObject;
  const apiVersion = groupVersionOf(kind);
  object.apiVersion ??= apiVersion;
  object.kind ??= kind.kind;
  if (object.apiVersion !== apiVersion || object.kind !== kind.kind)
    throw new ApiFailure("BadRequest", `${object.apiVersion} ${object.kind} is not a ${apiVersion} ${kind.kind}`);
  object.metadata ??= {} as ClusterObject["metadata"];
  const faults = schemaFaults(kind.model, object);
  const mistyped = faults.find(({ why }) => why === "mistyped");
  if (mistyped !== undefined)
    throw new ApiFailure(
      "BadRequest",
      `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: json: cannot unmarshal ` +
        `${mistyped.found} into Go struct field ${kind.kind}.${mistyped.path} of type ${mistyped.wanted}`,
    );
  const unknown = faults.filter(({ why }) => why === "unknown").map(({ path }) => path);
  if (unknown.length > 0 && isStrict) {
    const list = unknown.map((path) => `unknown field "${path}"`).join(", ");
    throw new ApiFailure(
      "BadRequest",
      `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: strict decoding error: ${list}`,
    );
  }
  return object;
}

/** A copy without fields that are null, which are as if they were not there. kubectl writes `creationTimestamp: null`. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([, part]) => part !== null && part !== undefined);
  return Object.fromEntries(kept.map(([key, part]) => [key, withoutNulls(part)]));
}

function placeOf(own: string | undefined, requested: string | null): string {
  if (own !== undefined && requested !== null && own !== requested)
    throw new ApiFailure(
      "BadRequest",
      "the namespace of the provided object does not match the namespace sent on the request",
    );
  return own ?? requested ?? "default";
}

function check(kind: ServedKind, object: ClusterObject, before: ClusterObject | null): void {
  const causes = fieldCauses(object, before);
  if (causes.length > 0) throw invalid(kind, object.metadata.name, causes);
}

function keepOwnMetadata(next: ClusterObject, { metadata }: ClusterObject): void {
  const { uid, creationTimestamp, generation, deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  const own = { uid, creationTimestamp, generation, deletionTimestamp, deletionGracePeriodSeconds };
  for (const [key, value] of Object.entries(own))
    if (value === undefined) delete next.metadata[key as "uid"];
    else next.metadata[key as "uid"] = value as string;
  delete next.metadata.resourceVersion;
}

const isChanged = (a: unknown, b: unknown): boolean => JSON.stringify(a, sorted) !== JSON.stringify(b, sorted);

/** Seconds until a pod may be removed. One that runs nowhere is removed at once. */
function podGrace({ spec, status, metadata }: PodObject, given: number | null): number {
  const isIdle = spec.nodeName === undefined || status.phase === "Succeeded" || status.phase === "Failed";
  if (isIdle || given === 0) return 0;
  return given ?? metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30;
}

function giveClusterIp({ spec }: ServiceObject, store: Store): void {
  if (spec.type === "ExternalName" || spec.clusterIP !== undefined) return;
  const taken = new Set(store.list(SERVICES, null).map((service) => (service as ServiceObject).spec.clusterIP));
  for (let n = 1; spec.clusterIP === undefined; n += 1) {
    const ip = `10.96.${n >> 8}.${n & 255}`;
    if (!taken.has(ip)) Object.assign(spec, { clusterIP: ip, clusterIPs: [ip], ipFamilies: ["IPv4"] });
  }
  spec.ipFamilyPolicy ??= "SingleStack";
}

/** Takes an object off the owners of its dependents, which then stay. */
function orphan(store: Store, { metadata }: ClusterObject): void {
  for (const type of ["replicasets", "pods", "controllerrevisions", "jobs"]) {
    const kind = kindOfType(type);
    for (const dependent of store.list(kind, metadata.namespace ?? null)) {
      const owners = dependent.metadata.ownerReferences ?? [];
      if (!owners.some(({ uid }) => uid === metadata.uid)) continue;
      const free = copyOf(dependent);
      free.metadata.ownerReferences = owners.filter(({ uid }) => uid !== metadata.uid);
      store.put(kind, free);
    }
  }
}
