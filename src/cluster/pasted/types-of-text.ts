import { pluralType } from "../answers.ts";

/** Columns that only tables of one type have; the first row whose columns are all there counts. */
const BY_COLUMNS: readonly [type: string, columns: string][] = [
  ["events", "LAST SEEN|REASON|OBJECT"],
  ["events", "LASTSEEN|REASON|OBJECT"],
  ["pods", "READY|STATUS|RESTARTS"],
  ["deployments", "READY|UP-TO-DATE|AVAILABLE"],
  ["daemonsets", "DESIRED|CURRENT|UP-TO-DATE|NODE SELECTOR"],
  ["replicasets", "DESIRED|CURRENT|READY"],
  ["nodes", "STATUS|ROLES|VERSION"],
  ["services", "TYPE|CLUSTER-IP|PORT(S)"],
  ["endpointslices", "ADDRESSTYPE|ENDPOINTS"],
  ["endpoints", "ENDPOINTS"],
  ["ingresses", "HOSTS|ADDRESS|PORTS"],
  ["horizontalpodautoscalers", "REFERENCE|MINPODS|MAXPODS"],
  ["poddisruptionbudgets", "MIN AVAILABLE|ALLOWED DISRUPTIONS"],
  ["cronjobs", "SCHEDULE|SUSPEND"],
  ["jobs", "COMPLETIONS|DURATION"],
  ["persistentvolumeclaims", "VOLUME|CAPACITY|STORAGECLASS"],
  ["persistentvolumes", "RECLAIM POLICY|CLAIM"],
  ["storageclasses", "PROVISIONER|RECLAIMPOLICY"],
  ["resourcequotas", "REQUEST|LIMIT"],
  ["networkpolicies", "POD-SELECTOR"],
  ["ingressclasses", "CONTROLLER|PARAMETERS"],
  ["statefulsets", "READY|AGE"],
  ["secrets", "TYPE|DATA"],
  ["configmaps", "DATA|AGE"],
  ["namespaces", "STATUS|AGE"],
];

/** The type of a table, by its heading row; null if it is of no known type. */
export function typeOfTable(heading: string): string | null {
  const columns = new Set([...heading.matchAll(/\S+(?: \S+)*/g)].map(([name]) => name));
  return BY_COLUMNS.find(([, needed]) => needed.split("|").every((name) => columns.has(name)))?.[0] ?? null;
}

/** Fields that only descriptions of one type have. */
const BY_FIELDS: readonly [type: string, fields: readonly RegExp[]][] = [
  ["nodes", [/^(Taints|Allocatable|System Info):/m]],
  ["deployments", [/^(StrategyType|NewReplicaSet):/m]],
  ["cronjobs", [/^Schedule:/m, /^Concurrency Policy:/m]],
  ["jobs", [/^(Completions|Pods Statuses):/m, /^Parallelism:/m]],
  ["horizontalpodautoscalers", [/^Min replicas:/m, /^Max replicas:/m]],
  ["poddisruptionbudgets", [/^Allowed disruptions:/m]],
  ["replicasets", [/^Replicas:\s+\d+ current/m]],
  ["statefulsets", [/^Replicas:/m, /^Update Strategy:/m]],
  ["daemonsets", [/^Desired Number of Nodes Scheduled:/m]],
  ["persistentvolumes", [/^Reclaim Policy:/m]],
  ["persistentvolumeclaims", [/^(Used By|VolumeMode):/m, /^Access Modes:/m]],
  ["storageclasses", [/^Provisioner:/m]],
  ["resourcequotas", [/^Resource\s+Used\s+Hard/m]],
  ["services", [/^(Session Affinity|IP Families|TargetPort):/m]],
  ["ingresses", [/^(Default backend|Ingress Class):/m]],
  ["endpoints", [/^Subsets:/m]],
  ["pods", [/^(Containers|Init Containers|QoS Class|Priority):/m]],
  ["configmaps", [/^Data$/m]],
];

/** The type of a description, by its fields; null if it is of no known type. */
export function typeOfDescription(text: string): string | null {
  const kind = /^Kind:\s+(\S+)\s*$/m.exec(text)?.[1];
  if (kind !== undefined && /^API Version:/m.test(text)) return pluralType(kind);
  return BY_FIELDS.find(([, fields]) => fields.every((field) => field.test(text)))?.[0] ?? null;
}

const KNOWN_TYPES = new Set([
  ...BY_COLUMNS.map(([type]) => type),
  ...(
    "gateways httproutes certificates limitranges controllerrevisions serviceaccounts replicationcontrollers " +
    "validatingwebhookconfigurations mutatingwebhookconfigurations customresourcedefinitions priorityclasses"
  ).split(" "),
]);

/** The type that a file's path names: `cluster-resources/pods/shop.json`, `shop/pods.json`. "" if it names none. */
export function typeOfPath(path: string): string {
  const parts = path
    .toLowerCase()
    .replace(/\.(json|ya?ml|txt)(\.gz|\.zst)?$/, "")
    .split("/");
  return parts.map((part) => part.replaceAll("-", "")).findLast((part) => KNOWN_TYPES.has(part)) ?? "";
}
