import type { ChatModel, ModelMessage } from "../domain/chat-model.ts";
import { maskerOf } from "../domain/redact-values.ts";
import { aroundModel } from "./around-model.ts";

const { text, values } = maskerOf();

/**
 * The last gate before a model: no message that is sent holds a secret or personal data, even if the text that it was
 * made from did. The static prefix holds none, so it stays the same to the byte.
 */
export const maskedModel = (model: ChatModel): ChatModel =>
  aroundModel(model, (request, signal) =>
    model.complete({ ...request, messages: request.messages.map(maskedMessage) }, signal),
  );

const maskedMessage = (message: ModelMessage): ModelMessage =>
  message.role === "assistant"
    ? {
        ...message,
        text: text(message.text),
        calls: message.calls.map((call) => ({ ...call, input: values(call.input) })),
      }
    : { ...message, text: text(message.text) };
