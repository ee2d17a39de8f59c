import { knownIncidents } from "../app/incidents/known-incidents.ts";
import type { Config } from "../config.ts";
import type { IncidentStore } from "../domain/ports.ts";
import type { ServiceStore } from "../domain/service-store.ts";
import { systemSources } from "./system-sources.ts";

/** The incidents of the store and those that are recorded, with the live sources that the configuration names. */
export const allIncidents = (config: Config, recorded: IncidentStore, service: ServiceStore): IncidentStore =>
  knownIncidents(recorded, service, { entry: config.topology?.entry ?? null, sources: systemSources(config) });
