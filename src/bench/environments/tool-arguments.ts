/** Types whose objects belong to no namespace. */
export const CLUSTER_WIDE: ReadonlySet<string> = new Set([
  "nodes",
  "persistentvolumes",
  "storageclasses",
  "namespaces",
]);

/** Short forms of kubectl, and types whose plural is not made by adding `s`. */
const PLURALS: Readonly<Record<string, string>> = {
  po: "pods",
  svc: "services",
  deploy: "deployments",
  sts: "statefulsets",
  ds: "daemonsets",
  cm: "configmaps",
  pvc: "persistentvolumeclaims",
  pv: "persistentvolumes",
  rs: "replicasets",
  ing: "ingresses",
  ingress: "ingresses",
  netpol: "networkpolicies",
  networkpolicy: "networkpolicies",
  sa: "serviceaccounts",
  ep: "endpoints",
  endpoints: "endpoints",
  endpoint: "endpoints",
  ns: "namespaces",
  no: "nodes",
  sc: "storageclasses",
  storageclass: "storageclasses",
  quota: "resourcequota",
  resourcequota: "resourcequota",
  resourcequotas: "resourcequota",
};

/** The type as recordings write it: lower case and plural, but `resourcequota`. */
export function inPlural(type: string): string {
  const lower = type.trim().toLowerCase();
  const known = Object.hasOwn(PLURALS, lower) ? PLURALS[lower] : undefined;
  return known ?? (lower.endsWith("s") ? lower : `${lower}s`);
}

/**
 * Keeps the rows of a table whose objects carry a label. Their names come from tables with a LABELS or a SELECTOR
 * column.
 *
 * @param selector `key=value`.
 */
export function filterRows(table: string, selector: string, withLabels: readonly string[]): string {
  const carries = (line: string): boolean => line.split(/\s+/).some((cell) => cell.split(",").includes(selector));
  const names = new Set(
    withLabels.flatMap((text) =>
      text
        .split("\n")
        .slice(1)
        .filter(carries)
        .map((line) => line.split(/\s+/, 1)[0]),
    ),
  );
  const [head = "", ...rows] = table.split("\n");
  const kept = rows.filter((line) => names.has(line.split(/\s+/, 1)[0]));
  return kept.length === 0 ? "" : [head, ...kept].join("\n");
}
