import type { Incident } from "../domain/incident.ts";

/** The origin of a series, for the evidence of findings in it. */
export type FindingSource = { incident: Incident; connector: string; query: string };
