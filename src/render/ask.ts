import type { AskAnswer, AskMisfit, AskObservation, AskRefusal, AskRow, AskTable } from "../domain/ask-answer.ts";
import type { AskPlan } from "../domain/ask-plan.ts";
import type { Conversation } from "../domain/conversation.ts";
import { rounded } from "../domain/phrasing.ts";
import { plural, sentence, utc } from "./labels.ts";
import { bullet, columnsOf, field, hang, padded, section, type TextLayout, textLayout } from "./layout.ts";
import { neutral } from "./neutral.ts";
import { bar, sparkline } from "./text-chart.ts";

const BAR_COLUMNS = 16;
const MAX_GROUP = 300;
const MAX_POSSIBLE = 12;
/** Rows of an observation that supports a sentence; `--json` has all. */
const OBSERVED_ROWS = 5;

/** An answer as text: the plan, its table with bars and line references, or why there is none and what is possible. */
export function renderAsk(answer: AskAnswer, options: { color: boolean; width: number }): string {
  const layout = textLayout(options);
  const { question, plan_text: planned, planned_by: by, table, refusal, plan } = answer;
  const lines = [
    ...field(layout, "Question", question === null || by === "person" ? null : neutral(question)),
    ...field(
      layout,
      "Plan",
      planned === null
        ? null
        : `${neutral(planned, 2_000)}${by === null || by === "person" ? "" : ` (by ${neutral(by, 100)})`}`,
    ),
    ...(table === null || plan === null ? [] : tableLines(layout, table, plan)),
    ...(refusal === null ? [] : refusalLines(layout, refusal)),
    ...claimLines(layout, answer),
    ...section(
      layout,
      "Looked up",
      answer.observations.flatMap((one) => observationLines(layout, one)),
    ),
    ...(answer.noted
      ? [
          "",
          ...hang(layout, "", "Kept as a note: the next analysis of this incident lists it, and no ranking reads it."),
        ]
      : []),
    ...section(
      layout,
      "What can be answered",
      answer.can_ask.flatMap((text) => bullet(layout, neutral(text))),
    ),
    ...section(
      layout,
      "Not done",
      answer.limits.flatMap((text) => bullet(layout, neutral(text, 600))),
    ),
  ];
  return `${lines.join("\n")}\n`;
}

/** Every question about an analysis with its answer, the oldest first. */
export function renderConversation(
  { analysis_id: id, incident_id: incident, exchanges }: Conversation,
  options: { color: boolean; width: number },
): string {
  const layout = textLayout(options);
  const title = `Questions about analysis ${neutral(id, 100)}, incident ${neutral(incident, 100)}`;
  if (exchanges.length === 0) return `${title}\nNobody has asked anything yet.\n`;
  const parts = exchanges.map(({ at, by, via, answer }) =>
    [layout.paint("bold", `${utc(at)}, ${neutral(by, 100)} (${via})`), renderAsk(answer, options)].join("\n"),
  );
  return `${[title, ...parts].join("\n\n")}`;
}

function claimLines(layout: TextLayout, { claims, written_by: by, dropped_claims: dropped }: AskAnswer): string[] {
  const sentences = claims.flatMap(({ text, evidence_ids: ids }) =>
    bullet(layout, `${sentence(neutral(text, 700))}${ids.length === 0 ? "" : ` [${ids.join(", ")}]`}`),
  );
  const author = by === "code" ? "Answer" : `Answer, in the words of ${neutral(by, 100)}`;
  const lost =
    dropped === 0
      ? []
      : hang(layout, "  ", `${plural(dropped, "sentence")} of the model dropped for lack of evidence.`);
  return [...section(layout, author, sentences), ...lost];
}

function observationLines(layout: TextLayout, { id, summary, plan, plan_text: text, table }: AskObservation): string[] {
  return [
    ...hang(layout, `  ${layout.paint("bold", padded(id, 4))} `, neutral(text ?? summary, 2_000)),
    ...(table === null || plan === null
      ? []
      : rowLines(layout, { ...table, rows: table.rows.slice(0, OBSERVED_ROWS) }, plan)),
  ];
}

function tableLines(layout: TextLayout, table: AskTable, plan: AskPlan): string[] {
  const { matched, read, range, compared, series, groups, rows, notes } = table;
  const what = plan.select === "logs" ? "line" : plan.select === "metrics" ? "sample" : plan.select.slice(0, -1);
  const times = range === null ? "" : `, ${spanText(range)}`;
  return [
    ...field(layout, "Matched", `${matched} of ${plural(read, what)}${times}`),
    ...field(layout, "Before", compared === null ? null : spanText(compared)),
    ...field(
      layout,
      "Over time",
      series === null
        ? null
        : `${sparkline(series.counts)}  (${series.counts.length} × ${rounded(series.step_seconds)} s)`,
    ),
    ...(matched === 0 && compared === null
      ? ["", `No ${what} matches.`]
      : ["", ...headLine(layout, table, plan), ...rowLines(layout, table, plan)]),
    ...(groups > rows.length ? ["", `(${plural(groups - rows.length, "more group")}; ${moreText(groups)})`] : []),
    ...notes.flatMap((note) => hang(layout, "", `Note: ${note}.`)),
  ];
}

