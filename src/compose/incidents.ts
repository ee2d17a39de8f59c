import { knownIncidents } from "../app/incidents/known-incidents.ts";
import type { Config } from "../config.ts";
import type { IncidentStore } from "../domain/ports.ts";
import type { ServiceStore } from "../domain/service-store.ts";
import type { LiveSystem } from "./live-system.ts";

/** The incidents of the store and those that are recorded, with the live sources that the configuration names. */
export const allIncidents = (
  config: Pick<Config, "topology">,
  parts: { recorded: IncidentStore; service: ServiceStore; live: Pick<LiveSystem, "open"> },
): IncidentStore =>
  knownIncidents(parts.recorded, parts.service, { entry: config.topology?.entry ?? null, open: parts.live.open });
