import { pluralType } from "../answers.ts";

/**
 * One question about a cluster, in no tool's words. Dialects write it as a call of a recorded tool, or as a command
 * line of kubectl.
 *
 * - `list`: `kubectl get` of all objects of a type; `columns` chooses what the table shows.
 * - `describe`: `kubectl describe` of one object, with its events.
 * - `manifest`: the YAML of one application. `error-logs`: its error lines. `dependencies`: who calls it, whom it calls.
 * - `connect`: whether a port of a Service answers. `node-agent`: whether the kubelet (or another agent) of a node runs.
 * - `alerts`: what fires, or the events where nothing knows alerts.
 */
export type ClusterRequest =
  | { ask: "alerts" }
  | { ask: "list"; type: string; columns: "plain" | "wide" | "labels" }
  | { ask: "describe"; type: string; name: string }
  | { ask: "manifest"; app: string }
  | { ask: "error-logs"; service: string }
  | { ask: "dependencies"; service: string }
  | { ask: "connect"; service: string; port: number }
  | { ask: "node-agent"; node: string; agent: string };

/** Two requests with the same key ask the same thing. */
export const keyOf = (request: ClusterRequest): string => Object.values(request).join(" ");

export const list = (type: string, columns: "plain" | "wide" | "labels" = "plain"): ClusterRequest => ({
  ask: "list",
  type: pluralType(type),
  columns,
});
export const describe = (type: string, name: string): ClusterRequest => ({
  ask: "describe",
  type: pluralType(type),
  name,
});
export const errorLogs = (service: string): ClusterRequest => ({ ask: "error-logs", service });
export const manifest = (app: string): ClusterRequest => ({ ask: "manifest", app });
export const dependencies = (service: string): ClusterRequest => ({ ask: "dependencies", service });
export const agentOf = (node: string, agent: string): ClusterRequest => ({ ask: "node-agent", node, agent });

/**
 * A request with its worth: how much its answer may tell, compared with the others. `why`: for the record of the run.
 */
export type Wanted = { request: ClusterRequest; worth: number; why: string };
