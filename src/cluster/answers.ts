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
};

function plural(type: string): string {
  const lower = type.toLowerCase();
  return SHORT_TYPES[lower] ?? (lower.endsWith("s") || lower === "" ? lower : `${lower}s`);
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
      type: plural(arg("resource_type", "kind")),
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
