import { createMcpHandler } from "@modelcontextprotocol/server";
import { z } from "zod";
import { Scope } from "../domain/service.ts";
import type { McpCaller, McpPorts } from "./ports.ts";
import { mcpServers } from "./server.ts";

const MAX_SUBSCRIPTIONS = 100;
const NOBODY: McpCaller = { name: "nobody", scopes: [] };
const Caller = z.object({ name: z.string(), scopes: z.array(Scope) });

/** Streamable HTTP. `answer` gets a request whose caller, origin and size are checked, with its parsed body. */
export type McpEndpoint = {
  answer(request: Request, caller: McpCaller, body: unknown): Promise<Response>;
  close(): Promise<void>;
};

/**
 * Serves MCP over HTTP without sessions: each request brings all it needs, so that nothing is held between two of them,
 * no session id exists to steal, and any process behind a load balancer can answer.
 */
export function mcpEndpoint(ports: McpPorts): McpEndpoint {
  const serverFor = mcpServers(ports);
  const handler = createMcpHandler(({ authInfo }) => serverFor(callerOf(authInfo?.extra?.caller)), {
    maxSubscriptions: MAX_SUBSCRIPTIONS,
    onerror: (error) => ports.log.info({ err: error }, "an MCP request was refused or cut off"),
  });
  return {
    answer: (request, { name, scopes }, body) =>
      handler.fetch(request, {
        authInfo: { token: "", clientId: name, scopes: [...scopes], extra: { caller: { name, scopes } } },
        ...(body === undefined ? {} : { parsedBody: body }),
      }),
    close: () => handler.close(),
  };
}

function callerOf(extra: unknown): McpCaller {
  const caller = Caller.safeParse(extra);
  return caller.success ? caller.data : NOBODY;
}
