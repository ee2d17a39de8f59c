import type { Client } from "@modelcontextprotocol/client";

/** A call of every tool, with arguments that work for an analysed incident of `writeCase`. */
export const everyCall = (incidentId: string, analysisId: string): Record<string, Record<string, unknown>> => {
  const analysis = { analysis_id: analysisId };
  return {
    analyze_incident: { incident_id: incidentId, wait_seconds: 300 },
    list_incidents: { search: incidentId },
    list_analyses: { incident_id: incidentId },
    read_report: { ...analysis, section: "evidence", limit: 2 },
    read_evidence: { ...analysis, ids: ["E1"], rerun: true },
    list_names: { ...analysis, signal: "metric" },
    read_metric: { ...analysis, entity: "stock", metric: "cpu_cores" },
    read_logs: { ...analysis, order: "new" },
    read_calls: { ...analysis, entity: "stock" },
    read_trace: { ...analysis, trace_id: "0af7651916cd43dd8448eb211c80319c" },
    read_cluster: { ...analysis },
    read_changes: { ...analysis },
    read_alerts: { ...analysis },
    find_similar_incidents: { incident_id: incidentId },
    find_runbooks: { words: "cpu_starvation" },
    triage_alerts: { alerts: [alertEvent("HighCpu", "stock"), alertEvent("Slow", "front")] },
    ask: { ...analysis, question: "what changed?" },
  };
};

export const alertEvent = (name: string, entity: string) => ({
  fingerprint: `${name}-${entity}`,
  status: "firing",
  severity: "critical",
  entity,
  name,
  summary: `${name} on ${entity}`,
  startsAtMs: 1_780_000_000_000,
  endsAtMs: null,
  labels: { service: entity },
});

type Called = { isError?: boolean | undefined; structuredContent?: unknown; content?: unknown };

/** Calls a tool and gives its structured result. */
export async function structured(
  client: Client,
  name: string,
  args: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const result = (await client.callTool({ name, arguments: args })) as Called;
  if (result.isError === true) throw new Error(`${name}: ${JSON.stringify(result.content)}`);
  return result.structuredContent as Record<string, unknown>;
}
