import type { AskAnswer, AskRow } from "../../domain/ask-answer.ts";
import { rounded } from "../../domain/phrasing.ts";
import { sentence } from "../labels.ts";
import { neutral } from "../neutral.ts";
import { sparkline } from "../text-chart.ts";
import type { Message } from "./card.ts";
import { escaped } from "./escape.ts";
import { fit } from "./fallback.ts";
import { type Block, cite, line, list, listed, quoted, rich, verbatim, words } from "./rich.ts";

const MOST = { claims: 12, rows: 10, canAsk: 8 };

/** An answer in a thread: sentences with their evidence, or the table of a plan, or why there is none. */
export function answerMessage(answer: AskAnswer): Message {
  const { claims, table, refusal, can_ask: canAsk, noted, limits, plan_text: plan, written_by: by } = answer;
  const shown = claims.slice(0, MOST.claims);
  const author =
    by === "code" || claims.length === 0
      ? []
      : [`In the words of ${neutral(by, 80)}; each sentence was checked against its evidence.`];
  const rest = [
    ...(refusal === null
      ? []
      : [sentence(refusal.why), ...(refusal.nearest_text === null ? [] : [`Try: ${refusal.nearest_text}`])]),
    ...(noted ? ["Kept as a note for the next analysis. It changes no ranking."] : []),
    ...limits,
    ...author,
  ];
  const rows = table === null ? [] : table.rows.slice(0, MOST.rows).map((row) => rowText(row));
  const head =
    table === null
      ? []
      : [
          `${table.matched} of ${table.read} matched${table.series === null ? "" : `  ${sparkline(table.series.counts)}`}`,
        ];
  const blocks: Block[] = [
    ...(shown.length === 0
      ? []
      : [
          rich(
            list(
              "bullet",
              shown.map(({ text, evidence_ids: ids }) => [quoted(sentence(text), 700), ...cite(ids)]),
            ),
          ),
        ]),
    ...(table === null ? [] : [rich(line(quoted(plan ?? "", 800, "code")), verbatim([...head, ...rows].join("\n")))]),
    ...(rest.length === 0
      ? []
      : [
          rich(
            line(
              ...rest
                .flatMap((text, at) => [words(at === 0 ? "" : "\n"), quoted(text, 600)])
                .filter((one) => !("text" in one) || one.text !== "(empty)"),
            ),
          ),
        ]),
    ...listed(
      "What can be answered",
      "bullet",
      canAsk.slice(0, MOST.canAsk).map((text) => [quoted(text, 200)]),
    ),
  ];
  const text = fit([
    ...shown.map(({ text: claim }) => escaped(sentence(claim), 600)),
    ...head,
    ...rows.map((row) => escaped(row, 200)),
    ...rest.map((one) => escaped(one, 400)),
    ...canAsk.map((one) => escaped(one, 200)),
  ]);
  return { text: text || "(no answer)", blocks: blocks.length === 0 ? [rich(line(words("(no answer)")))] : blocks };
}

const rowText = ({ group, value, before }: AskRow): string => {
  const amount = value === null ? "–" : String(rounded(value));
  const earlier = before === undefined ? "" : `${before === null ? "–" : rounded(before)} → `;
  return `${`${earlier}${amount}`.padStart(8)}  ${neutral(Object.values(group).map(String).join(" · "), 160)}`.trimEnd();
};
