import type { ModelReply, ModelRequest } from "../../domain/chat-model.ts";
import { redacted } from "../http/redact.ts";
import type { ReadCompletion } from "./read-completion.ts";
import type { RequestForm } from "./request-form.ts";
import { stripReasoning } from "./strip-reasoning.ts";
import { callsInText } from "./text-protocol.ts";

/**
 * What a model answered: without its reasoning and without the secrets of the request. A call of the answer's function
 * becomes the text.
 */
export function replyOf(
  { content, calls, use, model, finish }: ReadCompletion,
  context: { request: ModelRequest; form: RequestForm; secrets: readonly string[]; model: string },
): Pick<ModelReply, "text" | "calls" | "use" | "model" | "finish"> {
  const { request, form, secrets } = context;
  const bare = stripReasoning(content);
  const found = calls.length > 0 ? { text: bare, calls } : callsInText(bare, request, form);
  const { answer } = request;
  const given = answer === null ? undefined : found.calls.find(({ name }) => name === answer.name);
  const others = found.calls.filter((call) => call !== given && call.name !== answer?.name);
  const written =
    given === undefined ? found.text : typeof given.input === "string" ? given.input : JSON.stringify(given.input);
  return {
    text: redacted(written, secrets),
    calls: others,
    use,
    model: model ?? context.model,
    finish:
      finish === "length" || finish === "filtered"
        ? finish
        : others.length > 0
          ? "tool_calls"
          : finish === "tool_calls"
            ? "stop"
            : finish,
  };
}
