import { argumentsOf } from "./count-tokens.ts";
import type { ReceivedRequest } from "./completion-request.ts";
import type { ModelAnswer } from "./written-answer.ts";

type Message = Extract<ModelAnswer, { kind: "message" }>;
export type CompletionUse = { prompt: number; completion: number };

/** Characters of one piece of a stream. */
const PIECE = 24;

const usageOf = ({ prompt, completion }: CompletionUse) => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
  total_tokens: prompt + completion,
});

/**
 * The tool calls of a message. Their ids come from the request, so that the next request of a replayed conversation is
 * the same to the byte.
 */
const toolCallsOf = ({ calls }: Message, sha256: string) =>
  calls.map(({ name, input }, index) => ({
    id: `call_${sha256.slice(0, 16)}_${index}`,
    type: "function" as const,
    function: { name, arguments: argumentsOf(input) },
  }));

const finishOf = ({ calls }: Message): "tool_calls" | "stop" => (calls.length > 0 ? "tool_calls" : "stop");
const idOf = ({ sha256 }: ReceivedRequest): string => `chatcmpl-${sha256.slice(0, 24)}`;

/** The body of a chat completion. @see https://platform.openai.com/docs/api-reference/chat/object */
export const completionBody = (received: ReceivedRequest, answer: Message, use: CompletionUse, nowMs: number) => ({
  id: idOf(received),
  object: "chat.completion",
  created: Math.floor(nowMs / 1_000),
  model: received.request.model,
  choices: [
    {
      index: 0,
      message: {
        role: "assistant",
        content: answer.text === "" && answer.calls.length > 0 ? null : answer.text,
        refusal: null,
        ...(answer.calls.length > 0 && { tool_calls: toolCallsOf(answer, received.sha256) }),
      },
      logprobs: null,
      finish_reason: finishOf(answer),
    },
  ],
  usage: usageOf(use),
});

/**
 * The same as pieces of a stream; the caller adds `[DONE]`. @see
 * https://platform.openai.com/docs/api-reference/chat-streaming
 */
export function completionChunks(received: ReceivedRequest, answer: Message, use: CompletionUse, nowMs: number) {
  const withUsage = received.request.stream_options?.include_usage === true;
  const base = {
    id: idOf(received),
    object: "chat.completion.chunk",
    created: Math.floor(nowMs / 1_000),
    model: received.request.model,
    ...(withUsage && { usage: null }),
  };
  const chunk = (delta: unknown, finish: string | null = null) => ({
    ...base,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  });
  return [
    chunk({ role: "assistant", content: "" }),
    ...piecesOf(answer.text).map((content) => chunk({ content })),
    ...toolCallsOf(answer, received.sha256).flatMap(({ function: { name, arguments: written }, ...call }, index) => [
      chunk({ tool_calls: [{ index, ...call, function: { name, arguments: "" } }] }),
      ...piecesOf(written).map((part) => chunk({ tool_calls: [{ index, function: { arguments: part } }] })),
    ]),
    chunk({}, finishOf(answer)),
    ...(withUsage ? [{ ...base, choices: [], usage: usageOf(use) }] : []),
  ];
}

/** Cuts between code points. */
function piecesOf(text: string): string[] {
  const points = [...text];
  return Array.from({ length: Math.ceil(points.length / PIECE) }, (_, at) =>
    points.slice(at * PIECE, (at + 1) * PIECE).join(""),
  );
}
