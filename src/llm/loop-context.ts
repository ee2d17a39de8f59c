import type { ChatModel, ModelMessage, ModelTool } from "../domain/chat-model.ts";
import { ContextOverflow } from "../domain/context-overflow.ts";
import { conversationLength, shortenResults } from "./shorten-results.ts";

/** Characters of a token, at the least, until a server has counted. */
const CHARACTERS_PER_TOKEN = 3;
/** What a request that is too long is cut to, if the limit is not known. */
const SHORTER = 2 / 3;

/** Keeps the conversation of a tool loop within a model's context. */
export type LoopContext = {
  /** Takes over what the server counted for a request with these messages. */
  measure(messages: readonly ModelMessage[], inputTokens: number): void;
  /** The same messages, or shorter ones if the model's limit is known and they are probably too long for it. */
  fitted(messages: readonly ModelMessage[], model: ChatModel): readonly ModelMessage[];
  /** Messages that are shorter than those that did not fit; null if they cannot be. */
  afterOverflow(messages: readonly ModelMessage[], overflow: ContextOverflow): readonly ModelMessage[] | null;
};

/** @param answerTokens what is kept for the answer. */
export function loopContext(tools: readonly ModelTool[], answerTokens: number): LoopContext {
  const fixed = JSON.stringify(tools).length;
  let charsPerToken = CHARACTERS_PER_TOKEN;
  const sizeOf = (messages: readonly ModelMessage[]): number => fixed + conversationLength(messages);
  /** Characters that the messages may have, tools excluded. */
  const allowedChars = (contextTokens: number): number => (contextTokens - answerTokens) * charsPerToken - fixed;
  return {
    measure(messages, inputTokens) {
      if (inputTokens > 0) charsPerToken = sizeOf(messages) / inputTokens;
    },
    fitted(messages, { contextTokens = null }) {
      if (contextTokens === null || conversationLength(messages) <= allowedChars(contextTokens)) return messages;
      return shortenResults(messages, allowedChars(contextTokens)) ?? messages;
    },
    afterOverflow(messages, { contextTokens, requestTokens }) {
      if (requestTokens !== null && requestTokens > 0) charsPerToken = sizeOf(messages) / requestTokens;
      const known = contextTokens === null ? Infinity : allowedChars(contextTokens);
      return shortenResults(messages, Math.min(known, conversationLength(messages) * SHORTER));
    },
  };
}
