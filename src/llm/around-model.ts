import type { ChatModel } from "../domain/chat-model.ts";

/** The same model to its callers, with another way to complete. */
export const aroundModel = (model: ChatModel, complete: ChatModel["complete"]): ChatModel => ({
  name: model.name,
  server: model.server,
  get contextTokens() {
    return model.contextTokens ?? null; // becomes known with the first refusal
  },
  complete,
});
