import { OTLP_SIGNALS, type OtlpStore } from "../domain/otlp.ts";
import type { IncidentStore } from "../domain/ports.ts";

/**
 * Incidents that are no longer listed once a running system sends its telemetry. Known by their id, they stay readable.
 */
export function listedUntilReceived(incidents: IncidentStore, otlp: Pick<OtlpStore, "extent">): IncidentStore {
  let hasReceived = false;
  return {
    ...incidents,
    async listIncidents() {
      for (const signal of OTLP_SIGNALS) hasReceived ||= (await otlp.extent(signal)) !== null;
      return hasReceived ? [] : incidents.listIncidents();
    },
  };
}
