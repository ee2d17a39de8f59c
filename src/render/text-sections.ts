import type { Report } from "../domain/report.ts";
import { causeMark, looks, openQuestions, type Stop, stops, strongest } from "./digest.ts";
import { hang, type Layout, padded, section } from "./layout.ts";
import { neutral } from "./neutral.ts";
import { type Since, standingOf } from "./since.ts";
import { causeWords, clock, kindWords, outcomeWords, percent, plural, pointerWords, sentence } from "./words.ts";

const MOST_CANDIDATES = 4;
const MOST_SIMILAR = 3;
const MOST_POINTERS = 3;
const MOST_STEPS = 4;
const MOST_UNCHECKED = 8;
const DEEPEST = 7;

/** "[E1, E4]", or nothing. */
const cite = ({ paint }: Layout, ids: readonly string[]): string =>
  ids.length === 0
    ? ""
    : ` ${paint(
        "cyan",
        `[${ids
          .slice(0, 5)
          .map((id) => neutral(id, 20))
          .join(", ")}${ids.length > 5 ? ", …" : ""}]`,
      )}`;

const bullet = (layout: Layout, text: string): string[] => hang(layout, "  • ", text);

/** A long path loses its middle: its ends are what matters. */
function fold(all: readonly Stop[]): (Stop | { hidden: number })[] {
  if (all.length <= DEEPEST) return [...all];
  const tail = all.slice(-(DEEPEST - 3));
  return [...all.slice(0, 2), { hidden: all.length - 2 - tail.length }, ...tail];
}

/** The way from the symptom to the cause, as a tree with one branch. */
export function path(report: Report, layout: Layout): string[] {
  const { paint } = layout;
  const lines = fold(stops(report)).flatMap((stop, depth) => {
    const branch = depth === 0 ? "  " : `  ${"   ".repeat(depth - 1)}└─ `;
    if ("hidden" in stop) return [`${branch}… ${stop.hidden} more`];
    const name =
      paint("bold", neutral(stop.entity, 120)) +
      (stop.role === "between"
        ? ""
        : paint(stop.role === "cause" ? "red" : "dim", ` ◀ ${stop.role === "cause" ? causeMark(report) : stop.role}`));
    // What was seen on the cause stands right below, as evidence.
    const note = stop.what === null || stop.role === "cause" ? "" : `  ${neutral(stop.what, 160)}`;
    return hang(layout, branch, name + note + cite(layout, stop.evidenceIds));
  });
  return section(layout, "Path from symptom to cause", lines);
}

/** The strongest evidence: number, sentence, and where it comes from. */
export function evidence(report: Report, layout: Layout): string[] {
  const { paint } = layout;
  const top = strongest(report);
  const lines = top.flatMap((found) => {
    const first = `  ${paint("cyan", padded(neutral(found.id, 20), 3))} `;
    const where = [
      kindWords(found.kind),
      neutral(found.entity, 80),
      found.onset === null ? "" : `since ${clock(found.onset)} UTC`,
      `from ${neutral(found.connector, 40)}`,
    ];
    const numbers = found.signal === "alert" || /\d/.test(found.summary) ? "" : facts(found.facts); // how often it was told says nothing here
    return [
      ...hang(layout, first, neutral(found.summary) + (numbers === "" ? "" : ` (${numbers})`)),
      ...hang(
        layout,
        " ".repeat(2 + Math.max(3, found.id.length) + 1),
        paint("dim", where.filter((word) => word !== "").join(" · ")),
      ),
    ];
  });
  const heading =
    top.length === report.evidence.length
      ? "Evidence"
      : `Strongest evidence (${top.length} of ${report.evidence.length})`;
  return section(layout, heading, lines);
}

/** "p95Ms 812, baselineMs 3": for a finding whose sentence holds no number. */
const facts = (all: Report["evidence"][number]["facts"]): string =>
  Object.entries(all)
    .filter(([, value]) => typeof value === "number")
    .slice(0, 4)
    .map(([name, value]) => `${neutral(name, 40)} ${String(value)}`)
    .join(", ");

export const happened = ({ claims }: Report, layout: Layout): string[] =>
  section(
    layout,
    "What happened",
    claims.flatMap(({ text, evidence_ids: ids }) => bullet(layout, neutral(text) + cite(layout, ids))),
  );

