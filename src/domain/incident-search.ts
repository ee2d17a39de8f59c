import type { Severity } from "./alert-event.ts";
import type { Verdict } from "./hypothesis.ts";
import { Report } from "./report.ts";
import type { AnalysisSummary, KnownIncident } from "./service.ts";

/**
 * What the newest report of an incident concludes, for lists. `entity`: the root cause, or the first suspect of an open
 * verdict; `cause`: its category; `what`: the cause in the words of the report; `owner`: the team to call. Null where
 * the report names none.
 */
export type IncidentHead = {
  analysisId: string;
  verdict: Verdict;
  entity: string | null;
  cause: string | null;
  what: string | null;
  severity: Severity | null;
  owner: string | null;
};

/** An incident in a list. `analysis`: its newest; null if there is none. */
export type FoundIncident = {
  incident: KnownIncident;
  head: IncidentHead | null;
  analysis: Pick<AnalysisSummary, "id" | "status"> | null;
};

/** `recorded`: in a data folder; such an incident is neither open nor closed. */
export const INCIDENT_GROUPS = ["open", "closed", "recorded"] as const;
export type IncidentGroup = (typeof INCIDENT_GROUPS)[number];

/**
 * `text`: words that all occur in the id, the title, the system or the head; null for any. `group`: null for all, the
 * open ones first. `offset`: how many to leave out.
 */
export type IncidentSearch = { text: string | null; group: IncidentGroup | null; limit: number; offset: number };
export type FoundIncidents = { items: readonly FoundIncident[]; count: number };

/** The words of a search, in lower case, at most eight. */
export const searchWords = (text: string | null): string[] =>
  (text ?? "")
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "")
    .slice(0, 8);

/** What a head is made of: reports are long, and only this much of an old one must be read again. */
export const HeadSource = Report.pick({
  incident_id: true,
  analysis_id: true,
  verdict: true,
  root_causes: true,
  hypotheses: true,
  triage: true,
  timings: true,
});
export type HeadSource = Pick<Report, keyof typeof HeadSource.shape>;

export function headOf(report: HeadSource): IncidentHead {
  const [blamed] = report.root_causes;
  const suspect = report.verdict === "inconclusive" ? report.hypotheses[0] : undefined;
  return {
    analysisId: report.analysis_id,
    verdict: report.verdict,
    entity: blamed?.entity ?? suspect?.entity ?? null,
    cause: blamed?.category ?? null,
    what: blamed === undefined || blamed.title.trim() === "" ? null : blamed.title,
    severity: report.triage?.severity ?? null,
    owner: report.triage?.team ?? null,
  };
}

/** The text of a head that a search looks through, in lower case. */
export const wordsOfHead = ({ verdict, entity, cause, what, owner }: IncidentHead): string =>
  [verdict, entity, cause, what, owner]
    .filter((word) => word !== null)
    .flatMap((word) => (word.includes("_") ? [word, word.replaceAll("_", " ")] : [word]))
    .join(" ")
    .toLowerCase();
