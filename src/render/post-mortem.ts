import type { HumanNote } from "../domain/chat-thread.ts";
import { span } from "../domain/phrasing.ts";
import type { Report } from "../domain/report.ts";
import { actionLabel, actionStatusOf, type ReviewState } from "./action-status.ts";
import { openQuestions, strongest, uncheckedOf } from "./digest.ts";
import { summaryOf } from "./finding-words.ts";
import { affectedLine, confidenceLine, incidentLine, severityLine, VERDICT_LABEL, verdictLines } from "./headline.ts";
import { reasonOf } from "./hypotheses.ts";
import { causeLabel, hypothesisLabel, onsetLine, outcomeLabel, percent, sentence, utc } from "./labels.ts";
import { code, inert } from "./markdown-escape.ts";
import { cite } from "./markdown-parts.ts";
import { neutral } from "./neutral.ts";

/** One line of a draft. `code`: exact text after it, such as a hash. Not safe to show: the text is somebody else's. */
export type DraftItem = { text: string; evidenceIds: readonly string[]; code?: string };
/** `ask`: what only people can write here. */
export type DraftSection = { heading: string; items: DraftItem[]; ask: string | null };
/** The draft of a post-mortem: what the records say, and the gaps that people fill. */
export type PostMortemDraft = { title: string; facts: [label: string, text: string][]; sections: DraftSection[] };

const MAX_EVIDENCE = 12;
const MAX_TIMELINE = 40;

const item = (text: string, evidenceIds: readonly string[] = []): DraftItem => ({ text, evidenceIds });
const part = (heading: string, items: DraftItem[], ask: string | null = null): DraftSection => ({
  heading,
  items,
  ask,
});

/** Drafts a post-mortem from the report, the decisions made on it, and the notes of people. */
export function postMortemDraft(report: Report, review: ReviewState, notes: readonly HumanNote[]): PostMortemDraft {
  const facts = (
    [
      ["Incident", incidentLine(report)],
      ["Verdict", `${VERDICT_LABEL[report.verdict]}: ${verdictLines(report).join("; ")}`],
      ["Confidence", confidenceLine(report)],
      ["Began", onsetLine(report)],
      ["Affected", affectedLine(report)],
      ["Severity", severityLine(report)],
    ] as const
  ).flatMap(([label, text]): [string, string][] => (text === null ? [] : [[label, text]]));
  const { queries, refute } = openQuestions(report);
  return {
    title: `Post-mortem: ${neutral(report.title, 160)}`,
    facts,
    sections: [
      part(
        "Summary",
        report.claims.slice(0, 6).map(({ text, evidence_ids: ids }) => item(text, ids)),
        "What happened, for readers who were not there.",
      ),
      part("Impact", [], "Who noticed what, and for how long? Requests, orders, money."),
      part("Timeline", timelineItems(report, review, notes)),
      part("Root cause", rootCauseItems(report)),
      part(
        "Evidence",
        strongest(report, MAX_EVIDENCE).map((found) => item(summaryOf(found), [found.id])),
      ),
      part("What else was considered", otherItems(report)),
      part("Detection", detectionItems(report), "Should an alert have come earlier, or another one?"),
      part("What was done", actionItems(report, review), "What did people do besides?"),
      part(
        "Similar incidents",
        report.similar.map(({ incident_id: id, outcome, entity, category }) =>
          item(
            `${id} (${outcomeLabel(outcome)})${entity === null ? "" : `: ${entity}`}${category === null ? "" : `, ${causeLabel(category)}`}`,
          ),
        ),
      ),
      part("Open questions", [
        ...queries.map((query) => item(query)),
        ...(refute === null ? [] : [item(`The verdict is wrong if ${sentence(refute)}`)]),
        ...uncheckedOf(report).map(({ sources, why }) => item(`Not checked: ${sources.join(", ")}: ${why}`)),
      ]),
      part("Follow-ups", [], "What changes so that it does not happen again? Who does it, and by when?"),
    ],
  };
}

