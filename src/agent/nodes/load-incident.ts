import type { Finding } from "../../domain/finding.ts";
import type { Incident } from "../../domain/incident.ts";
import type { HumanNote } from "../../domain/chat-thread.ts";
import type { Alert } from "../../domain/telemetry.ts";
import { isoTime } from "../../domain/time.ts";
import { alarmOf } from "../alarm.ts";
import { putArtifact } from "../artifacts.ts";
import type { AgentDeps } from "../deps.ts";
import { slicesOf } from "../slices.ts";
import { type NodeStep, timed } from "../step.ts";

/** What a person noted, as evidence with its author. It stands beside the telemetry: no ranking reads it, and nobody is blamed for it. */
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

/** The alerts of the incident; none where they cannot be read, for whatever reason: that is told when they are read for what they show. */
async function raised({ incidents, nodeTimeoutMs }: AgentDeps, incident: Incident): Promise<Alert[]> {
  if (incident.entry !== null && incident.target !== null) return [];
  try {
    const { alerts } = await incidents.openTelemetry(incident.id);
    return (await alerts?.fetchAlerts(slicesOf(incident).own, { signal: AbortSignal.timeout(nodeTimeoutMs) })) ?? [];
  } catch {
    return [];
  }
}

/** Resolves the id, and takes what people noted. Nothing is on record before it is known that there is such an incident. */
export const loadIncident = (deps: AgentDeps): NodeStep =>
  timed(deps, "load-incident", async ({ analysisId, incidentId, startedAtMs }) => {
    const { incidents, store, notes } = deps;
    const known = await incidents.getIncident(incidentId);
    const incident = { ...known, ...alarmOf(await raised(deps, known), known) };
    await store.createAnalysis({ id: analysisId, incidentId: incident.id, status: "running", startedAtMs });
    await putArtifact(store, analysisId, "incident", incident);
    const noted = ((await notes?.notesOf(incident.id)) ?? []).map((note) => fromNote(incident, note));
    const keys = await store.putFindings(analysisId, noted);
    const findings = noted.flatMap(({ signal, kind, entity, strength }, i) =>
      keys[i] === undefined ? [] : [{ key: keys[i], signal, kind, entity: entity.id, strength }],
    );
    return { window: incident.window, baseline: incident.baseline.window, findings };
  });
