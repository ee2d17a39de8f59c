import type { Report } from "../domain/report.ts";
import { causeMark, looks, openQuestions, stops, strongest } from "./digest.ts";
import { blame, concern, confidence, VERDICT_WORDS } from "./headline.ts";
import { code, fenced, inert } from "./markdown-escape.ts";
import { faithfulLines } from "./faithful.ts";
import { actionWords, type Since, standingOf } from "./since.ts";
import {
  began,
  causeWords,
  clock,
  command,
  kindWords,
  outcomeWords,
  percent,
  pointerWords,
  runbookWords,
  sentence,
} from "./words.ts";

const MOST_LISTED = 8;

/** A report for a ticket or a chat: CommonMark, the same order as the terminal's, with the scripts in full. `since`: what was decided after it was written. */
export function renderMarkdown(report: Report, since?: Since): string {
  const blocks = [
    head(report),
    candidates(report),
    looked(report),
    path(report),
    evidence(report),
    happened(report),
    similar(report),
    plan(report, since),
    pointers(report),
    next(report),
    missed(report),
    foot(report),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

const cite = (ids: readonly string[]): string =>
  ids.length === 0
    ? ""
    : ` (${ids
        .slice(0, 5)
        .map((id) => code(id, 20))
        .join(", ")}${ids.length > 5 ? ", …" : ""})`;

const section = (heading: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`## ${heading}`, "", ...lines];

function head(report: Report): string[] {
  const [first = "", ...others] = blame(report);
  const sure = confidence(report);
  const grave = concern(report);
  return [
    `# ${VERDICT_WORDS[report.verdict]}: ${inert(first)}`,
    "",
    ...others.map((other) => `- And: ${inert(other)}`),
    ...(sure === null ? [] : [`- Confidence: ${inert(sure)}`]),
    ...(report.verdict === "no_incident" && report.onset === null ? [] : [`- Began: ${inert(began(report))}`]),
    ...(grave === null ? [] : [`- Severity: ${inert(grave)}`]),
    `- Incident: ${code(report.incident_id, 120)} ${inert(report.title, 160)}${report.system === null ? "" : `, system ${code(report.system, 80)}`}`,
    ...(report.why.trim() === "" ? [] : [`- Because: ${inert(report.why)}`]),
  ];
}

function candidates({ verdict, hypotheses }: Report): string[] {
  if (verdict !== "inconclusive") return [];
  const open = hypotheses.filter(({ status }) => status !== "ruled_out").slice(0, 4);
  return section(
    "Top candidates",
    open.map(
      ({ entity, category, confidence, reasons, why, evidence_ids: ids }, i) =>
        `${i + 1}. ${code(entity, 120)} ${percent(confidence).replace("<", "&lt;").replace(">", "&gt;")}, ${inert(causeWords(category), 120)}: ${inert(reasons[0] ?? why)}${cite(ids)}`,
    ),
  );
}

function looked(report: Report): string[] {
  if (report.verdict !== "no_incident") return [];
  return section(
    "Looked at",
    looks(report).map(({ label, checked, found }) => {
      const part = checked === "in part" ? ", read in part" : "";
      const gave = found.length === 0 ? "quiet" : `${found.length} found, no sign of an incident`;
      return `- ${label}: ${checked === "no" ? "not checked" : gave + part + cite(found)}`;
    }),
  );
}

/** Nested quotes would be needed for a tree; arrows say the same, in every renderer. */
function path(report: Report): string[] {
  return section(
    "Path from symptom to cause",
    stops(report).map(({ entity, role, what, evidenceIds }, i) => {
      const mark = role === "between" ? "" : ` (${role === "cause" ? causeMark(report) : role})`;
      return `${i + 1}. ${code(entity, 120)}${mark}${what === null || role === "cause" ? "" : `: ${inert(what, 160)}`}${cite(evidenceIds)}`;
    }),
  );
}

const evidence = (report: Report): string[] =>
  section(
    `Strongest evidence (${Math.min(3, strongest(report).length)} of ${report.evidence.length})`,
    strongest(report).map(({ id, summary, kind, entity, onset, connector }) => {
      const since = onset === null ? "" : `, since ${inert(clock(onset))} UTC`;
      return `- ${code(id, 20)} ${inert(summary)} (${inert(kindWords(kind))} of ${code(entity, 120)}${since}, from ${code(connector, 40)})`;
    }),
  );

const happened = ({ claims }: Report): string[] =>
  section(
    "What happened",
    claims.map(({ text, evidence_ids: ids }) => `- ${inert(text)}${cite(ids)}`),
  );

const similar = ({ similar: all }: Report): string[] =>
  section(
    "Similar incidents",
    all.slice(0, 3).map(({ incident_id: id, outcome, score, entity, category, why }) => {
      const was = [
        entity === null ? null : code(entity, 100),
        category === null ? null : inert(causeWords(category), 100),
      ]
        .flatMap((word) => word ?? [])
        .join(", ");
      return `- ${code(id, 100)} (${inert(outcomeWords(outcome), 30)}, ${inert(percent(score))} likely the same cause): ${was === "" ? "" : `${was}; `}${sentence(inert(why, 200))}`;
    }),
  );

function plan({ runbook, actions, analysis_id: analysisId }: Report, since: Since | undefined): string[] {
  const [first] = actions;
  if (runbook === null && first === undefined) return [];
  const name = code(runbook?.name ?? first?.runbook ?? "", 80);
  return section("Plan", [
    `${runbookWords(name, runbook === null || runbook.why.trim() === "" ? "" : inert(runbook.why, 240), runbook?.drafted === true)} ${code(command("show", analysisId))}`,
    ...actions.flatMap((action, i) => step(action, i + 1, since)),
    ...(runbook?.drafted === true && runbook.text !== null
      ? ["", "The draft:", "", ...fenced("markdown", faithfulLines(runbook.text))]
      : []),
  ]);
}

function step(action: Report["actions"][number], place: number, since: Since | undefined): string[] {
  const { title, target } = actionWords(action);
  const standing = standingOf(action, since);
  const terms = [
    `${action.risk} risk`,
    action.reversible ? "can be undone" : "**cannot be undone**",
    `${action.blast_radius.size} blast radius`,
    ...(standing.isOpen ? [inert(standing.until)] : []),
  ];
  return [
    "",
    `### ${place}. ${inert(title, 160)}${target === null ? "" : ` on ${code(target, 120)}`}`,
    "",
    `- ${terms.join(", ")}${cite(action.evidence_ids)}`,
    standing.isOpen
      ? `- ${code(command("approve", action.id))} or ${code(command("reject", action.id))}`
      : `- ${inert(standing.what, 600)}`,
    `- sha256 ${code(action.script_sha256, 64)}`,
    "",
    ...fenced("bash", faithfulLines(action.script)),
    "",
    ...short("Verify", action.verify),
    ...short("Roll back", action.rollback),
  ];
}

const short = (heading: string, text: string): string[] =>
  text.trim() === "" ? [] : [`${heading}:`, "", ...fenced("bash", faithfulLines(text)), ""];

const pointers = ({ alert_runbooks: all = [] }: Report): string[] =>
  section(
    "Runbooks that alerts point to",
    all.slice(0, MOST_LISTED).map((one) => `- ${code(one.url)} (${inert(pointerWords(one), 240)})`),
  );

function next(report: Report): string[] {
  const { asks, refute } = openQuestions(report);
  return section("Next steps", [
    ...asks.slice(0, 4).map((ask) => `- ${inert(ask)}`),
    ...(refute === null ? [] : [`- It is something else if: ${inert(refute)}`]),
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
