import type { IncidentStore } from "../domain/ports.ts";
import { openHandle, type TelemetryHandle } from "./handle.ts";

/** The telemetry handles of the analyses that run in this process. */
export type AnalysisHandles = {
  /** Opens the handle of an analysis on the first call. @throws {IncidentError} as `IncidentStore.openTelemetry` */
  handleOf(analysis: { analysisId: string; incidentId: string }): Promise<TelemetryHandle>;
  /** A handle that only the caller uses. @throws {IncidentError} as `IncidentStore.openTelemetry` */
  openHandle(analysis: { incidentId: string }): Promise<TelemetryHandle>;
  /** Frees the memory of an analysis. A later `handleOf` opens the handle again. */
  release(analysisId: string): void;
};

/** @param now Unix milliseconds. */
export function analysisHandles(incidents: Pick<IncidentStore, "openTelemetry">, now: () => number): AnalysisHandles {
  const open = new Map<string, Promise<TelemetryHandle>>();
  const openOne = async (incidentId: string): Promise<TelemetryHandle> =>
    openHandle(await incidents.openTelemetry(incidentId), now());
  return {
    openHandle: ({ incidentId }) => openOne(incidentId),
    handleOf({ analysisId, incidentId }) {
      const known = open.get(analysisId);
      if (known !== undefined) return known;
      const handle = openOne(incidentId);
      open.set(analysisId, handle);
      handle.catch(() => open.delete(analysisId)); // the next try opens it again
      return handle;
    },
    release: (analysisId) => void open.delete(analysisId),
  };
}
