import type { ClusterAnswer } from "../domain/telemetry.ts";

/**
 * One answer of a diagnostic tool, with its subject: `type` in plural and lower case, `name` "" for a list. `source`:
 * the query, which can be run again.
 */
export type ToolAnswer = { tool: string; type: string; name: string; namespace: string; text: string; source: string };

/** Short names that `kubectl` knows. Other types are made plural. */
const SHORT_TYPES: Readonly<Record<string, string>> = {
  po: "pods",
  svc: "services",
  deploy: "deployments",
  sts: "statefulsets",
  ds: "daemonsets",
  rs: "replicasets",
  no: "nodes",
  ep: "endpoints",
  endpoints: "endpoints",
  ns: "namespaces",
  ev: "events",
  cm: "configmaps",
  sa: "serviceaccounts",
  pvc: "persistentvolumeclaims",
  pv: "persistentvolumes",
  ing: "ingresses",
  quota: "resourcequotas",
  resourcequota: "resourcequotas",
  sc: "storageclasses",
  storageclass: "storageclasses",
  netpol: "networkpolicies",
  hpa: "horizontalpodautoscalers",
  pdb: "poddisruptionbudgets",
  cj: "cronjobs",
  crd: "customresourcedefinitions",
  limits: "limitranges",
  pc: "priorityclasses",
};

/**
 * The type of a kind or a short name, in plural and lower case: `Pod`, `po` and `pods` are `pods`. Groups are cut off.
 */
export function pluralType(type: string): string {
  const lower = type.toLowerCase().split(".")[0] ?? "";
  if (Object.hasOwn(SHORT_TYPES, lower)) return SHORT_TYPES[lower] ?? lower;
  if (lower === "") return lower;
  if (/(ss|x|ch)$/.test(lower)) return `${lower}es`;
  if (lower.endsWith("s")) return lower;
  return /[^aeiou]y$/.test(lower) ? `${lower.slice(0, -1)}ies` : `${lower}s`;
}

/**
 * Reads the subject of each answer from its arguments. An answer without text counts: it says that there is nothing.
 */
export function readAnswers(answers: readonly ClusterAnswer[]): ToolAnswer[] {
  return answers.map(({ tool, args, text }) => {
    const arg = (...keys: string[]): string =>
      String(
        keys.map((key) => args[key]).find((value) => typeof value === "string" || typeof value === "number") ?? "",
      );
    return {
      tool,
      type: pluralType(arg("resource_type", "kind")),
      name: arg("name", "app_name", "service_name", "node_name"),
      namespace: arg("namespace"),
      text,
      source: `${tool}:${JSON.stringify(args)}`,
    };
  });
}

/** True if the name of the tool contains all `words`, in any case. */
export const isTool = ({ tool }: ToolAnswer, ...words: string[]): boolean =>
  words.every((word) => tool.toLowerCase().includes(word));
