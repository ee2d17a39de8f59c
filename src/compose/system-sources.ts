import type { Config, SourcesConfig } from "../config.ts";
import { topologyAt } from "../connectors/files/documents.ts";
import type { Telemetry } from "../domain/ports.ts";

/**
 * The live sources of the running system, as the configuration names them. Incidents of the service are analysed with
 * them. A new connector adds its source here.
 */
export const systemSources = ({ topology }: SourcesConfig & Pick<Config, "proxy">): Telemetry =>
  topology === null ? [] : [topologyAt(topology.file)];
