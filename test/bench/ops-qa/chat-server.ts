import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { z } from "zod";

const Body = z.looseObject({
  model: z.string(),
  messages: z.array(z.looseObject({ role: z.string(), content: z.string() })),
  temperature: z.number().optional(),
});

export type ChatCall = { system: string; user: string; temperature: number | undefined; authorization: string };
/** A text to reply with, another status, a body that is not a completion, or no reply at all. */
export type ChatReply =
  | string
  | { status: number; headers?: Record<string, string>; message?: string }
  | { html: string }
  | { text: string; countsNoTokens: true }
  | "hang-up"
  | null;

export type ChatServer = { baseUrl: string; calls: ChatCall[] };

const JSON_TYPE = { "content-type": "application/json" };

/**
 * A small OpenAI-compatible server on the loopback. Every completion costs 100 tokens in and 10 out.
 *
 * @param reply is called for each request with the number of requests before it.
 */
export async function startChatServer(
  reply: (call: ChatCall, before: number) => ChatReply | Promise<ChatReply>,
): Promise<ChatServer> {
  const calls: ChatCall[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const { messages, temperature } = Body.parse(JSON.parse((await request.toArray()).map(String).join("")));
      const textOf = (role: string): string => messages.find((message) => message.role === role)?.content ?? "";
      const authorization = request.headers.authorization ?? "";
      const call = { system: textOf("system"), user: textOf("user"), temperature, authorization };
      const before = calls.push(call) - 1;
      const answer = await reply(call, before);
      if (answer === null) return;
      if (answer === "hang-up") return void request.socket.destroy();
      if (typeof answer !== "string" && "html" in answer)
        return void response.writeHead(200, { "content-type": "text/html" }).end(answer.html);
      if (typeof answer !== "string" && "status" in answer) {
        const { status, headers = {}, message = `refused with ${status}` } = answer;
        return void response
          .writeHead(status, { ...JSON_TYPE, ...headers })
          .end(JSON.stringify({ error: { message } }));
      }
      const content = typeof answer === "string" ? answer : answer.text;
      const usage =
        typeof answer === "string" ? { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 } : undefined;
      response.writeHead(200, JSON_TYPE).end(
        JSON.stringify({
          id: "chatcmpl-1",
          object: "chat.completion",
          created: 1_800_000_000,
          model: "test-model",
          choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
          ...(usage !== undefined && { usage }),
        }),
      );
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => (server.closeAllConnections(), void server.close()));
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, calls };
}

/** The letter under which a prompt shows an option. */
export function letterIn({ user }: Pick<ChatCall, "user">, option: string): string {
  const line = user.split("\n").find((one) => one.endsWith(`. ${option}`));
  return line?.slice(0, 1) ?? "none";
}
