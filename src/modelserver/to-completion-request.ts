import type { ModelMessage, ModelRequest } from "../domain/chat-model.ts";
import { CompletionRequest } from "./completion-request.ts";

/** A request of the analysis in the form of OpenAI's API, as a server that supports tools and schemas would get it. */
export const toCompletionRequest = ({ messages, tools, answer, maxOutputTokens }: ModelRequest): CompletionRequest =>
  CompletionRequest.parse({
    model: "none",
    messages: messages.map(messageOf),
    ...(tools.length > 0 && {
      tools: tools.map(({ name, description, input }) => ({
        type: "function",
        function: { name, description, parameters: input },
      })),
    }),
    ...(answer !== null && {
      response_format: { type: "json_schema", json_schema: { name: answer.name, schema: answer.schema } },
    }),
    ...(maxOutputTokens !== null && { max_completion_tokens: maxOutputTokens }),
  });

function messageOf(message: ModelMessage): unknown {
  if (message.role === "tool") return { role: "tool", tool_call_id: message.callId, content: message.text };
  if (message.role !== "assistant") return { role: message.role, content: message.text };
  const calls = message.calls.map(({ id, name, input }) => ({
    id,
    type: "function",
    function: { name, arguments: typeof input === "string" ? input : JSON.stringify(input) },
  }));
  return { role: "assistant", content: message.text, ...(calls.length > 0 && { tool_calls: calls }) };
}
