import { Tiktoken } from "js-tiktoken/lite";
import ranks from "js-tiktoken/ranks/cl100k_base";
import { type CompletionRequest, answerFormOf, textOf, toolsOf } from "./completion-request.ts";
import type { ModelAnswer } from "./written-answer.ts";

/** Tokens around each message, and before the answer. @see OpenAI cookbook, How to count tokens with tiktoken */
const PER_MESSAGE = 3;
const BEFORE_ANSWER = 3;
/** Characters that are encoded at once: time grows with the square of a run without spaces. */
const SLICE = 8_000;

/** A run of letters, signs or blanks that is encoded in parts, which adds at most one token for each part. */
const LONG_RUN = /\p{L}{256}|[^\s\p{L}\p{N}]{256}|\s{256}/gu;

function* parts(written: string): Generator<string> {
  let from = 0;
  for (const { index, 0: run } of written.matchAll(LONG_RUN)) {
    yield* slices(written.slice(from, index + run.length));
    from = index + run.length;
  }
  yield* slices(written.slice(from));
}

function* slices(written: string): Generator<string> {
  for (let at = 0; at < written.length; at += SLICE) yield written.slice(at, at + SLICE);
}

/** Counts tokens as the models of the cl100k_base vocabulary do (GPT-4). */
export type TokenCounter = {
  text(text: string): number;
  /** A close estimate: how a server writes tools into a prompt is not public. */
  request(request: CompletionRequest): number;
  answer(answer: ModelAnswer): number;
};

export function tokenCounter(): TokenCounter {
  let encoding: Tiktoken | null = null; // it takes a second to build
  const text = (written: string): number => {
    let count = 0;
    for (const part of parts(written)) count += (encoding ??= new Tiktoken(ranks)).encode(part, [], []).length; // "<|endoftext|>" is text like any other
    return count;
  };
  const request = (received: CompletionRequest): number => {
    const messages = received.messages.map(
      (message) =>
        PER_MESSAGE +
        text(message.role) +
        text(textOf(message)) +
        (message.tool_calls ?? []).reduce((sum, call) => sum + text(call.function.name + call.function.arguments), 0),
    );
    const tools = toolsOf(received).map((tool) => text(JSON.stringify(tool)));
    const form = answerFormOf(received);
    return [...messages, ...tools, form === null ? 0 : text(JSON.stringify(form))].reduce(
      (sum, count) => sum + count,
      BEFORE_ANSWER,
    );
  };
  const answer = (given: ModelAnswer): number =>
    given.kind === "failure"
      ? 0
      : given.calls.reduce((sum, { name, input }) => sum + text(name + argumentsOf(input)), text(given.text));
  return { text, request, answer };
}

/** The input of a call as it goes over the wire. */
export const argumentsOf = (input: unknown): string => (typeof input === "string" ? input : JSON.stringify(input));
