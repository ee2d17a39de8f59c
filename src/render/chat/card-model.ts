import { NOTICE_FOOT } from "../../domain/notice.ts";
import type { Report } from "../../domain/report.ts";
import { actionLabel, actionStatusOf, actionTerms, type ReviewState } from "../action-status.ts";
import { digest, openQuestions, uncheckedOf } from "../digest.ts";
import { clearestLine, summaryOf } from "../finding-words.ts";
import { affectedLine, confidenceLine, incidentLine, severityLine, VERDICT_LABEL, verdictLines } from "../headline.ts";
import { command, onsetLine, percent } from "../labels.ts";
import { neutral } from "../neutral.ts";

const MOST = { evidence: 3, candidates: 4, actions: 5, queries: 3, unchecked: 3 };
const LONGEST = 300;

/**
 * What a chat shows of a report, before a chat's own markup: plain texts on one line, which may hold anything that
 * telemetry holds. Each renderer escapes them.
 */
export type CardModel = {
  title: string;
  tone: "bad" | "open" | "good";
  lead: string;
  fields: readonly { label: string; text: string }[];
  sections: readonly { title: string; items: readonly string[] }[];
  foot: string;
};

const TONE = { root_cause: "bad", inconclusive: "open", no_incident: "good", recovered: "good" } as const;

/** The ten-second version of a report. It holds no script and no button: nobody can decide from it. */
export function cardModel(report: Report, review?: ReviewState): CardModel {
  const { keyEvidence, supporting, against } = digest(report);
  const { queries, refute } = openQuestions(report);
  const isQuiet = report.verdict === "no_incident" && report.onset === null;
  const key =
    keyEvidence === null
      ? null
      : `${keyEvidence.signal === "log" && keyEvidence.exemplar !== null ? clearestLine(keyEvidence.exemplar) : summaryOf(keyEvidence)} [${keyEvidence.id}]`;
  const fields = [
    ["Confidence", confidenceLine(report)],
    ["Began", isQuiet ? null : onsetLine(report)],
    ["Affected", affectedLine(report)],
    ["Severity", severityLine(report)],
    ["Incident", incidentLine(report)],
    ["Because", report.why],
    ["Shown by", key],
  ] as const;
  const candidates =
    report.verdict === "inconclusive"
      ? report.hypotheses
          .filter(({ status }) => status !== "ruled_out")
          .slice(0, MOST.candidates)
          .map(({ entity, confidence, why }) => `${entity}: ${percent(confidence)}, ${why}`)
      : [];
  const sections = [
    ["Top candidates", candidates],
    ["Strongest evidence", supporting.slice(0, MOST.evidence).map((one) => `${summaryOf(one)} [${one.id}]`)],
    ["Evidence against", against.map((one) => `${summaryOf(one)} [${one.id}]`)],
    ["Proposed actions", report.actions.slice(0, MOST.actions).map((action) => actionLine(action, review))],
    ["Next checks", [...queries.slice(0, MOST.queries), ...(refute === null ? [] : [`Wrong if: ${refute}`])]],
    [
      "Not checked",
      uncheckedOf(report)
        .slice(0, MOST.unchecked)
        .map(({ sources, why }) => `${sources.join(", ")}: ${why}`),
    ],
  ] as const;
  return {
    title: VERDICT_LABEL[report.verdict],
    tone: TONE[report.verdict],
    lead: neutral(verdictLines(report).join("; and "), 600),
    fields: fields.flatMap(([label, text]) =>
      text === null || text.trim() === "" ? [] : [{ label, text: neutral(text, LONGEST) }],
    ),
    sections: sections
      .filter(([, items]) => items.length > 0)
      .map(([title, items]) => ({ title, items: items.map((item) => neutral(item, LONGEST)) })),
    foot: `${neutral(command("show", report.analysis_id), 200)} ${NOTICE_FOOT}; a person approves there.`,
  };
}

function actionLine(action: Report["actions"][number], review: ReviewState | undefined): string {
  const { title, target } = actionLabel(action);
  const status = actionStatusOf(action, review);
  const what = target === null ? title : `${title} on ${target}`;
  return `${what} (${actionTerms(action).join(", ")}): ${status.isOpen ? status.until : status.what}`;
}
