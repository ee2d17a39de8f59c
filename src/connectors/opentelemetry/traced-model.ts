import { type Attributes, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { ChatModel, ModelMessage, ModelReply, ModelRequest, TraceTool } from "../../domain/chat-model.ts";
import { IncidentError } from "../../domain/errors.ts";
import { redactSecrets } from "../../domain/redact.ts";

/** The name and version under which spans are made. */
type TracerName = readonly [string, string];

export type TracedModelOptions = {
  tracerName: TracerName;
  /** The seed of each request; null for none. */
  seed: number | null;
  /** Puts messages and answers on the spans, with secrets masked. Off unless the user asks for it. */
  withContent: boolean;
};

/**
 * Traces the requests of a model by OpenTelemetry's conventions for generative AI: a client span for each call,
 * retries included. Neither prompts nor answers are on it unless `withContent`.
 *
 * @see https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/gen-ai-spans.md
 */
export const tracedModel = (model: ChatModel, { tracerName, seed, withContent }: TracedModelOptions): ChatModel => ({
  name: model.name,
  server: model.server,
  get contextTokens() {
    return model.contextTokens ?? null;
  },
  complete: (request, signal) =>
    inSpan(
      tracerName,
      `chat ${model.name}`,
      { kind: SpanKind.CLIENT, attributes: requestAttributes(model, request, seed) },
      async (span) => {
        if (withContent) span.setAttributes(inputAttributes(request));
        const reply = await model.complete(request, signal);
        span.setAttributes(replyAttributes(reply));
        if (withContent) span.setAttributes(outputAttributes(reply));
        return reply;
      },
    ),
});

/** Traces the tools that a model calls. Neither their arguments nor their results are on the span. */
export const toolTracer =
  (tracerName: TracerName): TraceTool =>
  ({ id, name }, run) =>
    inSpan(
      tracerName,
      `execute_tool ${name}`,
      {
        kind: SpanKind.INTERNAL,
        attributes: {
          "gen_ai.operation.name": "execute_tool",
          "gen_ai.tool.name": name,
          "gen_ai.tool.call.id": id,
          "gen_ai.tool.type": "function",
        },
      },
      run,
    );

const inSpan = <T>(
  tracerName: TracerName,
  name: string,
  options: { kind: SpanKind; attributes: Attributes },
  work: (span: Span) => Promise<T>,
): Promise<T> =>
  trace.getTracer(...tracerName).startActiveSpan(name, options, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      // the message stays away: servers repeat what they were sent
      span.setAttribute("error.type", error instanceof IncidentError ? error.code : "_OTHER");
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });

function requestAttributes(model: ChatModel, request: ModelRequest, seed: number | null): Attributes {
  const { task, prompt, answer, maxOutputTokens } = request;
  return {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai", // of the API; the server may be another
    "gen_ai.request.model": model.name,
    "gen_ai.output.type": answer === null ? "text" : "json",
    ...serverAttributes(model.server),
    ...(maxOutputTokens === null ? {} : { "gen_ai.request.max_tokens": maxOutputTokens }),
    ...(seed === null ? {} : { "gen_ai.request.seed": seed }),
    "gen_ai.prompt.name": prompt.name,
    "causeway.prompt.version": prompt.version,
    "causeway.prompt.sha256": prompt.sha256,
    "causeway.task": task,
  };
}

function serverAttributes(server: string): Attributes {
  if (!URL.canParse(server)) return {};
  const { hostname, port, protocol } = new URL(server);
  return {
    "server.address": hostname,
    "server.port": port === "" ? (protocol === "http:" ? 80 : 443) : Number(port),
  };
}

/** Times are in seconds here. */
const replyAttributes = ({ model, finish, use, firstTokenMs }: ModelReply): Attributes => ({
  "gen_ai.response.model": model,
  "gen_ai.response.finish_reasons": [FINISH[finish]],
  ...(use === null
    ? {}
    : { "gen_ai.usage.input_tokens": use.inputTokens, "gen_ai.usage.output_tokens": use.outputTokens }),
  ...(use?.cachedTokens === undefined ? {} : { "gen_ai.usage.cache_read.input_tokens": use.cachedTokens }),
  ...(firstTokenMs === null
    ? {}
    : { "gen_ai.request.stream": true, "gen_ai.response.time_to_first_chunk": firstTokenMs / 1000 }),
});

/** OpenAI's words, which the conventions keep as they are. */
const FINISH: Readonly<Record<ModelReply["finish"], string>> = {
  stop: "stop",
  length: "length",
  tool_calls: "tool_calls",
  filtered: "content_filter",
  unknown: "unknown",
};

const inputAttributes = ({ messages, tools }: ModelRequest): Attributes => ({
  "gen_ai.input.messages": shown(messages.map(messageOf)),
  ...(tools.length === 0
    ? {}
    : {
        "gen_ai.tool.definitions": shown(
          tools.map(({ name, description, input }) => ({ type: "function", name, description, parameters: input })),
        ),
      }),
});

const outputAttributes = ({ text, calls, finish }: ModelReply): Attributes => ({
  "gen_ai.output.messages": shown([
    { ...messageOf({ role: "assistant", text, calls }), finish_reason: FINISH[finish] },
  ]),
});

/** A message in the form of the conventions: a role and parts. */
function messageOf(message: ModelMessage): { role: string; parts: object[] } {
  if (message.role === "tool")
    return { role: "tool", parts: [{ type: "tool_call_response", id: message.callId, response: message.text }] };
  const text = message.text === "" ? [] : [{ type: "text", content: message.text }];
  const calls = message.role === "assistant" ? message.calls : [];
  return {
    role: message.role,
    parts: [...text, ...calls.map(({ id, name, input }) => ({ type: "tool_call", id, name, arguments: input }))],
  };
}

const shown = (data: unknown): string => redactSecrets(JSON.stringify(data));
