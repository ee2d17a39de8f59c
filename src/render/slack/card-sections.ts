import type { Report } from "../../domain/report.ts";
import { causeMark, looks, openQuestions, type Stop, stops } from "../digest.ts";
import { neutral } from "../neutral.ts";
import { actionWords, type Since, standingOf } from "../since.ts";
import { causeWords, outcomeWords, percent, plural, pointerWords, runbookWords, sentence } from "../words.ts";
import { type Block, cite, code, line, listed, quoted, rich, words } from "./rich.ts";

const MOST_CANDIDATES = 4;
const MOST_SIMILAR = 3;
const MOST_STOPS = 7;
const MOST_UNCHECKED = 5;
const MOST_ACTIONS = 8;
const MOST_ASKS = 3;
const MOST_POINTERS = 3;

/** A long path loses its middle: its ends are what matters. */
const fold = (all: readonly Stop[]): (Stop | { hidden: number })[] =>
  all.length <= MOST_STOPS
    ? [...all]
    : [...all.slice(0, 2), { hidden: all.length - MOST_STOPS + 1 }, ...all.slice(3 - MOST_STOPS)];

export const path = (report: Report): Block[] =>
  listed(
    "Path from symptom to cause",
    "ordered",
    fold(stops(report)).map((stop) => {
      if ("hidden" in stop) return [words(`… ${stop.hidden} more`)];
      const mark = stop.role === "between" ? "" : ` (${stop.role === "cause" ? causeMark(report) : stop.role})`;
      const what = stop.what === null || stop.role === "cause" ? [] : [quoted(`: ${stop.what}`, 200)]; // the cause's stands below, as evidence
      return [
        quoted(stop.entity, 120, "bold"),
        ...(mark === "" ? [] : [words(mark)]),
        ...what,
        ...cite(stop.evidenceIds),
      ];
    }),
  );

/** The candidates of an inconclusive analysis, best first, with the strongest reason for each. */
export const candidates = ({ verdict, hypotheses }: Report): Block[] =>
  verdict !== "inconclusive"
    ? []
    : listed(
        "Top candidates",
        "ordered",
        hypotheses
          .filter(({ status }) => status !== "ruled_out")
          .slice(0, MOST_CANDIDATES)
          .map(({ entity, category, confidence, reasons, why, evidence_ids: ids }) => [
            quoted(entity, 120, "bold"),
            quoted(` ${percent(confidence)}, ${causeWords(category)}: ${reasons[0] ?? why}`),
            ...cite(ids),
          ]),
      );

/** What a quiet analysis looked at, so that "nothing found" can be believed. */
export const looked = (report: Report): Block[] =>
  report.verdict !== "no_incident"
    ? []
    : listed(
        "Looked at",
        "bullet",
        looks(report).map(({ label, checked, found }) => {
          const gave = found.length === 0 ? "quiet" : `${plural(found.length, "sign")}, none of an incident`;
          return [
            words(
              `${label}: ${checked === "no" ? "not checked" : gave}${checked === "in part" ? ", read in part" : ""}`,
            ),
            ...(checked === "no" ? [] : cite(found)),
          ];
        }),
      );

export const similar = ({ similar: all }: Report, limit = MOST_SIMILAR): Block[] =>
  listed(
    "Similar incidents",
    "bullet",
    all.slice(0, limit).map(({ incident_id: id, score, outcome, entity, category, why }) => {
      const was = [entity, category === null ? null : causeWords(category)]
        .flatMap((part) => part ?? [])
        .map((part) => neutral(part, 100))
        .join(", ");
      return [
        code(id, 100),
        quoted(
          ` (${neutral(outcomeWords(outcome), 30)}, ${percent(score)} likely the same cause): ${was === "" ? "" : `${was}; `}${sentence(neutral(why, 200))}`,
        ),
      ];
    }),
  );

/** The runbook that fits, and for each action what it means, or what was decided. */
export function plan({ runbook, actions }: Report, since: Since | undefined): Block[] {
  const [first] = actions;
  if (runbook === null && first === undefined) return [];
  const because = runbookWords(
    neutral(runbook?.name ?? first?.runbook ?? "", 80),
    neutral(runbook?.why ?? "", 240),
    runbook?.drafted === true,
  );
  return [
    rich(line(words("Plan\n", "bold"), words(because))),
    ...actions.slice(0, MOST_ACTIONS).map((action, i) => rich(line(words(`${i + 1}. `), ...actionLine(action, since)))),
    ...(actions.length > MOST_ACTIONS
      ? [
          rich(
            line(
              words(`… ${actions.length - MOST_ACTIONS} more actions: see `),
              code(`causeway show ${actions[0]?.id.replace(/-a\d+$/, "") ?? ""}`),
            ),
          ),
        ]
      : []),
  ];
}

/** "Restart the workload: store" with its risk, and where it stands. */
function actionLine(action: Report["actions"][number], since: Since | undefined): ReturnType<typeof cite> {
  const { title, target } = actionWords(action);
  const terms = `${action.risk} risk · ${action.reversible ? "can be undone" : "CANNOT be undone"} · ${action.blast_radius.size} blast radius`;
  const standing = standingOf(action, since);
  return [
    quoted(title, 160, "bold"),
    ...(target === null ? [] : [words(" on "), code(target)]),
    words(`\n${terms}`),
    ...cite(action.evidence_ids),
    words("\n"),
    ...(standing.isOpen ? [words(standing.until)] : [quoted(standing.what, 600, "bold")]),
  ];
}

export const openActions = ({ actions }: Report, since: Since | undefined): Report["actions"] =>
  actions.slice(0, MOST_ACTIONS).filter((action) => standingOf(action, since).isOpen);

/** Where the alerts say that a person reads what to do. To be copied: who wrote an alert may have written the address. */
export const pointers = ({ alert_runbooks: all = [] }: Report): Block[] =>
  listed(
    "Runbooks that alerts point to",
    "bullet",
    all.slice(0, MOST_POINTERS).map((one) => [code(one.url, 400), quoted(` (${pointerWords(one)})`, 240)]),
  );

/** What to ask next, and what would show the verdict wrong. */
export function nextSteps(report: Report): Block[] {
  const { asks, refute } = openQuestions(report);
  const steps = [...asks.slice(0, MOST_ASKS), ...(refute === null ? [] : [`It is something else if: ${refute}`])];
  return listed(
    report.verdict === "inconclusive" ? "Ask this next" : "Next steps",
    "bullet",
    steps.map((step) => [quoted(step)]),
  );
}

export const notChecked = ({ not_checked: missed }: Report): Block[] =>
  listed("Not checked", "bullet", [
    ...missed.slice(0, MOST_UNCHECKED).map(({ source, why }) => [code(source, 80), quoted(`: ${why}`, 240)]),
    ...(missed.length > MOST_UNCHECKED ? [[words(`${missed.length - MOST_UNCHECKED} more`)]] : []),
  ]);
