import type { ModelReply, ModelRequest } from "../domain/chat-model.ts";
import type { ModelUse } from "../domain/ports.ts";

/** Characters of one token, at the least. English has about four, code and other scripts fewer. */
const CHARACTERS_PER_TOKEN = 3;
/** Of an answer whose length is not limited. */
const USUAL_OUTPUT_TOKENS = 2_048;

const tokensOf = (data: unknown): number => Math.ceil(JSON.stringify(data).length / CHARACTERS_PER_TOKEN);

/** What a request may use at most, unless its answer is longer than usual. Counts characters, so it is too high. */
export const estimatedUse = ({ messages, tools, answer, maxOutputTokens }: ModelRequest): ModelUse => ({
  inputTokens: tokensOf([messages, tools, answer]),
  outputTokens: maxOutputTokens ?? USUAL_OUTPUT_TOKENS,
});

/** What a reply used: as the server counts, or by its characters. */
export const usedBy = (request: ModelRequest, { use, text, calls }: ModelReply): ModelUse =>
  use ?? { inputTokens: estimatedUse(request).inputTokens, outputTokens: tokensOf([text, calls]) };
