import type { Config } from "../config.ts";
import { topologyAt } from "../connectors/files/documents.ts";
import type { Topology } from "../domain/telemetry.ts";
import { TRIAGE_SCHEMA, type TriageReport } from "../domain/triage.ts";
import { dependencyGraph } from "../topology/graph.ts";
import { joinTopology } from "../topology/join.ts";
import { triage } from "../triage/triage.ts";
import { readAlertInput } from "./alert-input.ts";

/** `topology`: a file in the form of a scenario's `topology.json`. `entry`: where requests come in. Both before what is configured. */
export type TriageOptions = {
  topology?: string | undefined;
  entry?: string | undefined;
  signal?: AbortSignal | undefined;
  nowMs: number;
};

/** @param path what `readAlertInput` takes. @throws {IncidentError} */
export async function triageAlerts(
  config: Pick<Config, "owners" | "topology" | "webhooks">,
  path: string,
  { signal, nowMs, ...flags }: TriageOptions,
): Promise<TriageReport> {
  const notRead: string[] = [];
  const input = await readAlertInput(path, {
    webhooks: config.webhooks,
    nowMs,
    signal,
    onProblem: (what) => notRead.push(what),
  });
  // a recording may be of another system than the one that is configured
  const configured = isUntold(input.topology) ? config.topology : null;
  const file = flags.topology ?? configured?.file;
  const told = file === undefined ? [] : [await topologyAt(file).fetchTopology({ signal })];
  const graph = dependencyGraph(joinTopology([...told, input.topology]));
  const entry = flags.entry ?? input.entry ?? configured?.entry ?? null;
  return {
    schema_version: TRIAGE_SCHEMA,
    incidents: triage(input.told, { graph, owners: config.owners, entry }),
    not_read: notRead,
  };
}

const isUntold = ({ nodes, edges }: Topology): boolean => nodes.length + edges.length === 0;
