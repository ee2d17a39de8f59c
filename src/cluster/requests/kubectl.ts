import type { ClusterAnswer } from "../../domain/telemetry.ts";
import type { ClusterRequest } from "./request.ts";

/** Names as Kubernetes allows them. Anything else came from a text that somebody forged, and gets no command. */
const NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;
export const isKubernetesName = (text: string): boolean => NAME.test(text);
const CLUSTER_WIDE = new Set(["nodes", "persistentvolumes", "storageclasses", "namespaces"]);
const COLUMNS = { plain: "", wide: " -o wide", labels: " --show-labels" } as const;

/**
 * Writes a request as a read-only command line of kubectl. Null for what kubectl does not answer: the logs and calls of
 * programs, connections, agents of nodes.
 *
 * @param namespace of the application.
 */
export function kubectlCommand(request: ClusterRequest, namespace: string): string | null {
  if (!NAME.test(namespace)) return null;
  switch (request.ask) {
    case "alerts":
      return `kubectl get events -n ${namespace} --sort-by=.lastTimestamp`;
    case "list":
      if (!NAME.test(request.type)) return null;
      return `kubectl get ${request.type}${within(request.type, namespace)}${COLUMNS[request.columns]}`;
    case "describe":
      return NAME.test(request.name) && NAME.test(request.type)
        ? `kubectl describe ${request.type} ${request.name}${within(request.type, namespace)}`
        : null;
    case "manifest":
      return NAME.test(request.app) ? `kubectl get deployments ${request.app} -n ${namespace} -o yaml` : null;
    default:
      return null;
  }
}

const within = (type: string, namespace: string): string => (CLUSTER_WIDE.has(type) ? "" : ` -n ${namespace}`);

/** What kubectl printed for a request, in the form in which the cluster is read. */
export function kubectlAnswer(request: ClusterRequest, namespace: string, text: string): ClusterAnswer | null {
  switch (request.ask) {
    case "alerts":
      return { tool: "GetResources", args: { resource_type: "events", name: "", namespace }, text };
    case "list":
      return { tool: "GetResources", args: { resource_type: request.type, name: "", namespace }, text };
    case "describe":
      return { tool: "DescribeResource", args: { resource_type: request.type, name: request.name, namespace }, text };
    case "manifest":
      return { tool: "GetAppYAML", args: { app_name: request.app }, text };
    default:
      return null;
  }
}
