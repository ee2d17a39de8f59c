import type { ModelRequest } from "../../domain/chat-model.ts";

/** The words of OpenAI, vLLM, SGLang, TGI, llama.cpp, Ollama and TensorRT-LLM for a context that is too short. */
const OVERFLOWS: readonly RegExp[] = [
  /context_length_exceeded|reduce the length|prompt is too long|too many (?:input )?tokens/i,
  /(?:maximum|max|available|model'?s?) (?:context|sequence|input|model) ?(?:length|window|size)/i,
  /context (?:length|window|size)|exceeds? the (?:available )?context|max_(?:model|seq|input)_len/i,
  /inputs?`? (?:must have|length|tokens exceed)/i,
];
const STATUSES = new Set([400, 413, 422, 500]);

/** The limit is the first number after these words. */
const LIMIT = /(?:context|sequence|model|input)[ _](?:length|window|size|len)\D{0,40}?(\d[\d,]{2,})/i;
const REQUESTED =
  /(?:requested|request has|resulted in|prompt (?:contains|has)|given:?|request) \D{0,20}(\d[\d,]{2,})/i;

/** The limit and the request's length in a refusal; null if it is about something else. */
export function overflowOf(
  status: number | null,
  reason: string,
): { contextTokens: number | null; requestTokens: number | null } | null {
  if (status === null || !STATUSES.has(status) || !OVERFLOWS.some((words) => words.test(reason))) return null;
  return { contextTokens: numberIn(LIMIT, reason), requestTokens: numberIn(REQUESTED, reason) };
}

const numberIn = (pattern: RegExp, text: string): number | null => {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? null : Number(found.replaceAll(",", ""));
};

/** Tokenizers write JSON of names and numbers with about this many characters a token. */
export const CHARACTERS_PER_TOKEN = 3;
/** Left for the answer when the request sets no limit. */
const LEAST_OUTPUT = 512;

/**
 * Characters of everything that the model reads. Text beyond Latin script counts three times: tokens hold less of it.
 */
export function charactersOf({ messages, tools, answer }: ModelRequest): number {
  const texts = messages.map((message) =>
    message.role === "assistant" ? message.text + JSON.stringify(message.calls) : message.text,
  );
  const all = [...texts, JSON.stringify(tools), JSON.stringify(answer)].join("");
  return all.length + 2 * (all.match(/[^\p{Script=Latin}\p{Script=Common}]/gu)?.length ?? 0);
}

/** Tokens of a request and its answer, by an estimate. */
export const tokensOf = (request: ModelRequest, charactersPerToken: number): number =>
  Math.ceil(charactersOf(request) / charactersPerToken) + (request.maxOutputTokens ?? LEAST_OUTPUT);
