import { redactNamed, redactSecrets } from "../../domain/redact.ts";
import { type FieldChange, fieldChanges, json, type Json, list, ownedFields, text } from "./written-fields.ts";
import type { ApiObject } from "./reduce.ts";

const KINDS: Readonly<Record<string, string>> = {
  services: "Service",
  configmaps: "ConfigMap",
  resourcequotas: "ResourceQuota",
  limitranges: "LimitRange",
  horizontalpodautoscalers: "HorizontalPodAutoscaler",
  ingresses: "Ingress",
  networkpolicies: "NetworkPolicy",
};
/** A new object of these kinds changes what was there before it. A new ConfigMap or Service changes nothing by itself. */
const MATTERS_WHEN_NEW: ReadonlySet<string> = new Set([
  "ResourceQuota",
  "LimitRange",
  "NetworkPolicy",
  "HorizontalPodAutoscaler",
  "Ingress",
]);

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
/** The control plane itself, and writers whose work is no decision of anybody. */
const ROUTINE_MANAGER = new RegExp(
  "^(?:kube-(?:controller-manager|scheduler|apiserver|proxy)|kubelet|cloud-controller-manager|before-first-apply|" +
    "(?:[\\w-]+-)?leader-?election|cluster-autoscaler|cainjector|(?:[\\w-]*-)?metrics-server)$",
);
/** Objects that hold a lease, or what the control plane publishes. */
const LEADER = "control-plane.alpha.kubernetes.io/leader";
const PUBLISHED: ReadonlySet<string> = new Set(["kube-root-ca.crt", "extension-apiserver-authentication"]);
/** The API server dates an object and its first writer at the same second, or the next. */
const CREATION_SLACK_MS = 2_000;
/** Longest patch that is kept to undo a write, bytes: longer ones are for people to make. */
const MAX_PATCH_BYTES = 1_000;
const MAX_SHOWN = 100;
const MAX_FIELDS = 6;

/**
 * One write: the last of a manager to an object. `from`, `now`: values as people may read them, masked; `from` null if
 * the value before is not known. `selectors`: the labels that the object selects now, and those that it was applied
 * with. `undo`, `redo`: JSON patches from the seen to the applied values and back; null if either is not known, too
 * long, or looks like a secret. `version`: the object's `resourceVersion`. `seen`: of a quota, its namespace and limits in
 * one word, such as `shop/pods:10/`; null for others.
 */
export type Write = {
  kind: string;
  namespace: string;
  name: string;
  version: string;
  manager: string;
  atMs: number;
  isNew: boolean;
  keys: readonly string[];
  fields: readonly string[];
  labels: Json;
  spec: Json;
  appliedSpec: Json;
  undo: string | null;
  redo: string | null;
  seen: string | null;
};

/** The writes that the API server recorded with an object; none by the control plane. */
export function writesOf(type: string, object: ApiObject): Write[] {
  const metadata = json(object.metadata);
  const annotations = json(metadata.annotations);
  const [kind, name] = [KINDS[type] ?? "", text(metadata.name)];
  if (kind === "" || PUBLISHED.has(name) || annotations[LEADER] !== undefined) return [];
  const createdMs = Date.parse(text(metadata.creationTimestamp));
  const applied = parsed(annotations[LAST_APPLIED]);
  return list(metadata.managedFields).flatMap((entry): Write[] => {
    const [manager, atMs] = [text(entry.manager), Date.parse(text(entry.time))];
    if (Number.isNaN(atMs) || text(entry.subresource) !== "" || ROUTINE_MANAGER.test(manager)) return [];
    const fieldsV1 = json(entry.fieldsV1);
    const owned = ownedFields(kind, fieldsV1);
    const isNew = atMs - createdMs <= CREATION_SLACK_MS;
    if (owned.length === 0 || (isNew && !MATTERS_WHEN_NEW.has(kind))) return [];
    const drifts = isNew || applied === null ? [] : fieldChanges(kind, { fieldsV1, applied, now: object });
    const patches = isNew ? suspension(kind, object) : patchesOf(kind, drifts);
    return [
      {
        kind,
        namespace: text(metadata.namespace),
        name,
        version: text(metadata.resourceVersion),
        manager: redactSecrets(manager).slice(0, 60),
        atMs,
        isNew,
        keys: kind === "ConfigMap" ? (drifts.length > 0 ? drifts.map(({ field }) => field) : owned) : [],
        fields: (drifts.length > 0 ? drifts.map(inWords) : owned).slice(0, MAX_FIELDS),
        labels: json(metadata.labels),
        spec: kind === "ConfigMap" ? {} : json(object.spec),
        appliedSpec: kind === "ConfigMap" ? {} : json(applied?.spec),
        undo: patches?.undo ?? null,
        redo: patches?.redo ?? null,
        seen: kind === "ResourceQuota" ? limitsOf(object) : null,
      },
    ];
  });
}

