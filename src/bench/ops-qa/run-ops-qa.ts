import { basename } from "node:path";
import { IncidentError } from "../../domain/errors.ts";
import type { QuestionModel } from "../../domain/question-model.ts";
import { type QuestionAnswer, openAnswerFile } from "./answer-file.ts";
import { givenOrder, refersToOptions, shuffledOrder } from "./order.ts";
import { type PosedQuestion, poseQuestions } from "./pose-questions.ts";
import { PROMPT_VERSION } from "./prompt.ts";
import type { ChoiceQuestion } from "./question.ts";
import { type QuestionFile, readQuestions } from "./read-questions.ts";
import { compareOrders, orderScores, scoredAnswer } from "./score-answers.ts";

export type OpsQaOptions = {
  paths: readonly string[];
  model: QuestionModel;
  votes: number;
  temperature: number | null;
  jobs: number;
  maxTokens: number | null;
  /** Poses each question in a second order, too; null: only in the order of the file. */
  shuffleSeed: number | null;
  /** File of the answers; null: they are not kept. */
  out: string | null;
  signal: AbortSignal;
  now: () => number;
  onProgress?: (done: number, total: number, tokens: number) => void;
};

/** @throws {IncidentError} as reading the questions, opening the answers and posing the questions do. */
export async function runOpsQa(options: OpsQaOptions) {
  const { paths, model, votes, temperature, shuffleSeed, out, onProgress = () => undefined } = options;
  const files = await readAll(paths);
  const questions = distinct(files.flatMap((file) => file.questions));
  const posed = questions.flatMap((question) => inBothOrders(question, shuffleSeed));
  const setup = { model: model.name, server: model.server, votes, temperature, prompt: PROMPT_VERSION };
  const kept = out === null ? null : await openAnswerFile(out, setup);
  const answers = new Map((kept?.answers ?? []).map((answer) => [idOf(answer.key, answer.shuffleSeed), answer]));
  const missing = posed.filter(({ question, shuffleSeed: seed }) => !answers.has(idOf(question.key, seed)));
  const before = posed.length - missing.length;
  let ready = before;
  onProgress(ready, posed.length, 0);
  const posing = await poseQuestions(missing, {
    ...options,
    onAnswer: async (answer) => {
      answers.set(idOf(answer.key, answer.shuffleSeed), answer);
      ready += 1;
      await kept?.add(answer);
    },
    onProgress: (tokens) => onProgress(ready, posed.length, tokens),
  });
  return {
    setup,
    files: files.map(({ questions: of, ...file }) => ({ ...file, questions: of.length })),
    answeredBefore: before,
    ...posing,
    ...scoresOf(posed, answers, options, files.length > 1),
    use: useOf(posed.flatMap(({ question, shuffleSeed: seed }) => answers.get(idOf(question.key, seed)) ?? [])),
  };
}
export type OpsQaRun = Awaited<ReturnType<typeof runOpsQa>>;

const idOf = (key: string, seed: number | null): string => `${key} ${seed ?? "given"}`;

async function readAll(paths: readonly string[]): Promise<QuestionFile[]> {
  const names = paths.map((path) => basename(path));
  const repeated = names.find((name, at) => names.indexOf(name) < at);
  if (repeated !== undefined)
    throw new IncidentError("BAD_INPUT", `two files of questions are called ${repeated}`, {
      hint: "Give each file once, or rename one: the results name questions by file.",
    });
  const files: QuestionFile[] = [];
  for (const path of paths) files.push(await readQuestions(path));
  return files;
}

/** A question of an earlier file does not count twice. */
const distinct = (questions: readonly ChoiceQuestion[]): ChoiceQuestion[] =>
  [...new Map(questions.toReversed().map((question) => [question.key, question])).values()].toReversed();

function inBothOrders(question: ChoiceQuestion, seed: number | null): PosedQuestion[] {
  const given = { question, order: givenOrder(question), shuffleSeed: null };
  return seed === null || refersToOptions(question)
    ? [given]
    : [given, { question, order: shuffledOrder(question, seed), shuffleSeed: seed }];
}

function scoresOf(
  posed: readonly PosedQuestion[],
  answers: ReadonlyMap<string, QuestionAnswer>,
  { votes, shuffleSeed }: OpsQaOptions,
  severalFiles: boolean,
) {
  const scored = posed.flatMap(({ question, order, shuffleSeed: seed }) => {
    const answer = answers.get(idOf(question.key, seed));
    return answer === undefined ? [] : [{ seed, order, ...scoredAnswer(question, answer) }];
  });
  const given = scored.filter(({ seed }) => seed === null);
  const byKey = new Map(given.map((one) => [one.question.key, one]));
  const pairs = scored.flatMap((shuffled) => {
    const before = byKey.get(shuffled.question.key);
    return shuffled.seed === null || before === undefined ? [] : [{ given: before, shuffled, order: shuffled.order }];
  });
  return {
    asGiven: orderScores(given, votes, severalFiles),
    shuffle:
      shuffleSeed === null
        ? null
        : {
            seed: shuffleSeed,
            keptOrder: posed.filter(({ question, shuffleSeed: seed }) => seed === null && refersToOptions(question))
              .length,
            comparison: compareOrders(pairs, shuffleSeed),
          },
  };
}

/** Of all answers that the scores count, those of earlier runs included. */
const useOf = (answers: readonly QuestionAnswer[]) => ({
  inputTokens: answers.reduce((sum, { tokens }) => sum + tokens.input, 0),
  outputTokens: answers.reduce((sum, { tokens }) => sum + tokens.output, 0),
  estimatedAnswers: answers.filter(({ tokens }) => tokens.isEstimate).length,
  replies: answers.reduce((sum, { votes }) => sum + votes.length, 0),
});
