import type { LedgerKey, LedgerRow, LedgerSummary } from "../domain/model-rollup.ts";
import { utc } from "./labels.ts";
import { columnsOf, padded, textLayout } from "./layout.ts";
import { dollars } from "./model-cost.ts";
import { neutral } from "./neutral.ts";

/** A column of a table: heading, and what a row shows. Numbers are aligned to the right. */
type Column = { heading: string; show: (row: LedgerRow) => string };

const NONE = "–";
const KEY_HEADING: Readonly<Record<LedgerKey, string>> = {
  day: "day (UTC)",
  model: "model",
  task: "task",
  incident: "incident",
  prompt: "prompt",
};
const LONGEST_KEY = 40;
const GAP = "  ";

const USE: readonly Column[] = [
  { heading: "calls", show: ({ calls }) => whole(calls) },
  { heading: "cached", show: ({ cached, cachedShare }) => (cached === 0 ? "0" : percent(cachedShare)) },
  { heading: "failed", show: ({ failed }) => whole(failed) },
  { heading: "held back", show: ({ heldBack }) => whole(heldBack) },
  { heading: "tokens in", show: ({ inputTokens }) => whole(inputTokens) },
  { heading: "out", show: ({ outputTokens }) => whole(outputTokens) },
  { heading: "cost", show: costText },
];
const QUALITY: readonly Column[] = [
  { heading: "first token, s", show: ({ firstTokenMs }) => seconds(firstTokenMs) },
  { heading: "in all, s", show: ({ totalMs }) => seconds(totalMs) },
  { heading: "refused", show: ({ refusalShare }) => percent(refusalShare) },
  { heading: "malformed", show: ({ malformedShare }) => percent(malformedShare) },
  { heading: "unsupported", show: ({ unsupportedShare }) => percent(unsupportedShare) },
];

/** Two tables: what was used, and how fast and how good the answers were. Then what the words mean. */
export function renderLedger(
  { by, sinceMs, rows, total }: LedgerSummary,
  options: { color: boolean; width: number } = { color: false, width: 80 },
): string {
  const when = sinceMs === null ? "" : ` since ${utc(sinceMs)}`;
  if (rows.length === 0) return `No calls of a model are on record${when}.\n`;
  const { paint, width } = textLayout(options);
  const shown = rows.length === 1 ? rows : [...rows, { ...total, key: "all" }];
  const table = (columns: readonly Column[]): string[] => {
    const [heading = "", ...lines] = aligned(KEY_HEADING[by], columns, shown, width);
    return [paint("dim", heading), ...lines];
  };
  return `${[
    paint("bold", `Calls of models${when}, by ${by}`),
    "",
    ...table(USE),
    "",
    ...table(QUALITY),
    "",
    paint("dim", "Times are p50/p95/p99 of answers from servers. malformed: of the answers that were judged."),
    paint("dim", "unsupported: of all claims, those without evidence."),
    ...(total.unpriced === 0 ? [] : [paint("dim", "?: the price of some calls is not known (CAUSEWAY_MODEL_PRICE).")]),
  ].join("\n")}\n`;
}

function aligned(keyHeading: string, columns: readonly Column[], rows: readonly LedgerRow[], width: number): string[] {
  const cells = [columns.map(({ heading }) => heading), ...rows.map((row) => columns.map(({ show }) => show(row)))];
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => columnsOf(row[i] ?? ""))));
  const taken = widths.reduce((sum, one) => sum + one + GAP.length, 0);
  const longest = Math.max(8, Math.min(LONGEST_KEY, width - taken));
  const keys = [keyHeading, ...rows.map(({ key }) => neutral(key, longest))];
  const keyWidth = Math.max(...keys.map(columnsOf));
  return cells.map((row, at) =>
    [
      padded(keys[at] ?? "", keyWidth),
      ...row.map((cell, i) => " ".repeat((widths[i] ?? 0) - columnsOf(cell)) + cell),
    ].join(GAP),
  );
}

const whole = (value: number): string => Math.round(value).toLocaleString("en");

const percent = (share: number | null): string => (share === null ? NONE : `${Math.round(share * 1000) / 10} %`);

const seconds = (times: LedgerRow["totalMs"]): string =>
  times === null
    ? NONE
    : [times.p50, times.p95, times.p99].map((ms) => (ms / 1000).toFixed(ms < 10_000 ? 2 : 0)).join("/");

/** Calls without a known price make the sum a lower bound. */
function costText({ usd, unpriced, calls, failed, heldBack, cached }: LedgerRow): string {
  if (unpriced === 0) return dollars(usd);
  return unpriced === calls - failed - heldBack - cached ? "?" : `≥ ${dollars(usd)} ?`;
}