/** The candidates of an inconclusive analysis, best first, with the strongest reason for each. */
export function candidates({ hypotheses }: Report, layout: Layout): string[] {
  const open = hypotheses.filter(({ status }) => status !== "ruled_out").slice(0, MOST_CANDIDATES);
  const lines = open.flatMap(
    ({ entity, entity_kind: kind, category, confidence, reasons, why, evidence_ids: ids }, i) => [
      ...hang(
        layout,
        `  ${i + 1}. `,
        `${layout.paint("bold", neutral(entity, 120))} (${neutral(kind, 40)}) ${percent(confidence)}, ${neutral(causeWords(category), 120)}`,
      ),
      ...hang(layout, "     ", neutral(reasons[0] ?? why) + cite(layout, ids)),
    ],
  );
  return section(layout, "Top candidates", lines);
}

/** What a quiet analysis looked at, so that "nothing found" can be believed. */
export function looked(report: Report, layout: Layout): string[] {
  const lines = looks(report).flatMap(({ label, checked, found }) => {
    const partly = checked === "in part" ? ", read in part" : "";
    const weak = found.length === 0 ? "quiet" : `${plural(found.length, "sign")}, none of an incident`;
    const gave = checked === "no" ? layout.paint("yellow", "not checked") : weak + partly + cite(layout, found);
    return hang(layout, `  ${padded(label, 15)}`, gave);
  });
  return section(layout, "Looked at", lines);
}

export function similar({ similar: all }: Report, layout: Layout): string[] {
  const lines = all.slice(0, MOST_SIMILAR).flatMap(({ incident_id: id, score, outcome, entity, category, why }) => {
    const was = [entity, category === null ? null : causeWords(category)]
      .flatMap((word) => word ?? [])
      .map((word) => neutral(word, 100))
      .join(", ");
    return bullet(
      layout,
      `${layout.paint("bold", neutral(id, 100))} (${neutral(outcomeWords(outcome), 30)}, ${percent(score)} likely the same cause): ${was === "" ? "" : `${was}; `}${sentence(neutral(why, 200))}`,
    );
  });
  return section(layout, "Similar incidents", lines);
}

/** Where the alerts say that a person reads what to do. */
export const pointers = ({ alert_runbooks: all = [] }: Report, layout: Layout): string[] =>
  section(
    layout,
    "Runbooks that alerts point to",
    all
      .slice(0, MOST_POINTERS)
      .flatMap((one) => bullet(layout, `${neutral(one.url)} (${neutral(pointerWords(one), 240)})`)),
  );

/** What to do now, most useful first. */
export function nextSteps(report: Report, layout: Layout, since: Since | undefined): string[] {
  const { asks: open, refute } = openQuestions(report);
  const asks = open.map((ask) => neutral(ask));
  const [settling = "", ...rest] = asks;
  const isOpen = report.verdict === "inconclusive";
  const waiting = report.actions.filter((action) => standingOf(action, since).isOpen).length;
  const steps = [
    ...(isOpen && settling !== "" ? [`${layout.paint("bold", "Ask this next:")} ${settling}`, ...rest] : []),
    ...(!isOpen && waiting > 0
      ? [
          `Read ${waiting === 1 ? "the script of the plan, then approve or reject it" : "the scripts of the plan, then approve or reject each"}. Nothing runs before that.`,
        ]
      : []),
    ...(refute === null ? [] : [`It is something else if: ${neutral(refute)}`]),
    ...(isOpen ? [] : asks),
  ];
  return section(
    layout,
    "Next steps",
    steps.slice(0, MOST_STEPS).flatMap((step) => bullet(layout, step)),
  );
}

export function notChecked({ not_checked: missed }: Report, layout: Layout): string[] {
  const lines = missed
    .slice(0, MOST_UNCHECKED)
    .flatMap(({ source, why }) =>
      bullet(layout, `${layout.paint("yellow", neutral(source, 80))}: ${neutral(why, 240)}`),
    );
  const more =
    missed.length > MOST_UNCHECKED ? bullet(layout, `${missed.length - MOST_UNCHECKED} more; see the JSON report`) : [];
  return section(layout, "Not checked", [...lines, ...more]);
}
