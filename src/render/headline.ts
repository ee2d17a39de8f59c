import type { Report } from "../domain/report.ts";
import { runnerUp } from "./hypotheses.ts";
import { candidateLabel, capitalized, causeLabel, likelihood, percent, sentence } from "./labels.ts";
import { modelUseText } from "./model-cost.ts";
import { neutral } from "./neutral.ts";

export const VERDICT_LABEL = {
  root_cause: "ROOT CAUSE",
  inconclusive: "INCONCLUSIVE",
  no_incident: "NO INCIDENT",
  recovered: "RECOVERED",
} as const satisfies Record<Report["verdict"], string>;

/** From this confidence on, an inconclusive report names its first candidate as a suspect. */
const MIN_SUSPECT = 0.5;
const MAX_AFFECTED = 6;

/** The root causes, one line each. Without one: what the verdict means. */
export function verdictLines(report: Report): string[] {
  if (report.root_causes.length > 0 && report.verdict !== "no_incident")
    return report.root_causes.map(({ entity, entity_kind: kind, title, category }) => {
      const what = title.trim() === "" ? causeLabel(category) : title;
      return `${neutral(entity, 120)} (${neutral(kind, 40)}): ${neutral(what, 160)}`;
    });
  if (report.verdict === "no_incident") return ["the telemetry shows nothing that explains the alarm"];
  if (report.verdict === "recovered") return ["the incident is over, and its cause is not proven"];
  const [first] = report.hypotheses;
  return [
    first !== undefined && first.confidence >= MIN_SUSPECT
      ? `${neutral(first.entity, 120)} is the main suspect, but not proven`
      : "no single cause stands out",
  ];
}

/**
 * "Very likely, 91 % (calibrated). Next candidate: orders, 5 %." Where nothing is proven: "Possible, 41 % that store is
 * the root cause (calibrated). …" The number is always the probability that the first candidate is right. Null
 * without a suspect, and for the verdicts `no_incident` and `recovered`.
 */
export function confidenceLine(report: Report): string | null {
  const [blamed] = report.root_causes;
  const first = blamed ?? openCandidates(report)[0];
  const isOpen = report.verdict === "root_cause" || report.verdict === "inconclusive";
  if (first === undefined || !isOpen) return null;
  const measured = first.calibrated ? "calibrated" : "not calibrated: trust the order, not the number";
  const next = blamed === undefined ? openCandidates(report)[1] : runnerUp(report);
  const other =
    next === undefined
      ? "No other candidate."
      : `Next candidate: ${candidateLabel(neutral(next.entity, 120), next.confidence)}.`;
  const what = blamed === undefined ? ` that ${neutral(first.entity, 120)} is the root cause` : "";
  const limits = (report.confidence_limits ?? []).map((limit) => ` ${neutral(limit, 200)}`).join("");
  return `${capitalized(likelihood(first.confidence))}, ${percent(first.confidence)}${what} (${measured}). ${other}${limits}`;
}

const openCandidates = ({ hypotheses }: Report): Report["hypotheses"] =>
  hypotheses.filter(({ status }) => status !== "ruled_out");

/** "High: 5 entities depend on it. Call payments: payments owns checkout." Null where the report has no severity. */
export function severityLine({ triage }: Report): string | null {
  if (triage === undefined) return null;
  const { severity, why, team, team_why: teamWhy } = triage;
  const call = team === null ? "" : ` Call ${neutral(team, 80)}: ${sentence(neutral(teamWhy))}`;
  return `${capitalized(severity)}: ${sentence(neutral(why))}${call}`;
}

/** "cart, checkout, web and 3 more". Null where the report does not say who is affected. */
export function affectedLine({ triage }: Report): string | null {
  const all = triage?.blast_radius ?? [];
  if (all.length === 0) return null;
  const shown = all.slice(0, MAX_AFFECTED).map((entity) => neutral(entity, 60));
  return `${shown.join(", ")}${all.length > MAX_AFFECTED ? ` and ${all.length - MAX_AFFECTED} more` : ""}`;
}

/** "shop-17: Checkout answers 503 (shop)" */
export function incidentLine({ title, system, incident_id: id }: Report): string {
  const about = [neutral(title, 160), system === null ? "" : `(${neutral(system, 80)})`].filter((part) => part !== "");
  return `${neutral(id, 120)}${about.length === 0 ? "" : `: ${about.join(" ")}`}`;
}

/**
 * "no model used", or which model wrote the explanation, what models used, and how many of its sentences the citation
 * check removed.
 */
export function writerLine(report: Report): string {
  const { mode, model, dropped_claims: dropped } = report;
  const use = modelUseText(report);
  const by = mode === "llm" ? `written by ${neutral(model ?? "a model", 80)}` : rulesWriter(report, neutral);
  const writer = use === null ? by : `${by} · ${use}`;
  if (dropped === 0) return writer;
  const removed = dropped === 1 ? "1 sentence of the model" : `${dropped} sentences of the model`;
  return `${writer} · removed ${removed} that the evidence does not support`;
}

/** Who wrote the text if no model did: a model may still have been called. */
export const rulesWriter = ({ cost }: Report, show: (name: string, longest: number) => string): string =>
  cost.models === undefined || cost.models.length === 0
    ? "no model used"
    : `written by rules, ${cost.models.map((name) => show(name, 80)).join(", ")} called`;
