import { fileIncidents, scenarioFolder } from "../connectors/files/incidents.ts";
import { IncidentError } from "../domain/errors.ts";
import type { IncidentStore } from "../domain/ports.ts";

/** The recorded incidents of one suite. @throws {IncidentError} CONFIG when there is no such folder. */
export const recordedSuite = (dir: string): IncidentStore => fileIncidents([dir]);

/** One scenario folder as a store, and the id of its incident. @throws {IncidentError} NOT_FOUND, BAD_INPUT */
export async function recordedScenario(dir: string): Promise<{ incidents: IncidentStore; incidentId: string }> {
  const incidents = scenarioFolder(dir);
  const [incident] = await incidents.listIncidents();
  if (incident) return { incidents, incidentId: incident.id };
  throw new IncidentError("NOT_FOUND", `${dir} contains no scenario`, {
    hint: "Give the folder of one scenario, such as fixtures/cases/<id>.",
  });
}
