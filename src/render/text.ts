import { span, times } from "../domain/phrasing.ts";
import { runningOut } from "./forecast.ts";
import type { Report, ReportEvidence } from "../domain/report.ts";
import type { ReviewState } from "./action-status.ts";
import { digest } from "./digest.ts";
import { clearestLine, numbersOf, summaryOf } from "./finding-words.ts";
import {
  affectedLine,
  confidenceLine,
  incidentLine,
  severityLine,
  VERDICT_LABEL,
  verdictLines,
  writerLine,
} from "./headline.ts";
import { clock, command, onsetLine } from "./labels.ts";
import { columnsOf, field, hang, padded, shell, type Style, textLayout, type TextLayout } from "./layout.ts";
import { neutral } from "./neutral.ts";
import { plan } from "./text-plan.ts";
import { scripts } from "./text-scripts.ts";
import {
  candidates,
  checkedSignals,
  cite,
  evidenceAgainst,
  changesBefore,
  evidenceFor,
  explanation,
  limitsOf,
  modelInvestigation,
  nextChecks,
  path,
  pointers,
  runbookPages,
  similar,
} from "./text-sections.ts";

const VERDICT_COLOUR: Record<Report["verdict"], Style> = {
  root_cause: "red",
  inconclusive: "yellow",
  no_incident: "green",
  recovered: "green",
};
const LABEL_COLUMNS = 12;

export type TextOptions = {
  color: boolean;
  width: number;
  review?: ReviewState | undefined;
  isFull?: boolean;
  dataDirs?: readonly string[] | undefined;
};

/**
 * Renders a report for a terminal, to be read in ten seconds: first the verdict, then the evidence, then what to do.
 * Says each finding once. No line is wider than `width` (40 to 120), except commands, scripts and hashes, which are
 * never broken. Colour never carries a meaning alone.
 *
 * @param options `review`: decisions made after the report was written. `isFull`: appends each script and a drafted
 *   runbook. `dataDirs`: folders of recorded incidents, which the command that reads the evidence again has to name.
 */
export function renderText(report: Report, options: TextOptions): string {
  const layout = textLayout(options);
  const { review, isFull = false } = options;
  const picked = digest(report);
  const lines = [
    ...head(report, layout, picked.keyEvidence, isFull),
    ...(report.verdict === "no_incident" ? checkedSignals(report, layout) : []),
    ...(report.verdict === "inconclusive" ? candidates(report, layout) : path(report, layout)),
    ...evidenceFor(picked.supporting, layout),
    ...evidenceAgainst(picked, layout),
    ...changesBefore(report, picked.supporting, layout, isFull),
    ...explanation(report, picked.claims, layout, isFull),
    ...modelInvestigation(report, layout, isFull),
    ...runningOut(report, layout, isFull),
    ...similar(report, layout, isFull),
    ...plan(report, layout, { review, isFull }),
    ...runbookPages(report, layout),
    ...pointers(report, layout),
    ...nextChecks(report, layout, isFull),
    ...limitsOf(report, layout, isFull),
    ...(isFull ? [...scripts(report, layout), ""] : []),
    ...foot(report, layout, options.dataDirs),
  ];
  return `${lines.join("\n")}\n`;
}

function head(report: Report, layout: TextLayout, keyEvidence: ReportEvidence | null, isFull: boolean): string[] {
  const { paint } = layout;
  const verdict = VERDICT_LABEL[report.verdict];
  const [first = "", ...others] = verdictLines(report);
  const isQuiet = report.verdict === "no_incident" && report.onset === null;
  const gap = " ".repeat(Math.max(2, LABEL_COLUMNS - verdict.length));
  return [
    ...hang(layout, paint(["bold", VERDICT_COLOUR[report.verdict]], verdict) + gap, paint("bold", first)),
    ...others.flatMap((other) => hang(layout, padded("  and", LABEL_COLUMNS), paint("bold", other))),
    ...field(layout, "Confidence", confidenceLine(report)),
    ...(isQuiet ? [] : field(layout, "Began", onsetLine(report))),
    ...field(layout, "Affected", affectedLine(report)),
    ...field(layout, "Severity", severityLine(report)),
    ...field(layout, "Incident", incidentLine(report)),
    ...(report.verdict === "root_cause" && !isFull ? [] : field(layout, "Because", neutral(report.why))),
    ...(keyEvidence === null ? [] : keyRecord(keyEvidence, layout)),
  ];
}

/** The raw log line, or the metric, that shows the fault best. The report's secrets are masked already. */
function keyRecord(found: ReportEvidence, layout: TextLayout): string[] {
  const { entity, exemplar, facts, signal } = found;
  if (signal !== "log" || exemplar === null)
    return field(layout, "Metric", neutral(summaryOf(found), 200) + numbersOf(found) + cite(layout, [found.id]));
  const count = typeof facts.countAfter === "number" ? `${times(facts.countAfter)} in ` : "in ";
  const since = found.onset === null ? "" : ` since ${neutral(clock(found.onset))}`;
  const line = layout.paint("bold", neutral(clearestLine(exemplar), 240));
  return field(layout, "Log line", `${line} (${count}${neutral(entity, 80)}${since})${cite(layout, [found.id])}`);
}

function foot(report: Report, layout: TextLayout, dataDirs: readonly string[] = []): string[] {
  const { analysis_id: id, timings, evidence } = report;
  const duration = timings.ms < 1000 ? `${Math.round(timings.ms)} ms` : span(timings.ms);
  return [
    ...(evidence.length === 0 ? [] : evidencePointer(id, evidence.length, layout, dataDirs)),
    ...hang(
      layout,
      "",
      layout.paint("dim", [`Analysis ${neutral(id, 120)}`, writerLine(report), duration].join(" · ")),
    ),
    ...(report.cost.warnings ?? []).flatMap((warning) =>
      hang(layout, "", layout.paint("dim", `Models: ${neutral(warning, 240)}`)),
    ),
  ];
}

/** The command that lists all evidence. The note moves to a line of its own where both do not fit on one. */
function evidencePointer(analysisId: string, count: number, layout: TextLayout, dataDirs: readonly string[]): string[] {
  const data = dataDirs.flatMap((dir) => ["--data", dir]);
  const shown = command("evidence", neutral(analysisId, 120), ...data);
  const note = `(${count === 1 ? "the finding" : `all ${count}`}, with queries and raw lines)`;
  const line = `Evidence: ${layout.paint("cyan", shown)}  ${note}`;
  return columnsOf(line) <= layout.width
    ? [line]
    : ["Evidence:", shell(layout, "  ", shown), ...hang(layout, "  ", note)];
}
