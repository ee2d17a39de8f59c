import type { Report } from "../../domain/report.ts";
import { actionLabel, actionStatusOf, actionTerms, type ReviewState } from "../action-status.ts";
import { openQuestions, uncheckedOf } from "../digest.ts";
import { reasonOf } from "../hypotheses.ts";
import { causeMark, foldedPath, pathStops } from "../path-stops.ts";
import {
  causeLabel,
  hypothesisLabel,
  command,
  outcomeLabel,
  percent,
  pageLabel,
  pagePlace,
  pointerLabel,
  runbookSentence,
  pastCauseLabel,
  sentence,
  triedSentence,
} from "../labels.ts";
import { INVESTIGATION_TITLE, investigationLines } from "../model-investigation.ts";
import { neutral } from "../neutral.ts";
import { signalResult, signalRows } from "../signal-rows.ts";
import { type Block, cite, code, line, listed, quoted, rich, words } from "./rich.ts";

const MAX_CANDIDATES = 4;
const MAX_SIMILAR = 3;
const MAX_STOPS = 7;
const MAX_UNCHECKED = 5;
const MAX_ACTIONS = 8;
const MAX_QUERIES = 3;
const MAX_POINTERS = 3;

export const path = (report: Report): Block[] =>
  listed(
    "Path from symptom to cause",
    "ordered",
    foldedPath(pathStops(report), MAX_STOPS).map((stop) => {
      if ("hidden" in stop) return [words(`… ${stop.hidden} more`)];
      const isCause = stop.role === "cause";
      const mark = stop.role === "between" ? "" : ` (${isCause ? causeMark(report) : stop.role})`;
      // the evidence below says what was found on the cause
      const effect = stop.what === null || isCause ? [] : [quoted(`: ${stop.what}`, 200)];
      return [
        quoted(stop.entity, 120, "bold"),
        ...(mark === "" ? [] : [words(mark)]),
        ...effect,
        ...cite(stop.evidenceIds),
      ];
    }),
  );

/** The candidates of an inconclusive analysis, best first, with the strongest reason for each. */
export const candidates = (report: Report): Block[] =>
  report.verdict !== "inconclusive"
    ? []
    : listed(
        "Top candidates",
        "ordered",
        report.hypotheses
          .filter(({ status }) => status !== "ruled_out")
          .slice(0, MAX_CANDIDATES)
          .map((one) => [
            quoted(one.entity, 120, "bold"),
            quoted(` ${percent(one.confidence)}, ${hypothesisLabel(one)}: ${reasonOf(one, report)}`),
            ...cite(one.evidence_ids),
          ]),
      );

/** Which signals a quiet analysis checked, so that "nothing found" can be believed. */
export const checkedSignals = (report: Report): Block[] =>
  report.verdict !== "no_incident"
    ? []
    : listed(
        "Checked",
        "bullet",
        signalRows(report).map((row) => [
          words(`${row.label}: ${signalResult(row)}`),
          ...(row.checked === "no" ? [] : cite(row.found)),
        ]),
      );

export const similar = ({ similar: all }: Report, limit = MAX_SIMILAR): Block[] =>
  listed(
    "Similar incidents",
    "bullet",
    all.slice(0, limit).map(({ incident_id: id, score, outcome, entity, category, why, tried }) => {
      const cause = [entity, category === null ? null : causeLabel(category)]
        .flatMap((part) => part ?? [])
        .map((part) => neutral(part, 100))
        .join(", ");
      const review = `${neutral(outcomeLabel(outcome), 30)}, ${pastCauseLabel(category, score)}`;
      const reason = `${cause === "" ? "" : `${cause}; `}${sentence(neutral(why, 200))}${neutral(triedSentence(tried), 300)}`;
      return [code(id, 100), quoted(` (${review}): ${reason}`)];
    }),
  );

/** The runbook, and for each action its terms, or what was decided. */
export function plan({ runbook, actions, analysis_id: id }: Report, review: ReviewState | undefined): Block[] {
  const [first] = actions;
  if (runbook === null && first === undefined) return [];
  const because = runbookSentence(
    neutral(runbook?.name ?? first?.runbook ?? "", 80),
    neutral(runbook?.why ?? "", 240),
    runbook?.drafted === true,
  );
  const hidden = actions.length - MAX_ACTIONS;
  return [
    rich(line(words("Plan\n", "bold"), words(because))),
    ...actions.slice(0, MAX_ACTIONS).map((action, i) => rich(line(words(`${i + 1}. `), ...actionLine(action, review)))),
    ...(hidden > 0 ? [rich(line(words(`… ${hidden} more actions: see `), code(command("show", id), 300)))] : []),
  ];
}

/** "Restart the workload: store" with its risk and its status. */
function actionLine(action: Report["actions"][number], review: ReviewState | undefined): ReturnType<typeof cite> {
  const { title, target } = actionLabel(action);
  const status = actionStatusOf(action, review);
  return [
    quoted(title, 160, "bold"),
    ...(target === null ? [] : [words(" on "), code(target)]),
    words(`\n${actionTerms(action).join(" · ")}`),
    ...cite(action.evidence_ids),
    words("\n"),
    ...(status.isOpen ? [words(status.until)] : [quoted(status.what, 600, "bold")]),
  ];
}

export const openActions = ({ actions }: Report, review: ReviewState | undefined): Report["actions"] =>
  actions.slice(0, MAX_ACTIONS).filter((action) => actionStatusOf(action, review).isOpen);

/**
 * Addresses of runbooks that the alerts name. As code, to be copied: whoever wrote the alert may have written the
 * address.
 */
export const pointers = ({ alert_runbooks: all = [] }: Report): Block[] =>
  listed(
    "Runbooks that alerts link to",
    "bullet",
    all.slice(0, MAX_POINTERS).map((one) => [code(one.url, 400), quoted(` (${pointerLabel(one)})`, 240)]),
  );

/** The team's own pages for the alerts. As code: a page's path is no address. */
export const runbookPages = ({ runbook_pages: all = [] }: Report): Block[] =>
  listed(
    "Your runbook pages",
    "bullet",
    all
      .slice(0, MAX_POINTERS)
      .map((one) => [
        quoted(`Runbook page ${pageLabel(one)}: `, 160),
        code(pagePlace(one), 400),
        words(` (${one.certainty})`),
      ]),
  );

/** The next queries, and the observation that would refute the verdict. */
export function nextChecks(report: Report): Block[] {
  const { queries, refute } = openQuestions(report);
  const steps = [...queries.slice(0, MAX_QUERIES), ...(refute === null ? [] : [`The verdict is wrong if: ${refute}`])];
  return listed(
    report.verdict === "inconclusive" ? "Check this next" : "Next checks",
    "bullet",
    steps.map((step) => [quoted(step)]),
  );
}

/** What a model did to find the cause. */
export const modelInvestigation = (report: Report): Block[] =>
  listed(
    INVESTIGATION_TITLE,
    "bullet",
    investigationLines(report, false).map(({ text, evidenceIds }) => [quoted(text, 240), ...cite(evidenceIds)]),
  );

export function notChecked(report: Report): Block[] {
  const missed = uncheckedOf(report);
  return listed("Not checked", "bullet", [
    ...missed
      .slice(0, MAX_UNCHECKED)
      .map(({ sources, why }) => [code(sources.join(", "), 160), quoted(`: ${why}`, 240)]),
    ...(missed.length > MAX_UNCHECKED
      ? [[words(`${missed.length - MAX_UNCHECKED} more: see `), code(command("show", report.analysis_id), 300)]]
      : []),
  ]);
}
