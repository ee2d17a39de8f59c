import type { types } from "@slack/bolt";
import { span } from "../../domain/phrasing.ts";
import type { Report } from "../../domain/report.ts";
import { runnerUp } from "../digest.ts";
import { blame, confidence, subject, VERDICT_WORDS } from "../headline.ts";
import { neutral } from "../neutral.ts";
import { actionWords, type Since } from "../since.ts";
import { began, percent, plural } from "../words.ts";
import {
  candidates,
  looked,
  nextSteps,
  notChecked,
  openActions,
  path,
  plan,
  pointers,
  similar,
} from "./card-sections.ts";
import { topEvidence } from "./evidence.ts";
import { cardText } from "./fallback.ts";
import { lookBlock, PRESS } from "./ids.ts";
import { MAX_ID, MAX_OPTION } from "./limits.ts";
import { type Block, button, code, line, plain, plainQuote, quoted, rich, words } from "./rich.ts";

/** A message: what is shown, and what notifications read out. */
export type Message = { text: string; blocks: Block[] };

export type CardOptions = {
  /** What was decided after the report was written. */
  since?: Since | undefined;
  /** A shadow only shows: nothing in it can be pressed that decides or runs anything. */
  isShadow?: boolean;
  /** Alerts of the same incident that came after the first. */
  furtherAlerts?: number;
};

const LIGHT = { root_cause: "🔴", inconclusive: "🟡", no_incident: "🟢", recovered: "🟢" } as const satisfies Record<
  Report["verdict"],
  string
>;
const MOST_CANDIDATES = 10;

/** A report as the answer in an alert's thread, to be read in ten seconds: the verdict, what bears it out, what to do. */
export function card(report: Report, { since, isShadow = false, furtherAlerts = 0 }: CardOptions = {}): Message {
  const blocks: Block[] = [
    { type: "header", text: plain(`${LIGHT[report.verdict]} ${VERDICT_WORDS[report.verdict]}`) },
    head(report, furtherAlerts),
    ...looked(report),
    ...candidates(report),
    ...path(report),
    ...topEvidence(report),
    ...similar(report),
    ...plan(report, since),
    ...pointers(report),
    ...nextSteps(report),
    ...notChecked(report),
    ...(isShadow ? [] : buttons(report, since)),
    foot(report, isShadow),
  ];
  return { text: cardText(report, since), blocks };
}

const field = (label: string, text: string) => [words(`\n${label}: `, "bold"), words(text)];

function head(report: Report, furtherAlerts: number): Block {
  const sure = confidence(report);
  return rich(
    line(
      quoted(blame(report).join("; and "), 1200, "bold"),
      ...(sure === null ? [] : field("Confidence", sure)),
      ...(report.verdict === "no_incident" && report.onset === null ? [] : field("Began", began(report))),
      ...field("Incident", subject(report)),
      ...(report.why.trim() === "" ? [] : field("Because", neutral(report.why))),
      ...(furtherAlerts === 0 ? [] : field("Alerts", `${plural(furtherAlerts, "more alert")} of this incident`)),
    ),
  );
}

/** Ids of ours are short; with another there is nothing to press. */
function buttons(report: Report, since: Since | undefined): Block[] {
  const { analysis_id: id } = report;
  if (lookBlock.of(id).length > MAX_ID || report.actions.some((action) => action.id.length > MAX_ID)) return [];
  const looking: types.ActionsBlockElement[] = [
    ...(report.evidence.length === 0 ? [] : [button(`Evidence (${report.evidence.length})`, PRESS.evidence, id)]),
    button("Similar", PRESS.similar, id),
    ...whyNot(report),
    button("Re-run", PRESS.rerun, id),
  ];
  return [
    ...openActions(report, since).map((action, i): Block => ({
      type: "actions",
      block_id: `decide-${i}`,
      elements: [
        button(`Approve: ${label(action)} …`, PRESS.approve, action.id, "primary"),
        button("Reject …", PRESS.reject, action.id, "danger"),
      ],
    })),
    { type: "actions", block_id: lookBlock.of(id), elements: looking },
    {
      type: "actions",
      block_id: "judge",
      elements: [button("👍 Right", PRESS.right, id), button("👎 Wrong", PRESS.wrong, id)],
    },
  ];
}

const label = (action: Report["actions"][number]): string => plainQuote(actionWords(action).title, 50).text;

/** A menu of the candidates that are not blamed. */
function whyNot(report: Report): types.ActionsBlockElement[] {
  if (runnerUp(report) === undefined && report.hypotheses.length < 2) return [];
  const others = report.hypotheses
    .map((one, at) => ({ ...one, at }))
    .filter(
      ({ entity, category }) =>
        !report.root_causes.some((cause) => cause.entity === entity && cause.category === category),
    );
  if (others.length === 0) return [];
  const options = others.slice(0, MOST_CANDIDATES).map(({ entity, category, confidence: sure, at }) => ({
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

function foot({ analysis_id: id, mode, model, timings, dropped_claims: dropped }: Report, isShadow: boolean): Block {
  const writer = mode === "llm" ? `written by ${neutral(model ?? "a model", 80)}` : "no model used";
  const left =
    dropped === 0 ? "" : ` · ${plural(dropped, "sentence")} of the model left out: the evidence does not bear them out`;
  const shadow = isShadow ? " · shadow: nothing can be decided from here" : "";
  return rich(
    line(
      words("Analysis ", "italic"),
      code(id),
      quoted(
        ` · ${writer} · ${timings.ms < 1000 ? `${Math.round(timings.ms)} ms` : span(timings.ms)}${left}${shadow}`,
        400,
        "italic",
      ),
    ),
  );
}
