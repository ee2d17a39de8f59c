import type { Report } from "../../domain/report.ts";
import { stops, strongest } from "../digest.ts";
import { blame, confidence, subject, VERDICT_WORDS } from "../headline.ts";
import { type Since, standingOf } from "../since.ts";
import { began, clock } from "../words.ts";
import { escaped } from "./escape.ts";
import { MAX_FALLBACK } from "./limits.ts";

/** The card as notifications and screen readers have it: plain lines, the verdict first. */
export function cardText(report: Report, since: Since | undefined): string {
  const sure = confidence(report);
  const way = stops(report).map(({ entity }) => escaped(entity, 80));
  const lines = [
    `${VERDICT_WORDS[report.verdict]}: ${blame(report)
      .map((one) => escaped(one))
      .join("; ")}`,
    ...(sure === null ? [] : [`Confidence: ${escaped(sure)}`]),
    ...(report.verdict === "no_incident" && report.onset === null ? [] : [`Began ${began(report)}`]),
    `Incident: ${escaped(subject(report))}`,
    ...(way.length < 2 ? [] : [`Path: ${way.join(" → ")}`]),
    ...strongest(report).map(
      ({ id, summary, onset }) =>
        `${escaped(id, 20)}: ${escaped(summary, 300)}${onset === null ? "" : ` (since ${clock(onset)} UTC)`}`,
    ),
    ...report.actions.map(
      (action) => `Plan: ${escaped(action.title, 160)} (${action.risk} risk), ${standing(action, since)}`,
    ),
    ...report.not_checked.map(({ source, why }) => `Not checked: ${escaped(source, 60)}: ${escaped(why, 120)}`),
  ];
  return fit(lines);
}

function standing(action: Report["actions"][number], since: Since | undefined): string {
  const found = standingOf(action, since);
  return found.isOpen ? `waits for approval, ${found.until}` : escaped(found.what, 200);
}

/** Whole lines only: an entity that is cut in two would read as something else. */
export function fit(lines: readonly string[]): string {
  const shown: string[] = [];
  for (const one of lines) {
    if (shown.join("\n").length + one.length + 1 > MAX_FALLBACK) break;
    shown.push(one);
  }
  return shown.join("\n");
}