function parsed(annotation: unknown): Json | null {
  if (typeof annotation !== "string") return null;
  try {
    return json(JSON.parse(annotation) as unknown);
  } catch {
    return null; // anyone may write annotations
  }
}

const inWords = ({ field, from, now }: FieldChange): string => {
  const [old, value] = aroundDifference(shown(field, from), shown(field, now));
  return `${field}: ${old} → ${value}`;
};

/** A value for people. Passwords are masked by the name of their field, and by their form. */
function shown(field: string, value: unknown): string {
  if (value === undefined) return "nothing";
  const plain =
    typeof value === "string"
      ? value
      : Object.values(json(value)).length > 0 && Object.values(json(value)).every((one) => typeof one !== "object")
        ? Object.entries(json(value))
            .map(([key, one]) => `${key}=${String(one)}`)
            .join(",")
        : JSON.stringify(value);
  return redactSecrets(redactNamed(field, plain)).replaceAll(/\s+/g, " ");
}

/** Both texts around their first difference, if they are long. */
function aroundDifference(a: string, b: string): [string, string] {
  let same = 0;
  while (same < Math.min(a.length, b.length) && a[same] === b[same]) same += 1;
  const start = Math.max(a.length, b.length) <= MAX_SHOWN ? 0 : Math.max(0, same - MAX_SHOWN / 4);
  const cut = (value: string): string =>
    `${start > 0 ? "…" : ""}${value.slice(start, start + MAX_SHOWN)}${value.length > start + MAX_SHOWN ? "…" : ""}`;
  return [cut(a), cut(b)];
}

type Patches = { undo: string; redo: string } | null;

/**
 * Both patches test what they replace, so neither overwrites what somebody wrote later. Only amounts of a quota are not
 * tested on the way back: the API server may have written them in another form.
 */
function patchesOf(kind: string, drifts: readonly FieldChange[]): Patches {
  if (drifts.length === 0) return null;
  if (drifts.some(({ field, from, now }) => [from, now].some((value) => isMasked(field, value)))) return null;
  return bounded(
    drifts.flatMap(({ path, from, now }) => [
      { op: "test", path, value: now },
      from === undefined ? { op: "remove", path } : { op: "replace", path, value: from },
    ]),
    drifts.flatMap(({ path, from, now }) => [
      ...(from === undefined || kind === "ResourceQuota" ? [] : [{ op: "test", path, value: from }]),
      { op: "add", path, value: now },
    ]),
  );
}

/** As the script asks for them: the version of a quota changes with each pod, so it cannot show a later writer. */
const limitsOf = ({ metadata, spec }: ApiObject): string =>
  `${text(json(metadata).namespace)}/${Object.entries(json(json(spec).hard))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([resource, amount]) => `${resource}:${String(amount)}/`)
    .join("")}`;

/** A new quota without its limits limits nothing. */
const suspension = (kind: string, { spec }: ApiObject): Patches =>
  kind === "ResourceQuota" && Object.keys(json(json(spec).hard)).length > 0
    ? bounded(
        [
          { op: "test", path: "/spec/hard", value: json(spec).hard },
          { op: "replace", path: "/spec/hard", value: {} },
        ],
        [{ op: "add", path: "/spec/hard", value: json(spec).hard }],
      )
    : null;

const isMasked = (field: string, value: unknown): boolean =>
  typeof value === "string" && redactSecrets(redactNamed(field, value)) !== value;

function bounded(undo: unknown, redo: unknown): Patches {
  const patches = { undo: JSON.stringify(undo), redo: JSON.stringify(redo) };
  const isFit = Object.values(patches).every(
    (patch) => Buffer.byteLength(patch) <= MAX_PATCH_BYTES && redactSecrets(patch) === patch,
  );
  return isFit ? patches : null;
}