function timelineItems(report: Report, { decisions }: ReviewState, notes: readonly HumanNote[]): DraftItem[] {
  const central = new Set(
    [
      ...strongest(report, MAX_EVIDENCE),
      ...report.evidence.filter(({ signal }) => signal === "alert" || signal === "change"),
    ].map(({ id }) => id),
  );
  const found = report.timeline
    .filter(({ evidence_id: id }) => central.has(id))
    .map(({ at, entity, what, evidence_id: id }) => ({
      atMs: Date.parse(at),
      text: what.includes(entity) ? what : `${entity}: ${what}`,
      ids: [id],
    }));
  const moments = [
    ...(report.onset === null ? [] : [{ atMs: Date.parse(report.onset), text: "The fault began", ids: [] }]),
    ...(report.alarm_at === null ? [] : [{ atMs: Date.parse(report.alarm_at), text: "The alarm", ids: [] }]),
  ];
  const people = [
    ...decisions.map(({ actionId, decision, by, atMs }) => ({ atMs, text: `${by} ${decision} ${actionId}`, ids: [] })),
    ...notes.map(({ by, text, atMs }) => ({ atMs, text: `${by} noted: ${text}`, ids: [] })),
  ];
  return [...moments, ...found.slice(0, MAX_TIMELINE), ...people]
    .toSorted((a, b) => a.atMs - b.atMs)
    .map(({ atMs, text, ids }) => item(`${utc(atMs)}: ${text}`, ids));
}

const rootCauseItems = (report: Report): DraftItem[] => [
  ...verdictLines(report).map((line, at) => item(line, report.root_causes[at]?.evidence_ids.slice(0, 5) ?? [])),
  ...report.propagation.map(({ source, target, condition, effect, evidence_ids: ids }) =>
    item(`${source} → ${target}: ${condition}; ${effect}`, ids),
  ),
];

const otherItems = (report: Report): DraftItem[] =>
  report.hypotheses
    .slice(1, 5)
    .map((one) =>
      item(
        `${one.entity}: ${hypothesisLabel(one)}, ${percent(one.confidence)}: ${reasonOf(one, report)}`,
        one.against_ids.slice(0, 5),
      ),
    );

const detectionItems = ({ alarm_lag_seconds: lag }: Report): DraftItem[] =>
  lag === undefined
    ? []
    : [item(`The alarm came ${span(Math.abs(lag) * 1_000)} ${lag >= 0 ? "after" : "before"} the onset.`)];

const actionItems = ({ actions }: Report, review: ReviewState): DraftItem[] =>
  actions.map((action) => {
    const { title, target } = actionLabel(action);
    const status = actionStatusOf(action, review);
    return {
      text: `${title}${target === null ? "" : ` on ${target}`}: ${status.isOpen ? `proposed, ${status.until}` : status.what}`,
      evidenceIds: action.evidence_ids.slice(0, 5),
      code: `sha256 ${action.script_sha256}`,
    };
  });

/** The draft as CommonMark. Text of others is inert. */
export function postMortemMarkdown({ title, facts, sections }: PostMortemDraft): string {
  const lines = [
    `# ${inert(title, 200)}`,
    "",
    ...facts.map(([label, text]) => `- **${label}**: ${inert(text, 800)}`),
    ...sections
      .filter(({ items, ask }) => items.length > 0 || ask !== null)
      .flatMap(({ heading, items, ask }) => [
        "",
        `## ${heading}`,
        "",
        ...items.map(
          ({ text, evidenceIds, code: exact }) =>
            `- ${inert(text, 800)}${cite(evidenceIds)}${exact === undefined ? "" : `, ${code(exact, 120)}`}`,
        ),
        ...(ask === null ? [] : [...(items.length > 0 ? [""] : []), `_To fill in: ${ask}_`]),
      ]),
  ];
  return `${lines.join("\n")}\n`;
}
