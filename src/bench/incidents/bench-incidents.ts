import { fileIncidents } from "../../connectors/files/incidents.ts";
import type { IncidentStore } from "../../domain/ports.ts";
import { quietIncidents } from "./quiet-incidents.ts";
import { AS_RECORDED, type Variation, variedIncidents } from "./vary-incidents.ts";

/** What of a suite a bench analyses: its cases, changed as told, or what it holds of quiet times. */
export type BenchTask = { suite: string; variation?: Variation | undefined; quiet?: boolean | undefined };

/** @throws {IncidentError} CONFIG when there is no such folder. */
export function benchIncidents({ suite, variation = AS_RECORDED, quiet = false }: BenchTask): IncidentStore {
  const recorded = fileIncidents([suite]);
  return variedIncidents(quiet ? quietIncidents(recorded) : recorded, variation);
}
