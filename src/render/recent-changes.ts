import { span } from "../domain/phrasing.ts";
import type { Report, ReportEvidence } from "../domain/report.ts";

/** Changes at most this long before the onset are shown. Milliseconds. */
const RECENT_MS = 2 * 60 * 60_000;
/** Onsets are exact to about a minute. */
const ONSET_SLACK_MS = 60_000;
const MAX_CHANGES = 3;
/** The age in the summary of a change, which this list states by itself. */
const AGE =
  /, (?:at the onset|[^,:]* (?:before|after) (?:the onset|the alarm|the end of the window|the last change))(?=:|$)/;

/** A recorded change before the onset. `what`: "deploy r12 on cart: faster search". */
export type RecentChange = {
  id: string;
  at: string;
  entity: string;
  what: string;
  beforeMs: number;
  isBlamed: boolean;
};

/**
 * The last changes before the onset, the blamed one first. Engineers ask for them even if no change is to blame. Omits
 * those in the evidence above.
 */
export function recentChanges(report: Report, shown: readonly ReportEvidence[]): RecentChange[] {
  const onsetMs = report.onset === null ? Number.NaN : Date.parse(report.onset);
  return report.evidence
    .filter(({ signal, onset }) => signal === "change" && onset !== null)
    .filter(({ id }) => !shown.some((found) => found.id === id))
    .map(({ id, onset, entity, summary, facts }) => ({
      id,
      at: onset ?? "",
      entity,
      what: summary.replace(AGE, ""),
      beforeMs: onsetMs - Date.parse(onset ?? ""),
      isBlamed: typeof facts.id === "string" && facts.id === report.change,
    }))
    .filter(({ beforeMs }) => beforeMs >= -ONSET_SLACK_MS && beforeMs <= RECENT_MS)
    .toSorted((a, b) => Number(b.isBlamed) - Number(a.isBlamed) || a.beforeMs - b.beforeMs)
    .slice(0, MAX_CHANGES);
}

/** "12 min before the onset". */
export const beforeOnset = ({ beforeMs, isBlamed }: RecentChange): string => {
  const seconds = Math.round(beforeMs / 1000);
  return `${seconds <= 0 ? "at the onset" : `${span(seconds * 1000)} before the onset`}${isBlamed ? ", blamed" : ""}`;
};

/** Says that no change is blamed, unless the first suspect rests on one. */
export function changesHeading({ change, evidence, hypotheses: [first] }: Report): string {
  const onChange = evidence.some(({ id, signal }) => signal === "change" && first?.evidence_ids.includes(id));
  return change === null && !onChange ? "Changes before the onset (none is blamed)" : "Changes before the onset";
}
