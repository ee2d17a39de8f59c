import { mean } from "../../stats/mean.ts";
import { pairedBootstrap, type PairedDifference } from "../../stats/bootstrap.ts";
import { type Proportion, proportion } from "../figures.ts";
import type { QuestionAnswer } from "./answer-file.ts";
import { letterOf, lettersOf, type ChoiceQuestion } from "./question.ts";
import { majorityOf } from "./votes.ts";

/** A question with what was chosen. `chosen`: null when every reply was unreadable. */
export type ScoredAnswer = {
  question: ChoiceQuestion;
  chosen: readonly number[] | null;
  agreement: number;
  right: boolean;
};

export function scoredAnswer(question: ChoiceQuestion, { votes }: Pick<QuestionAnswer, "votes">): ScoredAnswer {
  const majority = majorityOf(votes);
  const chosen = majority?.chosen ?? null;
  const right = chosen !== null && lettersOf(chosen) === lettersOf(question.right);
  return { question, chosen, agreement: majority?.agreement ?? 0, right };
}

const accuracyOf = (answers: readonly ScoredAnswer[]): Proportion =>
  proportion(answers.map(({ right }) => Number(right)));

export type AccuracyRow = { name: string; accuracy: Proportion; unreadable: number };
const rowOf = (name: string, answers: readonly ScoredAnswer[]): AccuracyRow => ({
  name,
  accuracy: accuracyOf(answers),
  unreadable: answers.filter(({ chosen }) => chosen === null).length,
});

/** Rows by what `namesOf` says of a question, in the order of first appearance. */
function rowsBy(
  answers: readonly ScoredAnswer[],
  namesOf: (question: ChoiceQuestion) => readonly string[],
): AccuracyRow[] {
  const groups = new Map<string, ScoredAnswer[]>();
  for (const answer of answers)
    for (const name of namesOf(answer.question)) {
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [answer]);
      else group.push(answer);
    }
  return [...groups].map(([name, of]) => rowOf(name, of));
}

const bySize = (rows: readonly AccuracyRow[]): AccuracyRow[] =>
  rows.toSorted((a, b) => b.accuracy.n - a.accuracy.n || (a.name < b.name ? -1 : 1));

/** The chance of a guess: one of the options, or any set of them where several may be right. */
const chanceOf = ({ options, right }: ChoiceQuestion): number =>
  right.length === 1 ? 1 / options.length : 1 / (2 ** options.length - 1);

/** The letter that is right most often, and the accuracy of always choosing it. */
function bestLetter(questions: readonly ChoiceQuestion[]): { letter: string; accuracy: number } | null {
  const rights = Map.groupBy(questions, ({ right }) => lettersOf(right));
  const most = [...rights].toSorted(([a, of], [b, others]) => others.length - of.length || (a < b ? -1 : 1))[0];
  return most === undefined ? null : { letter: most[0], accuracy: most[1].length / questions.length };
}

/**
 * Of the answers in one order. An unreadable answer is wrong, and counted as such. `agreement`: null for one reply a
 * question.
 */
export function orderScores(answers: readonly ScoredAnswer[], votes: number, severalFiles: boolean) {
  const questions = answers.map(({ question }) => question);
  const fields = [...new Set(questions.flatMap(({ categories }) => categories.map(([field]) => field)))].toSorted();
  return {
    accuracy: accuracyOf(answers),
    unreadable: answers.filter(({ chosen }) => chosen === null).length,
    byAnswers: rowsBy(answers, ({ right }) => [right.length === 1 ? "one right option" : "several right options"]),
    byOptions: rowsBy(answers, ({ options }) => [String(options.length)]).toSorted(
      (a, b) => Number(a.name) - Number(b.name),
    ),
    byCategory: [
      ...(severalFiles ? [{ field: "file", rows: rowsBy(answers, ({ file }) => [file]) }] : []),
      ...fields.map((field) => ({
        field,
        rows: bySize(
          rowsBy(answers, ({ categories }) => categories.flatMap(([one, value]) => (one === field ? [value] : []))),
        ),
      })),
    ],
    agreement:
      votes === 1
        ? null
        : {
            mean: mean(answers.map(({ agreement }) => agreement)),
            unanimous: accuracyOf(answers.filter(({ agreement }) => agreement === 1)),
            divided: accuracyOf(answers.filter(({ agreement }) => agreement < 1)),
          },
    baselines: { guess: mean(questions.map(chanceOf)), alwaysLetter: bestLetter(questions) },
  };
}
export type OrderScores = ReturnType<typeof orderScores>;

/** Where an option stood among those shown: how often the right one stood there, and how often that one was chosen. */
export type PositionRow = { position: string; right: number; chosen: number };

/** A question as it was shown in the order of the file and in another. */
export type AnswerPair = { given: ScoredAnswer; shuffled: ScoredAnswer; order: readonly number[] };

/**
 * Compares the accuracy in both orders on the same questions. `positions` are of the questions with one right option,
 * in both orders: a model without a bias chooses each place about as often as the right option stands there.
 */
export function compareOrders(pairs: readonly AnswerPair[], seed: number) {
  if (pairs.length === 0) return null;
  const difference: PairedDifference = pairedBootstrap(
    pairs.map(({ given, shuffled }) => [Number(given.right), Number(shuffled.right)] as const),
    { seed, resamples: 2000 },
  );
  const count = (test: (pair: AnswerPair) => boolean): number => pairs.filter(test).length;
  return {
    difference,
    onlyAsGiven: count(({ given, shuffled }) => given.right && !shuffled.right),
    onlyShuffled: count(({ given, shuffled }) => !given.right && shuffled.right),
    sameChoice: proportion(
      pairs.map(({ given, shuffled }) =>
        Number(
          given.chosen !== null && shuffled.chosen !== null && lettersOf(given.chosen) === lettersOf(shuffled.chosen),
        ),
      ),
    ),
    positions: positionRows(pairs),
  };
}
export type OrderComparison = NonNullable<ReturnType<typeof compareOrders>>;

function positionRows(pairs: readonly AnswerPair[]): PositionRow[] {
  const rows: PositionRow[] = [];
  const rowAt = (position: number): PositionRow => {
    while (rows.length <= position) rows.push({ position: letterOf(rows.length), right: 0, chosen: 0 });
    return rows[position] ?? { position: "", right: 0, chosen: 0 };
  };
  for (const { given, shuffled, order } of pairs) {
    const [right = 0, ...others] = given.question.right;
    if (others.length > 0) continue;
    rowAt(right).right += 1;
    rowAt(order.indexOf(right)).right += 1;
    const [first, second] = [given.chosen, shuffled.chosen];
    if (first?.length === 1) rowAt(first[0] ?? 0).chosen += 1;
    if (second?.length === 1) rowAt(order.indexOf(second[0] ?? 0)).chosen += 1;
  }
  return rows;
}
