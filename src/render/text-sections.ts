import type { Report, ReportEvidence } from "../domain/report.ts";
import { type Digest, openQuestions, uncheckedOf } from "./digest.ts";
import { numbersOf, summaryOf } from "./finding-words.ts";
import { reasonOf } from "./hypotheses.ts";
import { causeMark, foldedPath, pathStops } from "./path-stops.ts";
import {
  causeLabel,
  clock,
  command,
  firstParts,
  hypothesisLabel,
  outcomeLabel,
  percent,
  pageLabel,
  pagePlace,
  pointerLabel,
  pastCauseLabel,
  sentence,
  triedSentence,
} from "./labels.ts";
import { bullet, field, hang, padded, section, shell, type TextLayout } from "./layout.ts";
import { INVESTIGATION_TITLE, investigationLines } from "./model-investigation.ts";
import { neutral } from "./neutral.ts";
import { beforeOnset, changesHeading, recentChanges } from "./recent-changes.ts";
import { callGraphText } from "./call-graph.ts";
import { signalResult, signalRows } from "./signal-rows.ts";

const MAX_CANDIDATES = 4;
const MAX_SIMILAR = 3;
/** Least probability of the same cause that is worth a line. */
const MIN_SIMILAR = 0.1;
const MAX_POINTERS = 3;
const MAX_QUERIES = 3;
const MAX_UNCHECKED = 3;
const MAX_UNCHECKED_FULL = 20;
const MAX_CLAIMS = 3;
const MAX_CLAIMS_OF_MODEL = 8;
const MAX_STOPS = 7;
/** Enough for a log finding that quotes two templates. */
const MAX_STOP_CHARS = 240;
const MAX_EVIDENCE_CHARS = 220;
const MAX_CITED = 4;
/** A change at most this long before the onset is a question in any case. Milliseconds. */
const JUST_BEFORE_MS = 15 * 60_000;
/** A root cause at least this sure needs no further queries on the first page. */
const SURE = 0.9;

/** " [E1, E4]", or nothing. */
export const cite = ({ paint }: TextLayout, ids: readonly string[]): string => {
  if (ids.length === 0) return "";
  const shown = ids.slice(0, MAX_CITED).map((id) => neutral(id, 20));
  return ` ${paint("cyan", `[${shown.join(", ")}${ids.length > MAX_CITED ? ", …" : ""}]`)}`;
};

/** What a model did to find the cause. */
export const modelInvestigation = (report: Report, layout: TextLayout, isFull: boolean): string[] =>
  section(
    layout,
    INVESTIGATION_TITLE,
    investigationLines(report, isFull).flatMap(({ text, evidenceIds }) =>
      bullet(layout, text + cite(layout, evidenceIds)),
    ),
  );

/** The path from the symptom to the cause, as a tree with one branch. */
export function path(report: Report, layout: TextLayout): string[] {
  const { paint } = layout;
  const lines = foldedPath(pathStops(report), MAX_STOPS).flatMap((stop, depth) => {
    const branch = depth === 0 ? "  " : `  ${"   ".repeat(depth - 1)}└─ `;
    if ("hidden" in stop) return [`${branch}… ${stop.hidden} more`];
    const isCause = stop.role === "cause";
    const mark = stop.role === "between" ? "" : ` ◀ ${isCause ? causeMark(report) : stop.role}`;
    const name = paint("bold", neutral(stop.entity, 120)) + paint(isCause ? "red" : "dim", mark);
    // The evidence below says what was found on the cause.
    const note = stop.what === null || isCause ? "" : `  ${neutral(stop.what, MAX_STOP_CHARS)}`;
    return hang(layout, branch, name + note + (isCause ? "" : cite(layout, stop.evidenceIds)));
  });
  return section(layout, "Path from symptom to cause", lines);
}

export const evidenceFor = (found: readonly ReportEvidence[], layout: TextLayout): string[] =>
  section(
    layout,
    "Strongest evidence",
    found.flatMap((one) => evidenceLines(one, layout)),
  );

export const evidenceAgainst = ({ against, againstCount }: Digest, layout: TextLayout): string[] =>
  section(
    layout,
    againstCount > against.length ? `Evidence against (${against.length} of ${againstCount})` : "Evidence against",
    against.flatMap((one) => evidenceLines(one, layout)),
  );

