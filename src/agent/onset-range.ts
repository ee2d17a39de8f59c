import type { Incident } from "../domain/incident.ts";
import { incidentEndMs } from "../domain/periods.ts";
import type { TimeWindow } from "../domain/time.ts";

/** The telemetry in which the onset is searched: all that was read, up to the end of the incident. */
export const onsetRange = (incident: Incident): TimeWindow => ({ startMs: 0, endMs: incidentEndMs(incident) });
