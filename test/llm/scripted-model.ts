import type { ChatModel, ModelReply, ModelRequest } from "../../src/domain/chat-model.ts";

/** A model that answers by a script, and keeps the requests that it got. */
export function scriptedModel(
  answer: (request: ModelRequest, turn: number) => Partial<ModelReply>,
  name = "scripted",
): ChatModel & { requests: ModelRequest[] } {
  const requests: ModelRequest[] = [];
  return {
    name,
    server: "http://model.test/v1",
    requests,
    async complete(request) {
      requests.push(request);
      return {
        text: "",
        calls: [],
        use: { inputTokens: 100, outputTokens: 10 },
        model: `${name}-1`,
        finish: "stop",
        firstTokenMs: null,
        totalMs: 1,
        cached: false,
        ...answer(request, requests.length - 1),
      };
    },
  };
}
