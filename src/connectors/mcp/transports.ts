import type { FetchLike, Transport } from "@modelcontextprotocol/client";

/** Bytes of one message of a server. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** `env`: the whole environment of the program, but for what every program needs (`PATH`, `HOME`). */
export type McpProgram = { command: string; args: readonly string[]; env: Readonly<Record<string, string>> };

/** Starts a program, and speaks with it over its standard streams. What it writes to standard error is dropped. */
export async function stdioTransport({ command, args, env }: McpProgram): Promise<Transport> {
  const { StdioClientTransport, getDefaultEnvironment } = await import("@modelcontextprotocol/client/stdio");
  /** The library asks a subclass for its protocol in place; of the class itself, it starts a second program for that. */
  class OneProgram extends StdioClientTransport {}
  return new OneProgram({
    command,
    args: [...args],
    env: { ...getDefaultEnvironment(), ...env },
    stderr: "ignore",
    maxBufferSize: MAX_MESSAGE_BYTES,
  });
}

/** Streamable HTTP, over the one door to HTTP. */
export async function httpTransport(
  url: string,
  headers: Readonly<Record<string, string>>,
  fetch: typeof globalThis.fetch,
): Promise<Transport> {
  const { StreamableHTTPClientTransport } = await import("@modelcontextprotocol/client");
  return new StreamableHTTPClientTransport(new URL(url), {
    fetch: boundedFetch(fetch),
    requestInit: { headers },
    reconnectionOptions: {
      maxRetries: 0,
      initialReconnectionDelay: 1_000,
      maxReconnectionDelay: 1_000,
      reconnectionDelayGrowFactor: 1,
    },
  });
}

/** Ends a response that is larger than one message may be. */
const boundedFetch =
  (send: typeof globalThis.fetch): FetchLike =>
  async (input, init) => {
    const answer = await send(input, init);
    if (answer.body === null) return answer;
    let left = MAX_MESSAGE_BYTES;
    const bounded = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        left -= chunk.byteLength;
        if (left < 0) controller.error(new Error(`the answer is larger than ${MAX_MESSAGE_BYTES} bytes`));
        else controller.enqueue(chunk);
      },
    });
    return new Response(answer.body.pipeThrough(bounded), { status: answer.status, headers: answer.headers });
  };
