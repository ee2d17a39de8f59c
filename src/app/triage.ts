import type { Config } from "../config.ts";
import type { FetchOptions } from "../domain/ports.ts";
import type { Topology } from "../domain/telemetry.ts";
import { TRIAGE_SCHEMA, type TriageReport } from "../domain/triage.ts";
import { dependencyGraph } from "../topology/graph.ts";
import { joinTopology } from "../topology/join.ts";
import { triage } from "../triage/triage.ts";
import { type AlertInputPorts, readAlertInput } from "./alert-input.ts";

export type TriagePorts = AlertInputPorts & {
  /** @throws {IncidentError} as the topology source does */
  readTopology(file: string, options: FetchOptions): Promise<Topology>;
};

/**
 * `topology`: a file in the format of a scenario's `topology.json`. `entry`: where requests enter the system. Both take
 * precedence over the configuration.
 */
export type TriageOptions = {
  topology?: string | undefined;
  entry?: string | undefined;
  signal?: AbortSignal | undefined;
  nowMs: number;
};

/**
 * Groups the alerts of a file, a scenario folder or standard input into incidents.
 *
 * @param path as `readAlertInput` takes it.
 * @throws {IncidentError} as `readAlertInput` and `readTopology` do
 */
export async function triageAlerts(
  ports: TriagePorts,
  config: Pick<Config, "owners" | "topology">,
  path: string,
  { signal, nowMs, ...flags }: TriageOptions,
): Promise<TriageReport> {
  const notRead: string[] = [];
  const input = await readAlertInput(ports, path, { nowMs, signal, onProblem: (what) => notRead.push(what) });
  // A recording with a topology may be of another system than the configured one.
  const configured = isEmpty(input.topology) ? config.topology : null;
  const file = flags.topology ?? configured?.file;
  const declared = file === undefined ? [] : [await ports.readTopology(file, { signal })];
  const graph = dependencyGraph(joinTopology([...declared, input.topology]));
  const entry = flags.entry ?? input.entry ?? configured?.entry ?? null;
  return {
    schema_version: TRIAGE_SCHEMA,
    incidents: triage(input.alerts, { graph, owners: config.owners, entry }),
    not_read: notRead,
  };
}

const isEmpty = ({ nodes, edges }: Topology): boolean => nodes.length + edges.length === 0;
