import type { Conclusion } from "../../app/analyses.ts";
import type { AnalysisSummary, KnownIncident } from "../../domain/service.ts";

/** One line of the list. `analysis`: the newest one of the incident; null if there is none. */
export type IncidentRow = {
  incident: KnownIncident;
  analysis: Pick<AnalysisSummary, "id" | "status"> | null;
  conclusion: Conclusion | null;
  /** The team to call; null if the report names none. */
  owner: string | null;
};
