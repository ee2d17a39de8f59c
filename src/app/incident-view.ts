import { findArtifact } from "../agent/artifacts.ts";
import type { HumanNote } from "../domain/chat-thread.ts";
import type { Execution } from "../domain/execution.ts";
import type { AnalysisStore, IncidentStore } from "../domain/ports.ts";
import type { Masker } from "../domain/redact-values.ts";
import type { Feedback } from "../domain/service.ts";
import type { ServiceStore } from "../domain/service-store.ts";
import type { Series, Topology } from "../domain/telemetry.ts";
import { openHandle } from "../telemetry/handle.ts";
import { readSeries } from "../telemetry/read-series.ts";
import { newNoteId } from "./new-ids.ts";

/** What people see of an analysis besides its report. */
export type IncidentView = {
  /** The recorded series of an incident, in the order wanted. A series that is gone is left out. */
  seriesOf(incidentId: string, wanted: readonly Pick<Series, "entity" | "metric">[]): Promise<Series[]>;
  /** The topology that the analysis ranked on; without nodes and edges if it knew none. */
  topologyOf(analysisId: string): Promise<Topology>;
  /** Notes of people, oldest first. */
  notesOf(incidentId: string): Promise<HumanNote[]>;
  /** Keeps a note, which the next analysis reads. @throws {IncidentError} NOT_FOUND when there is no such incident */
  addNote(note: Pick<HumanNote, "incidentId" | "by" | "text">): Promise<HumanNote>;
  /** Judgements of people on a report, oldest first. */
  feedbackOf(analysisId: string): Promise<Feedback[]>;
  /** The executions of its approved actions, newest first. */
  executionsOf(analysisId: string): Promise<Execution[]>;
};

export type IncidentViewParts = {
  store: AnalysisStore;
  incidents: Pick<IncidentStore, "openTelemetry" | "getIncident">;
  service: Pick<ServiceStore, "listFeedback">;
  notes: { addNote(note: HumanNote): Promise<void>; notesOf(incidentId: string): Promise<HumanNote[]> };
  masker?: Masker | undefined;
  /** Unix milliseconds. */
  now: () => number;
};

/** An analysis has few actions; each is executed at most once. */
const MAX_EXECUTIONS = 100;

export const incidentView = ({ store, incidents, service, notes, now }: IncidentViewParts): IncidentView => ({
  async seriesOf(incidentId, wanted) {
    const telemetry = openHandle(await incidents.openTelemetry(incidentId));
    return readSeries(telemetry, await incidents.getIncident(incidentId), wanted);
  },
  topologyOf: async (analysisId) => (await findArtifact(store, analysisId, "topology")) ?? { nodes: [], edges: [] },
  notesOf: (incidentId) => notes.notesOf(incidentId),
  async addNote({ incidentId, by, text }) {
    const { id } = await incidents.getIncident(incidentId);
    const note = { id: newNoteId(), incidentId: id, by, text, atMs: now() };
    await notes.addNote(note);
    return note;
  },
  feedbackOf: (analysisId) => service.listFeedback(analysisId),
  executionsOf: (analysisId) => store.listExecutions({ analysisId, limit: MAX_EXECUTIONS }),
});
