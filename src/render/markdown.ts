import type { Report, ReportEvidence } from "../domain/report.ts";
import { runningOutLines } from "./forecast.ts";
import type { ReviewState } from "./action-status.ts";
import { digest, type Digest, openQuestions, uncheckedOf } from "./digest.ts";
import { clearestLine, summaryOf } from "./finding-words.ts";
import { reasonOf } from "./hypotheses.ts";
import { causeMark, pathStops } from "./path-stops.ts";
import { affectedLine, confidenceLine, rulesWriter, severityLine, VERDICT_LABEL, verdictLines } from "./headline.ts";
import {
  causeLabel,
  hypothesisLabel,
  clock,
  command,
  kindLabel,
  onsetLine,
  outcomeLabel,
  percent,
  pageLabel,
  pagePlace,
  pointerLabel,
  pastCauseLabel,
  sentence,
  triedSentence,
} from "./labels.ts";
import { code, inert, markdownLink } from "./markdown-escape.ts";
import { cite, section } from "./markdown-parts.ts";
import { INVESTIGATION_TITLE, investigationLines } from "./model-investigation.ts";
import { markdownPlan } from "./markdown-plan.ts";
import { modelUseText } from "./model-cost.ts";
import { beforeOnset, changesHeading, recentChanges } from "./recent-changes.ts";
import { callGraphText } from "./call-graph.ts";
import { signalResult, signalRows } from "./signal-rows.ts";

const MAX_LISTED = 8;
const MAX_CANDIDATES = 4;
const MAX_QUERIES = 4;
const MAX_SIMILAR = 3;
const MAX_NATIVE_CHARS = 500;

/**
 * Renders a report for a ticket or a chat, as CommonMark: the same order as the terminal's, with the scripts in full.
 *
 * @param review decisions made after the report was written.
 */
