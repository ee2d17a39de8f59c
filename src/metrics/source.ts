import type { Incident } from "../domain/incident.ts";

/** Where a series came from, for the evidence of what is found in it. */
export type FindingSource = { incident: Incident; connector: string; query: string };
