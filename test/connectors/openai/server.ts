import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { type Script, sendAnswer } from "./scripted-answers.ts";

/** The server's answer to a chat completion. */
export type Behaviour =
  | "good" // cites the first finding of the prompt, without a number
  | "invented-id"
  | "invented-number"
  | "text-json" // answers in the message, not through the tool
  | "malformed-once" // broken JSON first, good when asked to repair
  | "malformed" // broken JSON for ever
  | "wrong-shape"
  | "empty-choices"
  | "refuses-tools" // HTTP 400 to a request with tools; good in JSON mode
  | "refuses-formats" // HTTP 400 to tools and to response_format; good in plain text
  | "html"
  | "hang" // takes the request and never answers
  | "drip" // headers at once, then a byte now and then, for ever
  | "hang-up" // closes the connection
  | "401"
  | "404"
  | "429"
  | "500"
  | "echo-key"; // 401 whose message repeats the key

const Body = z.looseObject({
  model: z.string(),
  messages: z.array(z.looseObject({ role: z.string(), content: z.unknown() })),
  tools: z.array(z.looseObject({ function: z.looseObject({ name: z.string() }) })).optional(),
  response_format: z.unknown().optional(),
});
export type ChatRequest = z.infer<typeof Body>;

export type FakeModel = {
  baseUrl: string;
  /** Change it between requests. */
  behaviour: Behaviour | Script;
  /** Every chat completion asked for, in order. */
  requests: {
    body: ChatRequest;
    authorization: string | undefined;
    url: string;
    headers: IncomingMessage["headers"];
  }[];
  [Symbol.asyncDispose](): Promise<void>;
};

/** A small OpenAI-compatible server: POST …/chat/completions on a free port of the loopback. */
export async function startFakeModel(behaviour: Behaviour | Script = "good"): Promise<FakeModel> {
  const timers = new Set<NodeJS.Timeout>();
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const model: FakeModel = {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    behaviour,
    requests: [],
    async [Symbol.asyncDispose]() {
      for (const timer of timers) clearInterval(timer);
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = (await request.toArray()).map(String).join("");
    if (request.method !== "POST" || !/\/chat\/completions(?:\?|$)/.test(request.url ?? ""))
      return json(response, 404, { error: { message: `no such path: ${request.url}` } });
    const body = Body.parse(JSON.parse(text));
    const { headers, url = "" } = request;
    model.requests.push({ body, authorization: headers.authorization, url, headers });
    if (typeof model.behaviour === "function")
      return sendAnswer(model.behaviour(body, model.requests.length - 1), response);
    const refused = (what: string): void =>
      json(response, 400, {
        error: { message: `${what} is not supported by this model`, type: "invalid_request_error" },
      });
    switch (model.behaviour) {
      case "hang":
        return;
      case "hang-up":
        return void request.socket.destroy();
      case "html":
        return void response
          .writeHead(200, { "content-type": "text/html" })
          .end("<!doctype html><title>Log in</title><p>Please log in.");
      case "drip": {
        response.writeHead(200, { "content-type": "application/json" }).write("{");
        timers.add(setInterval(() => response.write(" "), 20));
        return;
      }
      case "401":
      case "404":
      case "429":
      case "500":
        return json(response, Number(model.behaviour), { error: { message: `refused with ${model.behaviour}` } });
      case "echo-key":
        return json(response, 401, {
          error: { message: `Incorrect API key provided: ${request.headers.authorization?.replace("Bearer ", "")}.` },
        });
      case "empty-choices":
        return json(response, 200, { ...completion(body, {}), choices: [] });
      case "refuses-tools":
        return body.tools === undefined ? json(response, 200, completion(body, good(body))) : refused("tools");
      case "refuses-formats":
        return body.tools === undefined && body.response_format === undefined
          ? json(response, 200, completion(body, good(body)))
          : refused("tools or response_format");
      case "text-json":
        return json(response, 200, completion({ ...body, tools: undefined }, good(body), "```json\n", "\n```"));
      case "malformed-once":
        return json(response, 200, completion(body, good(body), model.requests.length === 1 ? "{" : ""));
      case "malformed":
        return json(response, 200, completion(body, good(body), "{"));
      case "wrong-shape":
        return json(response, 200, completion(body, { claims: "all is well" }));
      case "invented-id":
        return json(
          response,
          200,
          completion(body, {
            claims: [...good(body).claims, { text: "The network is at fault.", evidenceIds: ["E999"] }],
          }),
        );
      case "invented-number":
        return json(
          response,
          200,
          completion(body, {
            claims: [...good(body).claims, { text: "It took 98765 ms.", evidenceIds: [firstId(body)] }],
          }),
        );
      case "good":
        return json(response, 200, completion(body, good(body)));
    }
  }
  return model;
}

const firstId = ({ messages }: ChatRequest): string =>
  /"id":"(E\d+)"/.exec(messages.map(({ content }) => String(content)).join("\n"))?.[1] ?? "E1";
const good = (body: ChatRequest): { claims: { text: string; evidenceIds: string[] }[] } => ({
  claims: [{ text: "The model says that this finding explains the incident.", evidenceIds: [firstId(body)] }],
});

/** A chat completion that gives `answer` through the tool if one was offered, else as the text of the message. */
function completion({ model, tools }: ChatRequest, answer: unknown, before = "", after = ""): Record<string, unknown> {
  const written = before + JSON.stringify(answer) + after;
  const name = tools?.[0]?.function.name;
  const message =
    name === undefined
      ? { role: "assistant", content: written }
      : {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "call_1", type: "function", function: { name, arguments: written } }],
        };
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1_800_000_000,
    model,
    choices: [{ index: 0, message, finish_reason: name === undefined ? "stop" : "tool_calls" }],
    usage: { prompt_tokens: 120, completion_tokens: 30, total_tokens: 150 },
  };
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