/** True if the first page need not list the changes one by one: the root cause rests on none. */
const rootRestsOnNoChange = ({ verdict, change }: Report, isFull: boolean): boolean =>
  verdict === "root_cause" && change == null && !isFull;

/** The changes before the onset. A root cause that rests on none has `justChanged` in one line instead. */
export function changesBefore(
  report: Report,
  shown: readonly ReportEvidence[],
  layout: TextLayout,
  isFull: boolean,
): string[] {
  if (rootRestsOnNoChange(report, isFull)) return [];
  return section(
    layout,
    changesHeading(report),
    recentChanges(report, shown).flatMap((change) =>
      hang(
        layout,
        `  ${layout.paint("cyan", padded(neutral(change.id, 20), 3))} `,
        `${neutral(change.what, MAX_EVIDENCE_CHARS)} ${layout.paint("dim", `(${beforeOnset(change)})`)}`,
      ),
    ),
  );
}

/**
 * The changes of the last 15 min before the onset, in one line: "2 just before the onset, none blamed: web, cart". The
 * first question on call is what has just changed. An older change that is not blamed answers nothing.
 */
function justChanged(report: Report, layout: TextLayout, isFull: boolean): string[] {
  if (!rootRestsOnNoChange(report, isFull)) return [];
  const near = recentChanges(report, []).filter(({ beforeMs }) => beforeMs <= JUST_BEFORE_MS);
  const where = [...new Set(near.map(({ entity }) => neutral(entity, 60)))].join(", ");
  const ids = near.map(({ id }) => id);
  return near.length === 0
    ? []
    : field(layout, "Changes", `${near.length} just before the onset, none blamed: ${where}${cite(layout, ids)}`);
}

/** "E51 store: errors rose from 0 to 8 (since 08:41:02)", in UTC like all times of the report. */
function evidenceLines(found: ReportEvidence, layout: TextLayout): string[] {
  const { paint } = layout;
  const first = `  ${paint("cyan", padded(neutral(found.id, 20), 3))} `;
  const since =
    found.onset === null || /\bsince\b/.test(found.summary) ? "" : ` ${paint("dim", `(since ${clock(found.onset)})`)}`;
  return hang(layout, first, neutral(summaryOf(found), MAX_EVIDENCE_CHARS) + numbersOf(found) + since);
}

/**
 * The part of the explanation that the evidence does not already show. Without a model, and with a root cause, the
 * path and the evidence contain most of it, so the first page only needs the change to blame.
 */
export function explanation(report: Report, claims: Digest["claims"], layout: TextLayout, isFull: boolean): string[] {
  const changes = new Set(report.evidence.filter(({ signal }) => signal === "change").map(({ id }) => id));
  const isBrief = report.mode === "deterministic" && report.verdict === "root_cause" && !isFull;
  const lines = claims
    .filter(({ evidence_ids: ids }) => !isBrief || (ids.length > 0 && ids.every((id) => changes.has(id))))
    .slice(0, report.mode === "llm" || isFull ? MAX_CLAIMS_OF_MODEL : MAX_CLAIMS)
    .flatMap(({ text, evidence_ids: ids }) => bullet(layout, neutral(text) + cite(layout, ids)));
  return section(layout, "What happened", lines);
}

/** The candidates of an inconclusive analysis, best first, with the strongest reason for each. */
export function candidates(report: Report, layout: TextLayout): string[] {
  const open = report.hypotheses.filter(({ status }) => status !== "ruled_out").slice(0, MAX_CANDIDATES);
  const lines = open.flatMap((one, i) => [
    ...hang(
      layout,
      `  ${i + 1}. `,
      `${layout.paint("bold", neutral(one.entity, 120))} (${neutral(one.entity_kind, 40)}) ` +
        `${percent(one.confidence)}: ${neutral(hypothesisLabel(one), 120)}`,
    ),
    ...hang(layout, "     ", neutral(reasonOf(one, report)) + cite(layout, one.evidence_ids)),
  ]);
  return section(layout, "Top candidates", lines);
}

