import { problemsOf } from "./check-answer.ts";
import type { CompletionRequest } from "./completion-request.ts";
import type { TokenCounter } from "./count-tokens.ts";
import { type ModelAnswer, toModelAnswer, type WrittenAnswer } from "./written-answer.ts";

/** An answer that may be sent, with its size; or all that is wrong with it. */
export type CheckedAnswer = { answer: ModelAnswer; tokens: number } | { problems: string[] };

/** Checks an answer against its request. One that is to be sent as it is only needs a place in the request. */
export function checkedAnswer(
  written: WrittenAnswer,
  request: CompletionRequest,
  counter: Pick<TokenCounter, "answer">,
): CheckedAnswer {
  const answer = toModelAnswer(written, request);
  if ("problem" in answer) return { problems: [answer.problem] };
  const tokens = counter.answer(answer);
  const problems = written.asIs === true ? [] : problemsOf(answer, request, tokens);
  return problems.length === 0 ? { answer, tokens } : { problems };
}
