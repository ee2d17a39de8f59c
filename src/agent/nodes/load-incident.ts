import type { Finding } from "../../domain/finding.ts";
import type { Incident } from "../../domain/incident.ts";
import type { HumanNote } from "../../domain/chat-thread.ts";
import type { Alert } from "../../domain/telemetry.ts";
import { isoTime } from "../../domain/time.ts";
import { alarmOf } from "../alarm.ts";
import { putArtifact } from "../artifacts.ts";
import type { AgentDeps } from "../deps.ts";
import { stored } from "../gather.ts";
import { type NodeStep, timed } from "../step.ts";

/** Turns a person's note into evidence with its author. No ranking reads it, and it implicates no entity. */
const fromNote = ({ id: incidentId }: Pick<Incident, "id">, { id, by, text, atMs }: HumanNote): Finding => ({
  signal: "human",
  kind: "human.note",
  entity: { id: incidentId, kind: "unknown" },
  strength: 0,
  onsetMs: null,
  peer: null,
  summary: `${by} noted: ${text}`,
  evidence: {
    connector: "people",
    query: `note ${id}`,
    window: null,
    facts: { author: by, note: text, notedAt: isoTime(atMs) },
  },
});

/** The alerts of the incident. Empty if they cannot be read: `read-alerts` reads them again and reports the error. */
async function raisedAlerts(
  { telemetry, nodeTimeoutMs }: AgentDeps,
  incident: Incident,
  analysisId: string,
): Promise<Alert[]> {
  if (incident.entry !== null && incident.target !== null) return [];
  try {
    const handle = await telemetry.handleOf({ analysisId, incidentId: incident.id });
    const alerts = await handle.readIncident("alert", incident, { signal: AbortSignal.timeout(nodeTimeoutMs) });
    return alerts?.own ?? [];
  } catch {
    return [];
  }
}

/** Finds the incident and people's notes on it. Nothing is stored unless the incident exists. */
export const loadIncident = (deps: AgentDeps): NodeStep =>
  timed(deps, "load-incident", async ({ analysisId, incidentId, startedAtMs }) => {
    const { incidents, store, notes } = deps;
    const known = await incidents.getIncident(incidentId);
    const incident = { ...known, ...alarmOf(await raisedAlerts(deps, known, analysisId), known) };
    await store.createAnalysis({ id: analysisId, incidentId: incident.id, status: "running", startedAtMs });
    await putArtifact(store, analysisId, "incident", incident);
    const noted = ((await notes?.notesOf(incident.id)) ?? []).map((note) => fromNote(incident, note));
    const findings = await stored(deps, analysisId, noted);
    return { window: incident.window, baseline: incident.baseline.window, findings };
  });
