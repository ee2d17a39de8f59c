import { span } from "../domain/phrasing.ts";
import type { Report } from "../domain/report.ts";
import { blame, concern, confidence, subject, VERDICT_WORDS } from "./headline.ts";
import { hang, type Layout, layoutOf, padded, type Style } from "./layout.ts";
import { neutral } from "./neutral.ts";
import {
  candidates,
  evidence,
  happened,
  looked,
  nextSteps,
  notChecked,
  path,
  pointers,
  similar,
} from "./text-sections.ts";
import { plan } from "./text-plan.ts";
import { scripts } from "./text-scripts.ts";
import type { Since } from "./since.ts";
import { began } from "./words.ts";

const VERDICT_COLOUR: Record<Report["verdict"], Style> = {
  root_cause: "red",
  inconclusive: "yellow",
  no_incident: "green",
  recovered: "green",
};
const LABEL_COLUMNS = 12;

export type TextOptions = { color: boolean; width: number; since?: Since | undefined; isFull?: boolean };

/**
 * A report for a terminal, to be read in ten seconds: first the verdict, then what bears it out, then what to do.
 * No line is wider than `width` (40 to 120 are used), commands apart, which scripts and hashes apart, which are never broken. Colour is never the only carrier of a meaning.
 *
 * @param options `since`: what was decided after the report was written. `isFull`: each script and a drafted runbook follow in full.
 */
export function renderText(report: Report, options: TextOptions): string {
  const layout = layoutOf(options);
  const { since, isFull = false } = options;
  const lines = [
    ...head(report, layout),
    ...(report.verdict === "no_incident" ? looked(report, layout) : []),
    ...(report.verdict === "inconclusive" ? candidates(report, layout) : path(report, layout)),
    ...evidence(report, layout),
    ...happened(report, layout),
    ...similar(report, layout),
    ...plan(report, layout, { since, isFull }),
    ...pointers(report, layout),
    ...nextSteps(report, layout, since),
    ...notChecked(report, layout),
    ...(isFull ? scripts(report, layout) : []),
    "",
    ...foot(report, layout),
  ];
  return `${lines.join("\n")}\n`;
}

function head(report: Report, layout: Layout): string[] {
  const { paint } = layout;
  const verdict = VERDICT_WORDS[report.verdict];
  const label = (name: string): string => paint("dim", padded(name, LABEL_COLUMNS));
  const [first = "", ...others] = blame(report);
  const sure = confidence(report);
  const grave = concern(report);
  const isOver = report.verdict === "no_incident";
  return [
    ...hang(
      layout,
      `${paint(["bold", VERDICT_COLOUR[report.verdict]], verdict)}${" ".repeat(Math.max(2, LABEL_COLUMNS - verdict.length))}`,
      paint("bold", first),
    ),
    ...others.flatMap((other) => hang(layout, padded("  and", LABEL_COLUMNS), paint("bold", other))),
    ...(sure === null ? [] : hang(layout, label("Confidence"), sure)),
    ...(isOver && report.onset === null ? [] : hang(layout, label("Began"), began(report))),
    ...(grave === null ? [] : hang(layout, label("Severity"), grave)),
    ...hang(layout, label("Incident"), subject(report)),
    ...(report.why.trim() === "" ? [] : hang(layout, label("Because"), neutral(report.why))),
  ];
}

function foot({ analysis_id: id, mode, model, timings, dropped_claims: dropped }: Report, layout: Layout): string[] {
  const writer = mode === "llm" ? `written by ${neutral(model ?? "a model", 80)}` : "no model used";
  const left =
    dropped === 0 ? [] : [`${dropped} of the model's sentences left out: the evidence does not bear them out`];
  const words = [
    `Analysis ${neutral(id, 120)}`,
    writer,
    timings.ms < 1000 ? `${Math.round(timings.ms)} ms` : span(timings.ms),
    ...left,
  ];
  return hang(layout, "", layout.paint("dim", words.join(" · ")));
}
