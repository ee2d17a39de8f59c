import { serveStdio, StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import type { Readable, Writable } from "node:stream";
import type { McpCaller, McpPorts } from "./ports.ts";
import { mcpServers } from "./server.ts";

/** Bytes of one message. The largest that makes sense is a batch of alerts. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

/** Who starts the program may do what its command line can, but for decisions. */
const LOCAL_PROGRAM: McpCaller = { name: "mcp", scopes: ["read", "analyse"] };

/**
 * Serves MCP over two streams until the client closes its end, or `signal` aborts. Nothing but protocol messages is
 * written to `output`.
 */
export async function serveMcpOver(
  ports: McpPorts,
  { input, output, signal }: { input: Readable; output: Writable; signal: AbortSignal },
): Promise<void> {
  const serverFor = mcpServers(ports);
  const transport = new StdioServerTransport(input, output, { maxBufferSize: MAX_MESSAGE_BYTES });
  const ended = Promise.withResolvers<void>();
  const handle = serveStdio(() => serverFor(LOCAL_PROGRAM), {
    transport,
    onerror: (error) => ports.log.info({ err: error }, "an MCP message was refused"),
  });
  // the entry took the transport's own handler
  const closed = transport.onclose;
  Object.assign(transport, { onclose: () => (closed?.(), ended.resolve()) });
  const stop = (): void => void handle.close().finally(() => ended.resolve());
  signal.addEventListener("abort", stop, { once: true });
  input.once("close", () => ended.resolve());
  input.once("end", () => ended.resolve());
  if (signal.aborted) stop();
  await ended.promise;
  signal.removeEventListener("abort", stop);
  await handle.close();
}
