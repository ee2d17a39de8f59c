import type { Proportion } from "../figures.ts";
import { columns, fixed } from "../print-runs.ts";
import type { OpsQaRun } from "./run-ops-qa.ts";
import type { AccuracyRow, OrderComparison, OrderScores } from "./score-answers.ts";

/** Rows of a category in the text; JSON has all. */
const MOST_ROWS = 12;
const MOST_FAILURES = 5;
const LONGEST_NAME = 60;

const share = ({ value, n, low, high }: Proportion): string =>
  value === null ? "-" : `${fixed(value)} [${fixed(low, 2)}, ${fixed(high, 2)}]  n=${n}`;
const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").slice(0, LONGEST_NAME);

const accuracyCells = ({ name, accuracy, unreadable }: AccuracyRow): string[] => [
  oneLine(name),
  share(accuracy),
  unreadable === 0 ? "" : `${unreadable} unreadable`,
];

function table(title: string, rows: readonly AccuracyRow[]): string[] {
  const more = rows.length - MOST_ROWS;
  return [
    title,
    ...columns(rows.slice(0, MOST_ROWS).map(accuracyCells)),
    ...(more > 0 ? [`  and ${more} more, in the output of --json`] : []),
  ];
}

function agreementLines({ agreement }: OrderScores, votes: number): string[] {
  if (agreement === null) return [];
  return [
    `self-consistency: the majority of ${votes} replies; on average ${fixed(agreement.mean, 2)} of them agree with it`,
    ...columns([
      ["all agree", share(agreement.unanimous)],
      ["not all agree", share(agreement.divided)],
    ]),
  ];
}

function shuffleLines({ difference, onlyAsGiven, onlyShuffled, sameChoice, positions }: OrderComparison): string[] {
  const { a, b, difference: gain, low, high, n } = difference;
  const total = positions.reduce((sum, { right }) => sum + right, 0);
  return [
    `order of the options, ${n} questions in both orders`,
    ...columns([
      ["accuracy in the order of the file", fixed(a)],
      ["accuracy in a shuffled order", fixed(b)],
      ["difference", `${fixed(gain)} [${fixed(low)}, ${fixed(high)}]`],
      ["right only in the order of the file", String(onlyAsGiven)],
      ["right only in the shuffled order", String(onlyShuffled)],
      ["the same choice in both", share(sameChoice)],
    ]),
    ...(total === 0
      ? []
      : [
          "place of the option, questions with one right option",
          ...columns([
            ["", "right", "chosen"],
            ...positions.map(({ position, right, chosen }) => [position, String(right), String(chosen)]),
          ]),
        ]),
  ];
}

function fileLines({ files }: OpsQaRun): string[] {
  return files.flatMap(({ path, layout, questions, leftOut }) => [
    `${path}: ${questions} questions in the layout of ${layout}`,
    ...leftOut.map(({ reason, entries }) => `  left out ${entries}: ${reason}`),
  ]);
}

function unfinishedLines({ failed, remaining }: OpsQaRun): string[] {
  const more = failed.length - MOST_FAILURES;
  return [
    ...(remaining > 0 ? [`${remaining} not begun: --max-tokens is used up. A run with the same --out goes on.`] : []),
    ...(failed.length > 0
      ? [
          `${failed.length} without an answer, in no figure. A run with the same --out tries them again.`,
          ...failed.slice(0, MOST_FAILURES).map(({ id, why }) => `  ${oneLine(id)}: ${why}`),
          ...(more > 0 ? [`  and ${more} more`] : []),
        ]
      : []),
  ];
}

/** The accuracy of a model with intervals and baselines, and by what it differs. */
export function printOpsQa(run: OpsQaRun): string {
  const { setup, asGiven, shuffle, use, answeredBefore } = run;
  const { guess, alwaysLetter } = asGiven.baselines;
  const before = answeredBefore > 0 ? `, ${answeredBefore} of the answers from earlier runs` : "";
  const estimated = use.estimatedAnswers > 0 ? `, estimated for ${use.estimatedAnswers} answers` : "";
  return [
    ...fileLines(run),
    `${setup.model} at ${setup.server}${before}`,
    ...columns([
      ["accuracy", share(asGiven.accuracy)],
      ["unreadable answers, counted as wrong", String(asGiven.unreadable)],
      ["a guess", fixed(guess)],
      [
        "always the most frequent answer",
        alwaysLetter === null ? "-" : `${fixed(alwaysLetter.accuracy)} (${alwaysLetter.letter})`,
      ],
    ]),
    ...table("by number of right options", asGiven.byAnswers),
    ...table("by number of options", asGiven.byOptions),
    ...asGiven.byCategory.flatMap(({ field, rows }) => table(`by ${field}`, rows)),
    ...agreementLines(asGiven, setup.votes),
    ...(shuffle?.comparison ? shuffleLines(shuffle.comparison) : []),
    ...(shuffle && shuffle.keptOrder > 0
      ? [`${shuffle.keptOrder} questions have options that name other options, and were not shuffled`]
      : []),
    `tokens: ${use.inputTokens} in, ${use.outputTokens} out, ${use.replies} replies${estimated}`,
    ...unfinishedLines(run),
  ].join("\n");
}