const MAX_TOP = 1_000;
/** What to change in the plan to see the groups that are not shown. */
const moreText = (groups: number): string =>
  groups > MAX_TOP ? `\`top ${MAX_TOP}\` in the plan shows more` : `\`top ${groups}\` in the plan shows all`;

const spanText = ({ start, end }: { start: string; end: string }): string => `${utc(start)} to ${utc(end)}`;

const LEAST_AMOUNT_COLUMNS = 10;
const TIME_COLUMNS = columnsOf("2026-11-23 05:41:42 UTC");
const isOfTimes = ({ measure: { verb } }: AskPlan): boolean => verb === "first" || verb === "last";
const amountColumns = ({ unit }: AskTable, plan: AskPlan): number =>
  Math.max(isOfTimes(plan) ? TIME_COLUMNS : LEAST_AMOUNT_COLUMNS, columnsOf(unit));
function headLine({ paint }: TextLayout, table: AskTable, plan: AskPlan): string[] {
  const { unit, compared } = table;
  const columns = amountColumns(table, plan);
  const amounts = `${compared === null ? "" : `${"before".padStart(columns)}  `}${unit.padStart(columns)}`;
  const fields = plan.by.map((one) => neutral(one, 60)).join(" · ");
  return [paint("dim", `${amounts}  ${isOfTimes(plan) ? "" : `${" ".repeat(BAR_COLUMNS)}  `}${fields}`.trimEnd())];
}

function rowLines(layout: TextLayout, table: AskTable, plan: AskPlan): string[] {
  const { rows, compared } = table;
  const { measure, by } = plan;
  const columns = amountColumns(table, plan);
  const isTime = isOfTimes(plan);
  const most = isTime ? 0 : Math.max(0, ...rows.flatMap(({ value, before }) => [value ?? 0, before ?? 0]));
  return rows.flatMap((row) => {
    const amounts = [
      ...(compared === null ? [] : [amountText(row.before ?? null, isTime)]),
      amountText(row.value, isTime),
    ].map((text) => text.padStart(columns));
    const drawn = isTime ? "" : bar(row.value ?? 0, most, BAR_COLUMNS);
    const head = `${amounts.join("  ")}  ${isTime ? "" : `${layout.paint("cyan", padded(drawn, BAR_COLUMNS))}  `}`;
    const isOfTime = by.length === 1 && by[0] === "time";
    const references = isOfTime ? "" : referencesText([...new Set(row.references)]);
    const group = groupText(row, by);
    const shift =
      row.g2 === undefined || (measure.verb !== "count" && measure.verb !== "rate") ? "" : ` (G² ${row.g2})`;
    const first = `${group}${shift}`;
    const isShort = columnsOf(head) + columnsOf(first) + columnsOf(references) + 2 <= layout.width;
    if (isShort) return [`${head}${first}${first === "" ? "" : "  "}${layout.paint("dim", references)}`.trimEnd()];
    const indent = " ".repeat(columnsOf(head));
    return [
      ...hang(layout, head, first),
      ...(references === "" ? [] : hang(layout, indent, layout.paint("dim", references))),
    ];
  });
}

/** "access.log:5, 9, 12": the lines of one file share its name. */
function referencesText(references: readonly string[]): string {
  const placed = [...new Set(references)].map((one) => {
    const at = one.lastIndexOf(":");
    return { file: one.slice(0, Math.max(0, at)), line: one.slice(at + 1), whole: one };
  });
  return placed
    .map(({ file, line, whole }, at) =>
      neutral(at > 0 && file !== "" && placed[at - 1]?.file === file ? line : whole, 200),
    )
    .join(", ");
}

function amountText(value: number | null, isTime: boolean): string {
  if (value === null) return "–";
  if (isTime) return utc(value);
  return Number.isInteger(value) ? String(value) : String(rounded(value));
}

const groupText = ({ group }: AskRow, by: readonly string[]): string =>
  by
    .map((name) => {
      const value = group[name] ?? null;
      if (value === null) return `(no ${neutral(name, 60)})`;
      return name === "time" ? utc(String(value)) : neutral(String(value), MAX_GROUP);
    })
    .join(" · ");

function refusalLines(layout: TextLayout, { misfits, nearest_text: nearest, why }: AskRefusal): string[] {
  return [
    ...(misfits.length === 0
      ? ["", ...hang(layout, "", `No plan was run: ${sentence(neutral(why))}`)]
      : section(
          layout,
          "This plan does not fit the data",
          misfits.flatMap((one) => misfitLines(layout, one)),
        )),
    ...(nearest === null
      ? []
      : [
          "",
          layout.paint(
            "bold",
            misfits.length === 0
              ? "A plan that may answer the question; type it in place of the question"
              : "The nearest plan that fits; type it in place of yours",
          ),
          ...hang(layout, "  ", neutral(nearest, 2_000)),
        ]),
  ];
}

function misfitLines(layout: TextLayout, { where, why, possible }: AskMisfit): string[] {
  const named = possible.slice(0, MAX_POSSIBLE).map((one) => neutral(one, 120));
  const more = possible.length > named.length ? ` and ${possible.length - named.length} more` : "";
  return [
    ...bullet(layout, `${where}: ${sentence(neutral(why))}`),
    ...(named.length === 0 ? [] : hang(layout, "    ", `Possible: ${named.join(", ")}${more}.`)),
  ];
}
