import type { Report, ReportEvidence } from "../../domain/report.ts";
import { digest, uncheckedOf } from "../digest.ts";
import { summaryOf } from "../finding-words.ts";
import { pathStops } from "../path-stops.ts";
import { verdictLines, confidenceLine, incidentLine, VERDICT_LABEL } from "../headline.ts";
import { type ReviewState, actionStatusOf } from "../action-status.ts";
import { onsetLine, clock } from "../labels.ts";
import { escaped } from "./escape.ts";
import { MAX_FALLBACK } from "./limits.ts";

/** The card for notifications and screen readers: plain lines, the verdict first. */
export function cardText(report: Report, review: ReviewState | undefined): string {
  const confidence = confidenceLine(report);
  const path = pathStops(report).map(({ entity }) => escaped(entity, 80));
  const { keyEvidence, supporting, against } = digest(report);
  const lines = [
    `${VERDICT_LABEL[report.verdict]}: ${verdictLines(report)
      .map((one) => escaped(one))
      .join("; ")}`,
    ...(confidence === null ? [] : [`Confidence: ${escaped(confidence)}`]),
    ...(report.verdict === "no_incident" && report.onset === null ? [] : [`Began: ${onsetLine(report)}`]),
    `Incident: ${escaped(incidentLine(report))}`,
    ...(path.length < 2 ? [] : [`Path: ${path.join(" → ")}`]),
    ...[...(keyEvidence === null ? [] : [keyEvidence]), ...supporting].map(evidenceLine),
    ...against.map((found) => `Evidence against: ${evidenceLine(found)}`),
    ...report.actions.map(
      (action) => `Plan: ${escaped(action.title, 160)} (${action.risk} risk), ${statusLine(action, review)}`,
    ),
    ...uncheckedOf(report).map(
      ({ sources, why }) => `Not checked: ${escaped(sources.join(", "), 120)}: ${escaped(why, 120)}`,
    ),
  ];
  return fit(lines);
}

const evidenceLine = (found: ReportEvidence): string => {
  const isDated = /\bsince\b/.test(found.summary);
  const since = found.onset === null || isDated ? "" : ` (since ${clock(found.onset)} UTC)`;
  return `${escaped(found.id, 20)}: ${escaped(summaryOf(found), 300)}${since}`;
};

function statusLine(action: Report["actions"][number], review: ReviewState | undefined): string {
  const found = actionStatusOf(action, review);
  return found.isOpen ? `waits for approval, ${found.until}` : escaped(found.what, 200);
}

/** Keeps whole lines only: an entity that is cut in two would read as another entity. */
export function fit(lines: readonly string[]): string {
  const shown: string[] = [];
  for (const one of lines) {
    if (shown.join("\n").length + one.length + 1 > MAX_FALLBACK) break;
    shown.push(one);
  }
  return shown.join("\n");
}
