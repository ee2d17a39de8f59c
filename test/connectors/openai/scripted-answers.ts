import type { ServerResponse } from "node:http";
import type { ChatRequest } from "./server.ts";

/**
 * What a server sends. `json`: one body. `text`: a body as it is. `events`: a stream; strings are sent as they are.
 * `end`: `hang` leaves the answer open, `drop` cuts the connection.
 */
export type Answer = {
  status?: number;
  headers?: Record<string, string>;
  json?: unknown;
  text?: string;
  events?: readonly unknown[];
  end?: "done" | "hang" | "drop";
};

/** Answers a request by its content, or by its number from 0. */
export type Script = (request: ChatRequest, turn: number) => Answer;

export function sendAnswer(answer: Answer, response: ServerResponse): void {
  const { status = 200, headers = {}, json, text, events, end = "done" } = answer;
  const type = events !== undefined ? "text/event-stream" : json !== undefined ? "application/json" : "text/html";
  response.writeHead(status, { "content-type": type, ...headers });
  const parts = events?.map((event) => (typeof event === "string" ? event : `data: ${JSON.stringify(event)}\n\n`)) ?? [
    json === undefined ? (text ?? "") : JSON.stringify(json),
  ];
  // the answer begins before it is cut
  response.write(parts.join(""), () => {
    if (end === "done") response.end();
    if (end === "drop") response.destroy();
  });
}

const USAGE = { prompt_tokens: 120, completion_tokens: 30, total_tokens: 150 };

/** A whole completion. */
export const completionOf = (
  message: Record<string, unknown>,
  { finish = "stop", usage = USAGE, ...rest }: { finish?: string | null; usage?: unknown; model?: string } = {},
): Answer => ({
  json: {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1_800_000_000,
    model: "small-model-2026-11-01",
    choices: [{ index: 0, message: { role: "assistant", ...message }, finish_reason: finish }],
    usage,
    ...rest,
  },
});

/** A stream of deltas, then the finish reason, the usage and `[DONE]`. */
export const streamOf = (
  deltas: readonly Record<string, unknown>[],
  { finish = "stop", usage = USAGE }: { finish?: string | null; usage?: unknown } = {},
): Answer => {
  const event = (choices: unknown[], more: Record<string, unknown> = {}): unknown => ({
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    model: "small-model-2026-11-01",
    system_fingerprint: "fp_7",
    choices,
    ...more,
  });
  return {
    events: [
      ...deltas.map((delta) => event([{ index: 0, delta, finish_reason: null }])),
      event([{ index: 0, delta: {}, finish_reason: finish }]),
      ...(usage === null ? [] : [event([], { usage })]),
      "data: [DONE]\n\n",
    ],
  };
};

export const callOf = (name: string, input: unknown, id = "call_1"): Record<string, unknown> => ({
  tool_calls: [
    {
      index: 0,
      id,
      type: "function",
      function: { name, arguments: typeof input === "string" ? input : JSON.stringify(input) },
    },
  ],
});

/** An error as OpenAI's API words it. */
export const refusal = (status: number, message: string, code: string | null = null): Answer => ({
  status,
  json: { error: { message, type: "invalid_request_error", code } },
});
