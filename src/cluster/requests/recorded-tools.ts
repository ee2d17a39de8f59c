import type { ToolCall } from "../../domain/environment.ts";
import type { ClusterRequest } from "./request.ts";

/** Kinds of object that belong to no namespace. */
const CLUSTER_WIDE = new Set(["nodes", "persistentvolumes", "storageclasses", "namespaces"]);

/**
 * Writes a request as a call of the ten diagnostic tools of Cloud-OpsBench (arXiv 2603.00468), whose answers recordings
 * hold in `tool_cache.json`.
 *
 * @param namespace of the application.
 */
export function recordedCall(request: ClusterRequest, namespace: string): ToolCall {
  switch (request.ask) {
    case "alerts":
      return { tool: "GetAlerts", args: {} };
    case "list":
      return {
        tool: "GetResources",
        args: {
          resource_type: request.type,
          name: "",
          ...(CLUSTER_WIDE.has(request.type) ? {} : { namespace }),
          ...(request.columns === "wide" && { output_wide: true }),
          ...(request.columns === "labels" && { show_labels: true }),
        },
      };
    case "describe":
      return {
        tool: "DescribeResource",
        args: {
          resource_type: request.type,
          name: request.name,
          ...(CLUSTER_WIDE.has(request.type) ? {} : { namespace }),
        },
      };
    case "manifest":
      return { tool: "GetAppYAML", args: { app_name: request.app } };
    case "error-logs":
      return { tool: "GetErrorLogs", args: { namespace, service_name: request.service } };
    case "dependencies":
      return { tool: "GetServiceDependencies", args: { service_name: request.service } };
    case "connect":
      return {
        tool: "CheckServiceConnectivity",
        args: { namespace, service_name: request.service, port: request.port },
      };
    case "node-agent":
      return { tool: "CheckNodeServiceStatus", args: { node_name: request.node, service_name: request.agent } };
  }
}
