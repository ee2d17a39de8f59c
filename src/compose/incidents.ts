import { knownIncidents } from "../app/incidents/known-incidents.ts";
import type { Config } from "../config.ts";
import { topologyAt } from "../connectors/files/documents.ts";
import type { IncidentStore } from "../domain/ports.ts";
import type { ServiceStore } from "../domain/service-store.ts";

/** The incidents of the store and those that are recorded, with the configured topology. */
export const allIncidents = (
  { topology }: Pick<Config, "topology">,
  recorded: IncidentStore,
  service: ServiceStore,
): IncidentStore =>
  knownIncidents(
    recorded,
    service,
    topology === null ? null : { entry: topology.entry, source: topologyAt(topology.file) },
  );
