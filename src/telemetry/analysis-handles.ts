import type { IncidentStore } from "../domain/ports.ts";
import { openHandle, type TelemetryHandle } from "./handle.ts";

/** The telemetry handles of the analyses that run in this process. */
export type AnalysisHandles = {
  /** The handle of an analysis, opened the first time. @throws {IncidentError} as `IncidentStore.openTelemetry` */
  handleOf(analysis: { analysisId: string; incidentId: string }): Promise<TelemetryHandle>;
  /** Frees what the analysis keeps in memory. A later `handleOf` opens it anew. */
  release(analysisId: string): void;
};

export function analysisHandles(incidents: Pick<IncidentStore, "openTelemetry">): AnalysisHandles {
  const open = new Map<string, Promise<TelemetryHandle>>();
  return {
    handleOf({ analysisId, incidentId }) {
      const known = open.get(analysisId);
      if (known !== undefined) return known;
      const handle = incidents.openTelemetry(incidentId).then(openHandle);
      open.set(analysisId, handle);
      handle.catch(() => open.delete(analysisId)); // the next try opens it again
      return handle;
    },
    release: (analysisId) => void open.delete(analysisId),
  };
}
