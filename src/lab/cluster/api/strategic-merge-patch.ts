import { isObject, type JsonObject } from "./merge-patch.ts";

/**
 * The key that elements of a list are merged by (`patchMergeKey`), by the list's field. A list that is not here is
 * replaced as a whole. `ports` differ: those of a Service have a `port`, those of a container a `containerPort`.
 */
const MERGE_KEYS: Readonly<Record<string, readonly string[]>> = {
  containers: ["name"],
  initContainers: ["name"],
  ephemeralContainers: ["name"],
  volumes: ["name"],
  env: ["name"],
  imagePullSecrets: ["name"],
  secrets: ["name"],
  resourceClaims: ["name"],
  volumeMounts: ["mountPath"],
  volumeDevices: ["devicePath"],
  ports: ["containerPort", "port"],
  hostAliases: ["ip"],
  topologySpreadConstraints: ["topologyKey"],
  conditions: ["type"],
  addresses: ["type"],
  ownerReferences: ["uid"],
  podIPs: ["ip"],
  hostIPs: ["ip"],
  webhooks: ["name"],
};
/** Lists of plain values that a patch adds to. */
const MERGED_PRIMITIVES = new Set(["finalizers", "podCIDRs"]);
const DIRECTIVE = /^\$(patch|retainKeys|setElementOrder\/.*|deleteFromPrimitiveList\/.*)$/;

/**
 * Applies a strategic merge patch: as a merge patch, but lists of objects merge by a key, with the directives `$patch`
 * (replace, delete), `$retainKeys`, `$setElementOrder` and `$deleteFromPrimitiveList`.
 *
 * @see https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md
 */
export function strategicMergePatch(target: unknown, patch: JsonObject): JsonObject {
  if (patch.$patch === "replace") return withoutDirectives(patch);
  const merged: JsonObject = isObject(target) ? { ...target } : {};
  if (Array.isArray(patch.$retainKeys))
    for (const key of Object.keys(merged)) if (!patch.$retainKeys.includes(key)) delete merged[key];
  for (const [directive, values] of Object.entries(patch)) {
    const field = /^\$deleteFromPrimitiveList\/(.*)$/.exec(directive)?.[1];
    const list = field === undefined ? undefined : merged[field];
    if (field !== undefined && Array.isArray(list) && Array.isArray(values))
      merged[field] = list.filter((value) => !values.includes(value));
  }
  for (const [field, value] of Object.entries(patch)) {
    if (DIRECTIVE.test(field)) continue;
    if (value === null) delete merged[field];
    else if (isObject(value) && value.$patch === "delete") delete merged[field];
    else if (isObject(value)) merged[field] = strategicMergePatch(merged[field], value);
    else if (Array.isArray(value)) merged[field] = mergedList(field, merged[field], value);
    else merged[field] = value;
  }
  for (const [directive, order] of Object.entries(patch)) {
    const field = /^\$setElementOrder\/(.*)$/.exec(directive)?.[1];
    const list = field === undefined ? undefined : merged[field];
    if (field !== undefined && Array.isArray(list) && Array.isArray(order)) merged[field] = ordered(field, list, order);
  }
  return merged;
}

function mergedList(field: string, target: unknown, patch: readonly unknown[]): unknown[] {
  const current: unknown[] = Array.isArray(target) ? [...target] : [];
  if (MERGED_PRIMITIVES.has(field)) return [...current, ...patch.filter((value) => !current.includes(value))];
  const key = mergeKeyOf(field, [...patch, ...current]);
  if (key === null) return patch.map((one) => (isObject(one) ? withoutDirectives(one) : one));
  const isReplaced = patch.some((one) => isObject(one) && one.$patch === "replace" && one[key] === undefined);
  let list = isReplaced ? [] : current;
  for (const one of patch) {
    if (!isObject(one) || one[key] === undefined) continue;
    const isOne = (other: unknown): boolean => isObject(other) && other[key] === one[key];
    if (one.$patch === "delete") list = list.filter((other) => !isOne(other));
    else if (list.some(isOne)) list = list.map((other) => (isOne(other) ? strategicMergePatch(other, one) : other));
    else list.push(strategicMergePatch({}, one));
  }
  return list;
}

/** Elements in the patch's order; an element that the patch does not name stays behind the one before it. */
function ordered(field: string, list: readonly unknown[], order: readonly unknown[]): unknown[] {
  const key = mergeKeyOf(field, order);
  const idOf = (one: unknown): unknown => (key !== null && isObject(one) ? one[key] : one);
  const wanted = order.map(idOf);
  const named = list
    .filter((one) => wanted.includes(idOf(one)))
    .toSorted((a, b) => wanted.indexOf(idOf(a)) - wanted.indexOf(idOf(b)));
  for (const [at, one] of list.entries()) {
    if (wanted.includes(idOf(one))) continue;
    const before = list[at - 1];
    named.splice(before === undefined ? 0 : named.indexOf(before) + 1, 0, one);
  }
  return named;
}

/** Null: the list is replaced. */
function mergeKeyOf(field: string, elements: readonly unknown[]): string | null {
  const keys = MERGE_KEYS[field] ?? [];
  return keys.find((key) => elements.some((one) => isObject(one) && one[key] !== undefined)) ?? null;
}

const withoutDirectives = (value: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !DIRECTIVE.test(key))
      .map(([key, part]) => [key, isObject(part) ? withoutDirectives(part) : part]),
  );
