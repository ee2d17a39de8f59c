import type { types } from "@slack/bolt";
import { span } from "../../domain/phrasing.ts";
import type { Report, ReportEvidence } from "../../domain/report.ts";
import { digest } from "../digest.ts";
import { clearestLine, summaryOf } from "../finding-words.ts";
import { runnerUp } from "../hypotheses.ts";
import {
  affectedLine,
  confidenceLine,
  incidentLine,
  severityLine,
  VERDICT_LABEL,
  verdictLines,
  writerLine,
} from "../headline.ts";
import { neutral } from "../neutral.ts";
import { actionLabel, type ReviewState } from "../action-status.ts";
import { onsetLine, percent, plural } from "../labels.ts";
import {
  candidates,
  checkedSignals,
  modelInvestigation,
  nextChecks,
  notChecked,
  openActions,
  path,
  plan,
  pointers,
  runbookPages,
  similar,
} from "./card-sections.ts";
import { evidenceList, openLinks } from "./evidence.ts";
import { cardText } from "./fallback.ts";
import { inspectBlock, PRESS } from "./ids.ts";
import { MAX_ID, MAX_OPTION } from "./limits.ts";
import { type Block, button, cite, code, line, plain, plainQuote, quoted, rich, words } from "./rich.ts";

/** A message: what is shown, and what notifications read out. */
export type Message = { text: string; blocks: Block[] };

export type CardOptions = {
  /** Decisions made after the report was written. */
  review?: ReviewState | undefined;
  /** In shadow mode the card has no buttons: nobody can decide or run anything from it. */
  isShadow?: boolean;
  /** How many alerts of the same incident came after the first. */
  furtherAlerts?: number;
};

const LIGHT: Readonly<Record<Report["verdict"], string>> = {
  root_cause: "🔴",
  inconclusive: "🟡",
  no_incident: "🟢",
  recovered: "🟢",
};
const MAX_CANDIDATES = 10;

/**
 * Renders a report as the answer in an alert's thread, to be read in ten seconds: the verdict, the evidence, what to
 * do.
 */
export function card(report: Report, { review, isShadow = false, furtherAlerts = 0 }: CardOptions = {}): Message {
  const picked = digest(report);
  const blocks: Block[] = [
    { type: "header", text: plain(`${LIGHT[report.verdict]} ${VERDICT_LABEL[report.verdict]}`) },
    head(report, picked.keyEvidence, furtherAlerts),
    ...checkedSignals(report),
    ...candidates(report),
    ...path(report),
    ...evidenceList("Strongest evidence", picked.supporting),
    ...evidenceList("Evidence against", picked.against),
    ...modelInvestigation(report),
    ...similar(report),
    ...plan(report, review),
    ...runbookPages(report),
    ...pointers(report),
    ...nextChecks(report),
    ...notChecked(report),
    ...(isShadow ? [] : buttons(report, review)),
    foot(report, isShadow),
  ];
  return { text: cardText(report, review), blocks };
}

const field = (label: string, text: string | null) =>
  text === null || text.trim() === "" ? [] : [words(`\n${label}: `, "bold"), words(text)];

function head(report: Report, keyEvidence: ReportEvidence | null, furtherAlerts: number): Block {
  const isQuiet = report.verdict === "no_incident" && report.onset === null;
  const alerts = furtherAlerts === 0 ? null : `${plural(furtherAlerts, "more alert")} of this incident`;
  return rich(
    line(
      quoted(verdictLines(report).join("; and "), 1200, "bold"),
      ...field("Confidence", confidenceLine(report)),
      ...field("Began", isQuiet ? null : onsetLine(report)),
      ...field("Affected", affectedLine(report)),
      ...field("Severity", severityLine(report)),
      ...field("Incident", incidentLine(report)),
      ...field("Because", neutral(report.why)),
      ...(keyEvidence === null ? [] : keyRecord(keyEvidence)),
      ...field("Alerts", alerts),
    ),
  );
}

/** The raw log line, or the metric, that shows the fault best. The report's secrets are masked already. */
const keyRecord = (found: ReportEvidence): ReturnType<typeof cite> => [
  ...(found.signal === "log" && found.exemplar !== null
    ? [words("\nLog line: ", "bold"), code(clearestLine(found.exemplar), 240)]
    : [words("\nMetric: ", "bold"), quoted(summaryOf(found), 240)]),
  ...cite([found.id]),
  ...openLinks(found),
];

/** Causeway's own ids are short. A longer id does not fit into a button, so the card has none. */
function buttons(report: Report, review: ReviewState | undefined): Block[] {
  const { analysis_id: id } = report;
  if (inspectBlock.of(id).length > MAX_ID || report.actions.some((action) => action.id.length > MAX_ID)) return [];
  const inspect: types.ActionsBlockElement[] = [
    ...(report.evidence.length === 0 ? [] : [button(`Evidence (${report.evidence.length})`, PRESS.evidence, id)]),
    button("Similar", PRESS.similar, id),
    ...whyNot(report),
    button("Re-run", PRESS.rerun, id),
  ];
  return [
    ...openActions(report, review).map((action, i): Block => ({
      type: "actions",
      block_id: `decide-${i}`,
      elements: [
        button(`Approve: ${label(action)} …`, PRESS.approve, action.id, "primary"),
        button("Reject …", PRESS.reject, action.id, "danger"),
      ],
    })),
    { type: "actions", block_id: inspectBlock.of(id), elements: inspect },
    {
      type: "actions",
      block_id: "judge",
      elements: [button("👍 Right", PRESS.right, id), button("👎 Wrong", PRESS.wrong, id)],
    },
  ];
}

const label = (action: Report["actions"][number]): string => plainQuote(actionLabel(action).title, 50).text;

/** A menu of the candidates that are not a root cause. */
function whyNot(report: Report): types.ActionsBlockElement[] {
  if (runnerUp(report) === undefined && report.hypotheses.length < 2) return [];
  const others = report.hypotheses
    .map((one, at) => ({ ...one, at }))
    .filter(
      ({ entity, category }) =>
        !report.root_causes.some((cause) => cause.entity === entity && cause.category === category),
    );
  if (others.length === 0) return [];
  const options = others.slice(0, MAX_CANDIDATES).map(({ entity, category, confidence: sure, at }) => ({
    text: plainQuote(
      `${neutral(entity, 36)}: ${neutral(category.replaceAll("_", " "), 24)}, ${percent(sure)}`,
      MAX_OPTION,
    ),
    value: String(at),
  }));
  return [
    {
      type: "static_select",
      action_id: PRESS.whyNot,
      placeholder: plain(report.root_causes.length > 0 ? "Why not …" : "What about …"),
      options,
    },
  ];
}

function foot(report: Report, isShadow: boolean): Block {
  const { analysis_id: id, timings } = report;
  const duration = timings.ms < 1000 ? `${Math.round(timings.ms)} ms` : span(timings.ms);
  const shadow = isShadow ? " · shadow mode: nobody can approve or reject here" : "";
  return rich(
    line(
      words("Analysis ", "italic"),
      code(id),
      quoted(` · ${writerLine(report)} · ${duration}${shadow}`, 400, "italic"),
    ),
  );
}
