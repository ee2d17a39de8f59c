import type { types } from "@slack/bolt";
import type { Report } from "../../domain/report.ts";
import { neutral } from "../neutral.ts";
import { causeLabel, hypothesisLabel, percent } from "../labels.ts";
import { similar } from "./card-sections.ts";
import { evidenceItems } from "./evidence.ts";
import { FIELD, MODAL } from "./ids.ts";
import { MAX_OPTION } from "./limits.ts";
import { paged, turner } from "./paging.ts";
import { type Block, cite, line, listed, plain, plainQuote, quoted, rich, words } from "./rich.ts";

/** State that a modal carries. Slack hands it back unchanged when someone submits the modal. */
export type Remembered = { analysisId: string; page: number };

const modal = (
  callbackId: string,
  title: string,
  blocks: Block[],
  rest: Partial<types.ModalView> = {},
): types.ModalView => ({
  type: "modal",
  callback_id: callbackId,
  title: plain(title),
  close: plain("Close"),
  blocks,
  ...rest,
});

/** One page of all evidence, strongest first. A page number out of range gives the nearest page. */
export function evidenceModal(report: Report, page: number): types.ModalView {
  const pages = paged(evidenceItems(report));
  const at = Math.min(Math.max(0, page), pages.length - 1);
  const remembered: Remembered = { analysisId: report.analysis_id, page: at };
  const empty = [rich(line(words("This analysis found nothing abnormal.")))];
  const shown = pages[at] ?? [];
  const title = pages.length === 1 ? "Evidence" : `Evidence ${at + 1} of ${pages.length}`;
  return modal(MODAL.evidence, title, [...(shown.length === 0 ? empty : shown), ...turner(at, pages.length)], {
    private_metadata: JSON.stringify(remembered),
  });
}

/** Similar past incidents, with their outcome. */
export const similarModal = (report: Report): types.ModalView =>
  modal(
    MODAL.similar,
    "Similar incidents",
    report.similar.length === 0
      ? [rich(line(words("Causeway remembers no similar incident.")))]
      : similar(report, report.similar.length).slice(0, 20),
  );

/** Why a candidate is not the root cause: evidence for it, evidence against it, and what would settle it. */
export function whyNotModal(report: Report, index: number): types.ModalView {
  const one = report.hypotheses[index];
  if (one === undefined) return notice("Why not", "This report has no such candidate.");
  const [blamed] = report.root_causes;
  const evidence = (ids: readonly string[]): Report["evidence"] =>
    ids.flatMap((id) => report.evidence.find((found) => found.id === id) ?? []);
  const summaries = (ids: readonly string[]) =>
    evidence(ids)
      .slice(0, 8)
      .map(({ id, summary }) => [quoted(summary), ...cite([id])]);
  return modal(MODAL.whyNot, "Why not", [
    rich(
      line(
        quoted(one.entity, 120, "bold"),
        quoted(`: ${hypothesisLabel(one)}, ${percent(one.confidence)}, ${one.status.replace("_", " ")}`),
      ),
    ),
    rich(line(quoted(one.why, 1000))),
    ...(blamed === undefined
      ? []
      : [
          rich(
            line(
              words("Root cause instead: "),
              quoted(blamed.entity, 120, "bold"),
              quoted(`, ${percent(blamed.confidence)}`),
            ),
          ),
        ]),
    ...listed(
      "Reasons",
      "bullet",
      one.reasons.slice(0, 10).map((reason) => [quoted(reason)]),
    ),
    ...listed("Evidence for", "bullet", summaries(one.evidence_ids)),
    ...listed("Evidence against", "bullet", summaries(one.against_ids)),
    ...(one.would_refute === "" ? [] : [rich(line(words("Ruled out if: ", "bold"), quoted(one.would_refute)))]),
  ]);
}

/** A modal with one message and no input. */
export const notice = (title: string, text: string): types.ModalView =>
  modal(MODAL.notice, title, [rich(line(quoted(text, 1000)))]);

/** Asks for the true cause after somebody marked the analysis as wrong. */
export function correctModal(report: Report): types.ModalView {
  const options = [
    ...report.hypotheses.slice(0, 20).map(({ entity, category }, at) => ({
      text: plainQuote(`${neutral(entity, 40)}: ${causeLabel(category)}`, MAX_OPTION),
      value: String(at),
    })),
    { text: plain("None of these"), value: "none" },
    { text: plain("It was a false alarm"), value: "false-alarm" },
  ];
  return modal(
    MODAL.correct,
    "What was it?",
    [
      {
        type: "input",
        block_id: FIELD.cause,
        label: plain("The true cause"),
        element: { type: "static_select", action_id: FIELD.cause, options },
      },
      {
        type: "input",
        block_id: FIELD.note,
        optional: true,
        label: plain("In your own words"),
        element: { type: "plain_text_input", action_id: FIELD.note, multiline: true, max_length: 2000 },
      },
    ],
    {
      submit: plain("Save"),
      private_metadata: JSON.stringify({ analysisId: report.analysis_id, page: 0 } satisfies Remembered),
    },
  );
}
