import type { Report } from "../domain/report.ts";
import { leading, looks, stops, strongest } from "./digest.ts";
import { blame, confidence, VERDICT_WORDS } from "./headline.ts";
import { code, fenced, inert } from "./markdown-escape.ts";
import { neutralLines } from "./neutral.ts";
import { began, causeWords, clock, command, kindWords, percent } from "./words.ts";

const MOST_LISTED = 8;

/** A report for a ticket or a chat: CommonMark, the same order as the terminal's, with the scripts in full. */
export function renderMarkdown(report: Report): string {
  const blocks = [head(report), candidates(report), looked(report), path(report), evidence(report), happened(report), similar(report), plan(report), next(report), missed(report), foot(report)];
  return `${blocks.filter((lines) => lines.length > 0).map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

const cite = (ids: readonly string[]): string => (ids.length === 0 ? "" : ` (${ids.slice(0, 5).map((id) => code(id, 20)).join(", ")}${ids.length > 5 ? ", …" : ""})`);

const section = (heading: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : [`## ${heading}`, "", ...lines]);

function head(report: Report): string[] {
  const [first = "", ...others] = blame(report);
  const sure = confidence(report);
  return [
    `# ${VERDICT_WORDS[report.verdict]}: ${inert(first)}`,
    "",
    ...others.map((other) => `- And: ${inert(other)}`),
    ...(sure === null ? [] : [`- Confidence: ${inert(sure)}`]),
    ...(report.verdict === "no_incident" && report.onset === null ? [] : [`- Began: ${inert(began(report))}`]),
    `- Incident: ${code(report.incident_id, 120)} ${inert(report.title, 160)}${report.system === null ? "" : `, system ${code(report.system, 80)}`}`,
    ...(report.why.trim() === "" ? [] : [`- Because: ${inert(report.why)}`]),
  ];
}

function candidates({ verdict, hypotheses }: Report): string[] {
  if (verdict !== "inconclusive") return [];
  const open = hypotheses.filter(({ status }) => status !== "ruled_out").slice(0, 4);
  return section("Top candidates", open.map(({ entity, category, confidence, reasons, why, evidence_ids: ids }, i) =>
    `${i + 1}. ${code(entity, 120)} ${percent(confidence).replace("<", "&lt;").replace(">", "&gt;")}, ${inert(causeWords(category), 120)}: ${inert(reasons[0] ?? why)}${cite(ids)}`));
}

function looked(report: Report): string[] {
  if (report.verdict !== "no_incident") return [];
  return section("Looked at", looks(report).map(({ label, checked, found }) => {
    const part = checked === "in part" ? ", read in part" : "";
    const gave = found.length === 0 ? "quiet" : `${found.length} found, no sign of an incident`;
    return `- ${label}: ${checked === "no" ? "not checked" : gave + part + cite(found)}`;
  }));
}

/** Nested quotes would be needed for a tree; arrows say the same, in every renderer. */
function path(report: Report): string[] {
  if (report.verdict === "inconclusive") return [];
  return section("Path from symptom to cause", stops(report).map(({ entity, role, what, evidenceIds }, i) => {
    const mark = role === "between" ? "" : ` (${role})`;
    return `${i + 1}. ${code(entity, 120)}${mark}${what === null || role === "cause" ? "" : `: ${inert(what, 160)}`}${cite(evidenceIds)}`;
  }));
}

const evidence = (report: Report): string[] =>
  section(`Strongest evidence (${Math.min(3, strongest(report).length)} of ${report.evidence.length})`, strongest(report).map(({ id, summary, kind, entity, onset, connector }) => {
    const since = onset === null ? "" : `, since ${inert(clock(onset))} UTC`;
    return `- ${code(id, 20)} ${inert(summary)} (${inert(kindWords(kind))} of ${code(entity, 120)}${since}, from ${code(connector, 40)})`;
  }));

const happened = ({ claims }: Report): string[] => section("What happened", claims.map(({ text, evidence_ids: ids }) => `- ${inert(text)}${cite(ids)}`));

const similar = ({ similar: all }: Report): string[] =>
  section("Similar incidents", all.slice(0, 3).map(({ incident_id: id, outcome, score, entity, category, why }) => {
    const was = [entity === null ? null : code(entity, 100), category === null ? null : inert(causeWords(category), 100)].flatMap((word) => word ?? []).join(", ");
    return `- ${code(id, 100)} (${inert(outcome, 30)}, score ${score.toFixed(2)})${was === "" ? "" : `: ${was}`}. ${inert(why, 200)}`;
  }));

function plan({ runbook, actions, analysis_id: analysisId }: Report): string[] {
  const [first] = actions;
  if (runbook === null && first === undefined) return [];
  const drafted = runbook?.drafted === true ? " Drafted by this analysis from its findings: read it as a proposal." : "";
  const why = runbook === null || runbook.why.trim() === "" ? "" : ` ${inert(runbook.why, 240)}`;
  return section("Plan", [
    `Runbook ${code(runbook?.name ?? first?.runbook ?? "", 80)}.${why}${drafted} ${code(command("show", analysisId))}`,
    ...actions.flatMap((action, i) => [
      "",
      `### ${i + 1}. ${inert(action.title, 160)} on ${code(action.target, 120)}`,
      "",
      `- ${action.risk} risk, ${action.reversible ? "can be undone" : "**cannot be undone**"}, ${action.blast_radius.size} blast radius, expires ${inert(clock(action.expires_at))} UTC${cite(action.evidence_ids)}`,
      `- ${code(command("approve", action.id))} or ${code(command("reject", action.id))}`,
      `- sha256 ${code(action.script_sha256, 64)}`,
      "",
      ...fenced("bash", neutralLines(action.script)),
    ]),
  ]);
}

function next(report: Report): string[] {
  const refute = leading(report)?.would_refute ?? "";
  return section("Next steps", [
    ...report.next_evidence.slice(0, 4).map((ask) => `- ${inert(ask)}`),
    ...(refute === "" || report.verdict === "no_incident" ? [] : [`- It is something else if: ${inert(refute)}`]),
  ]);
}

const missed = ({ not_checked: all }: Report): string[] =>
  section("Not checked", [
    ...all.slice(0, MOST_LISTED).map(({ source, why }) => `- ${code(source, 80)}: ${inert(why, 240)}`),
    ...(all.length > MOST_LISTED ? [`- ${all.length - MOST_LISTED} more`] : []),
  ]);

const foot = ({ analysis_id: id, mode, model, dropped_claims: dropped }: Report): string[] => [
  `Analysis ${code(id, 120)}, ${mode === "llm" ? `written by ${code(model ?? "a model", 80)}` : "no model used"}${dropped === 0 ? "" : `, ${dropped} of the model's sentences left out: the evidence does not bear them out`}.`,
];
