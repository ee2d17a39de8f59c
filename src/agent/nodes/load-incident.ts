import { putBody } from "../bodies.ts";
import type { AgentDeps } from "../deps.ts";
import { type Step, timed } from "../step.ts";

/** Resolves the id. Nothing is on record before it is known that there is such an incident. */
export const loadIncident = (deps: AgentDeps): Step =>
  timed(deps, "load-incident", async ({ analysisId, incidentId, startedAtMs }) => {
    const incident = await deps.incidents.getIncident(incidentId);
    await deps.store.createAnalysis({ id: analysisId, incidentId: incident.id, status: "running", startedAtMs });
    await putBody(deps.store, analysisId, "incident", incident);
    return { window: incident.window, baseline: incident.baseline.window };
  });
