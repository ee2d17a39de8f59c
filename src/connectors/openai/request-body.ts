import type { ModelMessage, ModelRequest } from "../../domain/chat-model.ts";
import type { ModelSettings } from "./model-settings.ts";
import type { RequestForm, RequestParts } from "./request-form.ts";
import { textCall, textResult, textRules } from "./text-protocol.ts";

/** Repeated samples must be able to differ. */
const SAMPLE_TEMPERATURE = 0.7;

/** A message as the API takes it. */
export type ApiMessage =
  | { role: "system" | "user"; content: string }
  | {
      role: "assistant";
      content: string | null;
      tool_calls?: { id: string; type: "function"; function: { name: string; arguments: string } }[];
    }
  | { role: "tool"; tool_call_id: string; content: string };

/** What a request holds beyond its messages. */
export function partsOf(request: ModelRequest, settings: ModelSettings): RequestParts {
  const { tools, answer, maxOutputTokens, messages } = request;
  return {
    tools,
    answer,
    maxOutputTokens,
    hasTemperature: settings.temperature !== null,
    hasSeed: settings.seed !== null,
    hasSystem: messages.length > 0,
  };
}

/**
 * The body of a chat completion without `stream`. Rules for the form follow the system text, so the prefix is static.
 */
export function requestBody(request: ModelRequest, settings: ModelSettings, form: RequestForm) {
  const { tools, answer, maxOutputTokens, sample } = request;
  const functions = [
    ...tools.map(({ name, description, input }) => ({ name, description, parameters: input })),
    ...(answer === null ? [] : [{ name: answer.name, description: answer.description, parameters: answer.schema }]),
  ];
  return {
    model: settings.azure?.deployment ?? settings.model,
    messages: apiMessages(request, form),
    ...(form.tools && functions.length > 0
      ? {
          tools: functions.map((one) => ({ type: "function" as const, function: one })),
          ...(answer !== null && form.toolChoice
            ? {
                tool_choice:
                  tools.length === 0
                    ? { type: "function" as const, function: { name: answer.name } }
                    : ("required" as const),
              }
            : {}),
        }
      : {}),
    ...(form.tools ? {} : formatOf(request, form)),
    ...(maxOutputTokens !== null && form.limit !== "none" ? { [form.limit]: maxOutputTokens } : {}),
    ...(settings.temperature !== null && form.temperature
      ? { temperature: sample === 0 ? settings.temperature : Math.max(settings.temperature, SAMPLE_TEMPERATURE) }
      : {}),
    ...(settings.seed !== null && form.seed ? { seed: settings.seed + sample } : {}),
  };
}

function formatOf({ tools, answer }: ModelRequest, { format }: RequestForm) {
  if (answer === null || format === "text") return {};
  // with tools the JSON may be a call as well
  if (format === "json" || tools.length > 0) return { response_format: { type: "json_object" as const } };
  const { name, schema } = answer;
  return { response_format: { type: "json_schema" as const, json_schema: { name, schema: { ...schema } } } };
}

function apiMessages(request: ModelRequest, form: RequestForm): ApiMessage[] {
  const rules = textRules(request, form);
  const names = new Map(
    request.messages.flatMap((one) =>
      one.role === "assistant" ? one.calls.map(({ id, name }): [string, string] => [id, name]) : [],
    ),
  );
  const plain = request.messages.map((message) => apiMessage(message, form, names));
  const [first, ...others] = plain;
  const ruled: ApiMessage[] =
    rules === ""
      ? plain
      : first?.role === "system"
        ? [{ role: "system", content: `${first.content}\n\n${rules}` }, ...others]
        : [{ role: "system", content: rules }, ...plain];
  return form.systemRole ? ruled : alternating(ruled);
}

function apiMessage(message: ModelMessage, form: RequestForm, names: ReadonlyMap<string, string>): ApiMessage {
  switch (message.role) {
    case "system":
    case "user":
      return { role: message.role, content: message.text };
    case "assistant":
      if (message.calls.length === 0) return { role: "assistant", content: message.text };
      if (!form.tools)
        return {
          role: "assistant",
          content: [message.text, ...message.calls.map(textCall)].filter(Boolean).join("\n"),
        };
      return {
        role: "assistant",
        content: message.text === "" ? null : message.text,
        tool_calls: message.calls.map(({ id, name, input }) => ({
          id,
          type: "function",
          function: { name, arguments: typeof input === "string" ? input : JSON.stringify(input) },
        })),
      };
    case "tool":
      if (!form.tools)
        return { role: "user", content: textResult(names.get(message.callId) ?? message.callId, message.text) };
      return { role: "tool", tool_call_id: message.callId, content: message.text };
  }
}

/** System text becomes part of the user's, and neighbours of one role become one message. */
function alternating(messages: readonly ApiMessage[]): ApiMessage[] {
  const merged: ApiMessage[] = [];
  for (const message of messages) {
    const next = message.role === "system" ? { ...message, role: "user" as const } : message;
    const before = merged.at(-1);
    if (next.role === "user" && before?.role === "user") before.content += `\n\n${next.content}`;
    else merged.push({ ...next });
  }
  return merged;
}
