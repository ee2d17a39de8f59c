import { IncidentError, messageOf } from "../../domain/errors.ts";
import type { QuestionModel, QuestionPrompt, QuestionReply } from "../../domain/question-model.ts";
import type { QuestionAnswer } from "./answer-file.ts";
import { promptOf } from "./prompt.ts";
import type { ChoiceQuestion } from "./question.ts";
import { readReply } from "./read-reply.ts";

/** A question in one order. `shuffleSeed`: null for the order of the file. */
export type PosedQuestion = { question: ChoiceQuestion; order: readonly number[]; shuffleSeed: number | null };

export type PoseOptions = {
  model: QuestionModel;
  /** Replies to each question. */
  votes: number;
  /** Questions at a time. */
  jobs: number;
  /** No question is begun when this many tokens are used; null: no limit. */
  maxTokens: number | null;
  signal: AbortSignal;
  now: () => number;
  /** Called with each answer before the next question of the same job. */
  onAnswer: (answer: QuestionAnswer) => Promise<void>;
  onProgress?: (tokens: number) => void;
};

/** `failed`: questions whose requests failed; they have no answer. `remaining`: questions left by the budget. */
export type PoseResult = {
  answered: number;
  failed: readonly { id: string; why: string }[];
  remaining: number;
  tokens: number;
};

/** So many failures without an answer between them: the server does not work, and each further request is wasted. */
const FAILURES_IN_A_ROW = 5;
/** Of a stored reply. */
const LONGEST_EXCERPT = 300;

/**
 * Poses each question in a chat of its own, so that the text of one cannot reach another.
 *
 * @throws {IncidentError} that of the last question, when five in a row fail and none is answered between them. The
 *   reason of `signal` when it aborts.
 */
export async function poseQuestions(posed: readonly PosedQuestion[], options: PoseOptions): Promise<PoseResult> {
  const { jobs, maxTokens, signal, onAnswer, onProgress = () => undefined } = options;
  const failed: { id: string; why: string }[] = [];
  let [next, answered, tokens, inARow] = [0, 0, 0, 0];
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);

  const following = (): PosedQuestion | undefined =>
    either.aborted || (maxTokens !== null && tokens >= maxTokens) || next >= posed.length ? undefined : posed[next++];

  async function work(): Promise<void> {
    for (let one = following(); one !== undefined; one = following()) {
      try {
        const answer = await poseOne(one, options, either, (used) => (tokens += used));
        [answered, inARow] = [answered + 1, 0];
        await onAnswer(answer);
      } catch (error) {
        if (!(error instanceof IncidentError) || error.code === "CONFIG") throw error;
        failed.push({ id: one.question.id, why: messageOf(error) });
        inARow += 1;
        if (inARow >= FAILURES_IN_A_ROW) throw error;
      }
      onProgress(tokens);
    }
  }

  const working = Array.from({ length: Math.min(jobs, posed.length) }, () =>
    work().catch((error: unknown) => {
      stop.abort(error); // the first failure ends the others
      throw error;
    }),
  );
  await Promise.allSettled(working);
  signal.throwIfAborted();
  stop.signal.throwIfAborted();
  return { answered, failed, remaining: posed.length - next, tokens };
}

async function poseOne(
  { question, order, shuffleSeed }: PosedQuestion,
  { model, votes, now }: PoseOptions,
  signal: AbortSignal,
  onTokens: (tokens: number) => void,
): Promise<QuestionAnswer> {
  const shown = order.map((index) => question.options[index] ?? "");
  const prompt = promptOf(question.stem, shown);
  const startMs = now();
  const answer: QuestionAnswer = {
    key: question.key,
    id: question.id,
    file: question.file,
    shuffleSeed,
    votes: [],
    tokens: { input: 0, output: 0, isEstimate: false },
    ms: 0,
  };
  for (let vote = 0; vote < votes; vote++) {
    const reply = await model.reply(prompt, signal);
    const use = reply.use ?? estimatedUse(prompt, reply);
    answer.tokens.input += use.inputTokens;
    answer.tokens.output += use.outputTokens;
    answer.tokens.isEstimate ||= reply.use === null;
    onTokens(use.inputTokens + use.outputTokens);
    answer.votes.push(voteOf(reply, shown, order));
  }
  answer.ms = Math.round(now() - startMs);
  return answer;
}

function voteOf(
  { text }: QuestionReply,
  shown: readonly string[],
  order: readonly number[],
): QuestionAnswer["votes"][number] {
  const read = readReply(text, shown);
  const reply = text.slice(-LONGEST_EXCERPT);
  if ("unreadable" in read) return { chosen: null, reply, unreadable: read.unreadable };
  return { chosen: read.chosen.map((at) => order[at] ?? 0).toSorted((a, b) => a - b), reply };
}

/** Bytes of a token in English are about four, in Chinese about three: three rather counts too many. */
const BYTES_A_TOKEN = 3;
const tokensOf = (text: string): number => Math.ceil(Buffer.byteLength(text) / BYTES_A_TOKEN);
const estimatedUse = ({ system, user }: QuestionPrompt, { text }: QuestionReply) => ({
  inputTokens: tokensOf(system + user),
  outputTokens: tokensOf(text),
});
