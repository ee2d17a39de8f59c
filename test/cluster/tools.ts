import { clusterFindings } from "../../src/cluster/findings.ts";
import { type Incident, knownIncident } from "../../src/domain/incident.ts";
import type { ClusterAnswer } from "../../src/domain/telemetry.ts";

/** An incident without details, except an optional vocabulary. */
export const incidentOf = (entities: readonly string[] = []): Incident =>
  knownIncident({
    id: "i1",
    title: "Incident",
    vocabulary: entities.length === 0 ? null : { entityKinds: [], entities: [...entities], causes: [] },
  });

const NAMESPACE = "shop";

/** Answers in the form of the diagnostic tools, all in one namespace. */
export const list = (type: string, text: string, more: Record<string, unknown> = {}): ClusterAnswer => ({
  tool: "GetResources",
  args: { resource_type: type, name: "", namespace: NAMESPACE, ...more },
  text,
});
export const describe = (type: string, name: string, text: string): ClusterAnswer => ({
  tool: "DescribeResource",
  args: { resource_type: type, name, namespace: NAMESPACE },
  text: `Name: ${name}\nNamespace: ${NAMESPACE}\n${text}`,
});
export const yaml = (app: string, text: string): ClusterAnswer => ({
  tool: "GetAppYAML",
  args: { app_name: app },
  text,
});
export const errorLog = (service: string, text: string): ClusterAnswer => ({
  tool: "GetErrorLogs",
  args: { namespace: NAMESPACE, service_name: service },
  text,
});
export const alerts = (...raised: readonly object[]): ClusterAnswer => ({
  tool: "GetAlerts",
  args: {},
  text: JSON.stringify({ alerts: raised }),
});
export const dependencies = (service: string, text: string): ClusterAnswer => ({
  tool: "GetServiceDependencies",
  args: { service_name: service },
  text,
});
export const agent = (node: string, service: string, active: string): ClusterAnswer => ({
  tool: "CheckNodeServiceStatus",
  args: { node_name: node, service_name: service },
  text: `Service: ${service}\nNode: ${node}\nStatus: ${service}.service\n     Active: ${active} since Mon\n`,
});
export const connection = (service: string, port: number, text: string): ClusterAnswer => ({
  tool: "CheckServiceConnectivity",
  args: { namespace: NAMESPACE, service_name: service, port },
  text,
});

/** Builds a pod table from `name ready status restarts age node` lines. */
export function pods(...lines: readonly string[]): ClusterAnswer {
  const widths = [40, 8, 28, 16, 8, 12];
  const row = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("")
      .trimEnd();
  return list(
    "pods",
    [
      row(["NAME", "READY", "STATUS", "RESTARTS", "AGE", "NODE"]),
      ...lines.map((line) => row(line.split(/\s{2,}/))),
    ].join("\n"),
  );
}

/** Builds the events section of a description. */
export const events = (...lines: readonly string[]): string =>
  "Events:\n  Type     Reason  Age  From  Message\n  ----     ------  ---  ----  -------\n" +
  `${lines.map((line) => `  ${line}`).join("\n")}\n`;

export const findingsOf = (answers: readonly ClusterAnswer[], entities: readonly string[] = []) =>
  clusterFindings({ answers, incident: incidentOf(entities), connector: "tools", query: "state of the cluster" });

/** Findings, strongest first, as `strength kind summary`. */
export const summariesOf = (answers: readonly ClusterAnswer[], entities: readonly string[] = []): string[] =>
  findingsOf(answers, entities).findings.map(({ kind, summary }) => `${kind} ${summary}`);
