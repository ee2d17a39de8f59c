import type { Report } from "../domain/report.ts";
import { neutral } from "./neutral.ts";
import { causeWords, percent, runnerUpWords, sentence, sureness } from "./words.ts";
import { runnerUp } from "./digest.ts";

export const VERDICT_WORDS = {
  root_cause: "ROOT CAUSE",
  inconclusive: "INCONCLUSIVE",
  no_incident: "NO INCIDENT",
  recovered: "RECOVERED",
} as const satisfies Record<Report["verdict"], string>;

/** A candidate as likely as this leads, though it may not be blamed. */
const LEADING = 0.5;

/** What is blamed, one line each; where nothing is, what that means. */
export function blame(report: Report): string[] {
  if (report.root_causes.length > 0 && report.verdict !== "no_incident")
    return report.root_causes.map(({ entity, entity_kind: kind, title, category }) => {
      const what = title.trim() === "" ? causeWords(category) : title;
      return `${neutral(entity, 120)} (${neutral(kind, 40)}): ${neutral(what, 160)}`;
    });
  if (report.verdict === "no_incident") return ["nothing abnormal explains the alarm"];
  if (report.verdict === "recovered") return ["the trouble is over, and its cause is not proven"];
  const [first] = report.hypotheses;
  return [
    first !== undefined && first.confidence >= LEADING
      ? `${neutral(first.entity, 120)} is suspected, not proven`
      : "no single cause stands out",
  ];
}

/** "Very likely, 91 % (calibrated). Next candidate: orders, 5 %." Null where nothing is blamed. */
export function confidence(report: Report): string | null {
  const [first] = report.root_causes;
  if (first === undefined || report.verdict === "no_incident") return null;
  const words = sureness(first.confidence);
  const measured = first.calibrated ? "calibrated" : "not calibrated: trust the order, not the number";
  const next = runnerUp(report);
  const other =
    next === undefined
      ? "No other candidate."
      : `Next candidate: ${runnerUpWords(neutral(next.entity, 120), next.confidence)}.`;
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}, ${percent(first.confidence)} (${measured}). ${other}`;
}

/** "High: 5 entities depend on what is ill. Call payments: payments owns checkout." Null where nothing is ill. */
export function concern({ triage }: Report): string | null {
  if (triage === undefined) return null;
  const { severity, why, team, team_why: teamWhy } = triage;
  const call = team === null ? "" : ` Call ${neutral(team, 80)}: ${sentence(neutral(teamWhy))}`;
  return `${severity.charAt(0).toUpperCase()}${severity.slice(1)}: ${sentence(neutral(why))}${call}`;
}

/** "Checkout answers 503 · shop · incident shop-17" */
export const subject = ({ title, system, incident_id: id }: Report): string =>
  [neutral(title, 160), system === null ? "" : neutral(system, 80), `incident ${neutral(id, 120)}`]
    .filter((part) => part !== "")
    .join(" · ");