/** Which signals a quiet analysis checked, so that "nothing found" can be believed. */
export function checkedSignals(report: Report, layout: TextLayout): string[] {
  const lines = signalRows(report).flatMap((row) => {
    const result = signalResult(row);
    const shown = row.checked === "no" ? layout.paint("yellow", result) : result + cite(layout, row.found);
    return hang(layout, `  ${padded(row.label, 15)}`, shown);
  });
  return section(layout, "Checked", lines);
}

/** Past incidents that may have had the same cause. A first look leaves out those that hardly can. */
export function similar({ similar: all }: Report, layout: TextLayout, isFull: boolean): string[] {
  const lines = all
    .filter(({ score, category }) => isFull || category === null || score >= MIN_SIMILAR)
    .slice(0, MAX_SIMILAR)
    .flatMap(({ incident_id: id, score, outcome, entity, category, why, tried }) => {
      const cause = [entity, category === null ? null : causeLabel(category)]
        .flatMap((word) => word ?? [])
        .map((word) => neutral(word, 100))
        .join(", ");
      const review = `(${neutral(outcomeLabel(outcome), 30)}, ${pastCauseLabel(category, score)})`;
      const reason = `${cause === "" ? "" : `${cause}; `}${sentence(neutral(firstParts(why, 120), 240))}`;
      const done = neutral(triedSentence(tried), 300);
      return bullet(layout, `${layout.paint("bold", neutral(id, 100))} ${review}: ${reason}${done}`);
    });
  return section(layout, "Similar incidents", lines);
}

/** Addresses of runbooks that the alerts name. */
export const pointers = ({ alert_runbooks: all = [] }: Report, layout: TextLayout): string[] =>
  section(
    layout,
    "Runbooks that alerts link to",
    all
      .slice(0, MAX_POINTERS)
      .flatMap((one) => bullet(layout, `${neutral(one.url)} (${neutral(pointerLabel(one), 240)})`)),
  );

/** The team's own pages for the alerts. */
export const runbookPages = ({ runbook_pages: all = [] }: Report, layout: TextLayout): string[] =>
  section(
    layout,
    "Your runbook pages",
    all
      .slice(0, MAX_POINTERS)
      .flatMap((one) =>
        bullet(
          layout,
          `Runbook page ${neutral(pageLabel(one), 120)}: ${neutral(pagePlace(one), 400)} (${one.certainty})`,
        ),
      ),
  );

/** The next queries. A root cause with high confidence needs none on the first page. */
export function nextChecks(report: Report, layout: TextLayout, isFull: boolean): string[] {
  const { queries, refute } = openQuestions(report);
  const isSettled = refute !== null && (report.root_causes[0]?.confidence ?? 0) >= SURE && !isFull;
  const lines = queries.slice(0, isSettled ? 0 : MAX_QUERIES).flatMap((query) => bullet(layout, neutral(query)));
  return section(layout, report.verdict === "inconclusive" ? "Check this next" : "Next checks", lines);
}

/** The observation that would refute the verdict, and the unchecked sources. */
export function limitsOf(report: Report, layout: TextLayout, isFull: boolean): string[] {
  const { refute } = openQuestions(report);
  const { analysis_id: id } = report;
  const missed = uncheckedOf(report);
  const limit = isFull ? MAX_UNCHECKED_FULL : MAX_UNCHECKED;
  const unchecked = missed
    .slice(0, limit)
    .flatMap(({ sources, why }, i) =>
      field(
        layout,
        i === 0 ? "Not checked" : "",
        `${layout.paint("yellow", neutral(sources.join(", "), 160))}: ${neutral(why, 240)}`,
      ),
    );
  const hidden = missed.length - limit;
  const more = command("show", neutral(id, 200), ...(isFull ? ["--json"] : []));
  const rest = hidden <= 0 ? [] : [`  ${hidden} more not checked:`, shell(layout, "  ", more)];
  const wrong = field(layout, "Wrong if", refute === null ? null : sentence(neutral(refute)));
  const graph = callGraphText(report);
  const known = field(layout, "Call graph", graph === null ? null : neutral(graph, 300));
  const lines = [...wrong, ...justChanged(report, layout, isFull), ...known, ...unchecked, ...rest];
  return lines.length === 0 ? [] : ["", ...lines];
}