export function renderMarkdown(report: Report, review?: ReviewState): string {
  const picked = digest(report);
  const blocks = [
    head(report, picked.keyEvidence),
    candidates(report),
    checkedSignals(report),
    path(report),
    section("Strongest evidence", picked.supporting.map(evidenceItem)),
    section("Evidence against", picked.against.map(evidenceItem)),
    section(
      changesHeading(report),
      recentChanges(report, picked.supporting).map(
        (one) => `- ${inert(one.what)} (${beforeOnset(one)})${cite([one.id])}`,
      ),
    ),
    explanation(picked),
    section(
      INVESTIGATION_TITLE,
      investigationLines(report, true).map(({ text, evidenceIds }) => `- ${inert(text)}${cite(evidenceIds)}`),
    ),
    section(
      "Runs out soon",
      runningOutLines(report).map((line) => `- ${inert(line)}`),
    ),
    similar(report),
    markdownPlan(report, review),
    runbookPages(report),
    pointers(report),
    nextChecks(report),
    notChecked(report),
    foot(report),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/** "- Began: …", or nothing where there is no text. */
const field = (label: string, text: string | null): string[] =>
  text === null || text.trim() === "" ? [] : [`- ${label}: ${inert(text)}`];

function head(report: Report, keyEvidence: ReportEvidence | null): string[] {
  const [first = "", ...others] = verdictLines(report);
  const isQuiet = report.verdict === "no_incident" && report.onset === null;
  const system = report.system === null ? "" : ` (system ${code(report.system, 80)})`;
  return [
    `# ${VERDICT_LABEL[report.verdict]}: ${inert(first)}`,
    "",
    ...others.map((other) => `- And: ${inert(other)}`),
    ...field("Confidence", confidenceLine(report)),
    ...field("Began", isQuiet ? null : onsetLine(report)),
    ...field("Affected", affectedLine(report)),
    ...field("Severity", severityLine(report)),
    `- Incident: ${code(report.incident_id, 120)} ${inert(report.title, 160)}${system}`,
    ...field("Because", report.why),
    ...(keyEvidence === null ? [] : [keyRecord(keyEvidence), ...openedItem(keyEvidence)]),
  ];
}

function keyRecord(found: ReportEvidence): string {
  const { entity, exemplar, id, onset, signal } = found;
  if (signal !== "log" || exemplar === null) return `- Metric: ${inert(summaryOf(found))}${cite([id])}`;
  const since = onset === null ? "" : ` since ${inert(clock(onset))} UTC`;
  return `- Log line of ${code(entity, 80)}${since}: ${code(clearestLine(exemplar), 240)}${cite([id])}`;
}

function candidates(report: Report): string[] {
  if (report.verdict !== "inconclusive") return [];
  const open = report.hypotheses.filter(({ status }) => status !== "ruled_out").slice(0, MAX_CANDIDATES);
  return section(
    "Top candidates",
    open.map((one, i) => {
      const share = percent(one.confidence).replace("<", "&lt;").replace(">", "&gt;");
      const cause = inert(hypothesisLabel(one), 120);
      return (
        `${i + 1}. ${code(one.entity, 120)} ${share}, ${cause}: ` +
        `${inert(reasonOf(one, report))}${cite(one.evidence_ids)}`
      );
    }),
  );
}

function checkedSignals(report: Report): string[] {
  if (report.verdict !== "no_incident") return [];
  return section(
    "Checked",
    signalRows(report).map((row) => {
      return `- ${row.label}: ${signalResult(row)}${row.checked === "no" ? "" : cite(row.found)}`;
    }),
  );
}

/** An ordered list, because nested quotes do not render as a tree everywhere. */
function path(report: Report): string[] {
  return section(
    "Path from symptom to cause",
    pathStops(report).map(({ entity, role, what, evidenceIds }, i) => {
      const mark = role === "between" ? "" : ` (${role === "cause" ? causeMark(report) : role})`;
      const effect = what === null || role === "cause" ? "" : `: ${inert(what, 240)}`;
      return `${i + 1}. ${code(entity, 120)}${mark}${effect}${cite(evidenceIds)}`;
    }),
  );
}

function evidenceItem(found: ReportEvidence): string {
  const { id, kind, entity, onset, connector } = found;
  const isDated = /\bsince\b/.test(found.summary);
  const since = onset === null || isDated ? "" : `, since ${inert(clock(onset))} UTC`;
  const origin = `${inert(kindLabel(kind))} of ${code(entity, 120)}${since}, from ${code(connector, 40)}`;
  return [`- ${code(id, 20)} ${inert(found.summary)} (${origin})`, ...openedItem(found)].join("\n");
}

/** The query in its backend's language, and the pages that show its result and its first trace. */
function openedItem({ reads, trace_ids: [traceId] = [], trace_links: traces = {} }: ReportEvidence): string[] {
  const [native] = reads?.[0]?.native ?? [];
  const page = native === undefined ? null : markdownLink("open", native.link);
  const trace = traceId === undefined ? null : markdownLink("trace", traces[traceId] ?? null);
  const parts = [
    native === undefined ? null : `${inert(native.language, 40)} ${code(native.text, MAX_NATIVE_CHARS)}`,
    page,
    trace,
  ].filter((part) => part !== null);
  return parts.length === 0 ? [] : [`  - ${parts.join(", ")}`];
}

const explanation = ({ claims }: Digest): string[] =>
  section(
    "What happened",
    claims.map(({ text, evidence_ids: ids }) => `- ${inert(text)}${cite(ids)}`),
  );

const similar = ({ similar: all }: Report): string[] =>
  section(
    "Similar incidents",
    all.slice(0, MAX_SIMILAR).map(({ incident_id: id, outcome, score, entity, category, why, tried }) => {
      const cause = [
        entity === null ? null : code(entity, 100),
        category === null ? null : inert(causeLabel(category), 100),
      ]
        .filter((part) => part !== null)
        .join(", ");
      const review = `(${inert(outcomeLabel(outcome), 30)}, ${inert(pastCauseLabel(category, score))})`;
      return `- ${code(id, 100)} ${review}: ${cause === "" ? "" : `${cause}; `}${sentence(inert(why, 200))}${inert(triedSentence(tried), 300)}`;
    }),
  );

const pointers = ({ alert_runbooks: all = [] }: Report): string[] =>
  section(
    "Runbooks that alerts link to",
    all.slice(0, MAX_LISTED).map((one) => `- ${code(one.url)} (${inert(pointerLabel(one), 240)})`),
  );

const runbookPages = ({ runbook_pages: all = [] }: Report): string[] =>
  section(
    "Your runbook pages",
    all
      .slice(0, MAX_LISTED)
      .map((one) => `- Runbook page ${inert(pageLabel(one), 120)}: ${code(pagePlace(one), 400)} (${one.certainty})`),
  );

function nextChecks(report: Report): string[] {
  const { queries, refute } = openQuestions(report);
  return section("Next checks", [
    ...queries.slice(0, MAX_QUERIES).map((query) => `- ${inert(query)}`),
    ...(refute === null ? [] : [`- The verdict is wrong if: ${inert(refute)}`]),
  ]);
}

function notChecked(report: Report): string[] {
  const all = uncheckedOf(report);
  return section("Not checked", [
    ...all.slice(0, MAX_LISTED).map(({ sources, why }) => `- ${inert(sources.join(", "), 200)}: ${inert(why, 240)}`),
    ...(all.length > MAX_LISTED
      ? [`- ${all.length - MAX_LISTED} more: ${code(command("show", report.analysis_id, "--json"))} lists all`]
      : []),
  ]);
}

function foot(report: Report): string[] {
  const { analysis_id: id, evidence, mode, model, dropped_claims: dropped } = report;
  const graph = callGraphText(report);
  const use = modelUseText(report);
  const by = mode === "llm" ? `written by ${code(model ?? "a model", 80)}` : rulesWriter(report, code);
  const writer = use === null ? by : `${by} (${use.replaceAll(" · ", ", ")})`;
  const sentences = dropped === 1 ? "1 sentence of the model" : `${dropped} sentences of the model`;
  const removed = dropped === 0 ? "" : `, removed ${sentences} that the evidence does not support`;
  const all =
    evidence.length === 0
      ? []
      : [`Evidence: ${code(command("evidence", id))} (all ${evidence.length}, with queries and raw lines).`, ""];
  return [
    ...(graph === null ? [] : [`Call graph: ${inert(graph, 300)}.`, ""]),
    ...all,
    `Analysis ${code(id, 120)}, ${writer}${removed}.`,
    ...(report.cost.warnings ?? []).flatMap((warning) => ["", `Models: ${inert(warning, 240)}.`]),
  ];
}
