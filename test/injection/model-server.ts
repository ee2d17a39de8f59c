import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";

/** A request as the server got it: its bytes, and the parts that matter here. */
export type Captured = { bytes: string; messages: readonly { role: string; content: unknown }[] };

const Body = z.looseObject({
  model: z.string(),
  stream: z.boolean().optional(),
  messages: z.array(z.looseObject({ role: z.string(), content: z.unknown() })),
  tools: z.array(z.looseObject({ function: z.looseObject({ name: z.string() }) })).optional(),
});
export type ChatBody = z.infer<typeof Body>;

export type ModelServer = AsyncDisposable & { baseUrl: string; captured: Captured[] };

/** An answer that calls a tool, whether it exists or not. Any other answer is the input of the first tool. */
export class ToolCall {
  readonly tool: string;
  readonly input: unknown;
  constructor(tool: string, input: unknown) {
    this.tool = tool;
    this.input = input;
  }
}

/** An OpenAI-compatible server on the loopback that answers by `answer`, and keeps every byte that it got. */
export async function startModelServer(answer: (body: ChatBody) => unknown): Promise<ModelServer> {
  const captured: Captured[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const bytes = Buffer.concat(await request.toArray()).toString("utf8");
      const body = Body.parse(JSON.parse(bytes));
      captured.push({ bytes, messages: body.messages });
      const given = answer(body);
      const isCall = given instanceof ToolCall;
      const text = JSON.stringify(isCall ? given.input : given);
      const name = isCall ? given.tool : body.tools?.[0]?.function.name;
      const call = { id: `call_${captured.length}`, type: "function", index: 0, function: { name, arguments: text } };
      const message = {
        role: "assistant",
        content: name === undefined ? text : null,
        ...(name && { tool_calls: [call] }),
      };
      const frame = { id: "c-1", created: 1_800_000_000, model: body.model };
      const finish = name === undefined ? "stop" : "tool_calls";
      const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };
      if (body.stream === true) {
        response.writeHead(200, { "content-type": "text/event-stream" });
        const chunks = [
          { ...frame, object: "chat.completion.chunk", choices: [{ index: 0, delta: message, finish_reason: null }] },
          { ...frame, object: "chat.completion.chunk", choices: [{ index: 0, delta: {}, finish_reason: finish }] },
          { ...frame, object: "chat.completion.chunk", choices: [], usage },
        ];
        response.end(`${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("")}data: [DONE]\n\n`);
        return;
      }
      const choices = [{ index: 0, message, finish_reason: finish }];
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ ...frame, object: "chat.completion", choices, usage }));
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    captured,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
