import type { Scope } from "../../domain/service.ts";
import { parseJson, readBytes, requireJson } from "../body.ts";
import { refusal, retryAfter } from "../problem.ts";
import { streamSlots } from "../stream-slots.ts";
import type { Surface } from "../surface.ts";

/** `body`: parsed; undefined for a request without one. */
export type AnswerMcp = (
  request: Request,
  caller: { name: string; scopes: readonly Scope[] },
  body: unknown,
) => Promise<Response>;

/** Milliseconds after which a caller with too many open requests tries again. */
const RETRY_MS = 2_000;

/**
 * The Model Context Protocol over streamable HTTP. Keys, the checks of Host and Origin, rates and the size of bodies
 * are those of every path. Each tool has the scope of its counterpart below /v1; none decides on actions.
 */
export function addMcpRoute({ app, gate, bodyTimeoutMs, closing }: Surface, answer: AnswerMcp): void {
  const slots = streamSlots();

  app.all("/mcp", async (c) => {
    const { id, name, scopes } = await gate.identify(c);
    if (!scopes.includes("read") && !scopes.includes("analyse"))
      throw refusal(403, "MCP needs a key with the scope read or analyse.", {
        hint: "Send a key that has this scope.",
      });
    const isPost = c.req.method === "POST";
    if (isPost) requireJson(c);
    const body = isPost ? parseJson(await readBytes(c, bodyTimeoutMs)) : undefined;
    const release = slots.take(id);
    if (release === null) throw refusal(429, "Too many open MCP requests.", { headers: retryAfter(RETRY_MS) });
    const gone = new AbortController();
    const request = new Request(c.req.raw.url, {
      method: c.req.method,
      headers: c.req.raw.headers,
      signal: AbortSignal.any([c.req.raw.signal, closing, gone.signal]),
    });
    try {
      const response = await answer(request, { name, scopes }, body);
      return releasing(response, () => (release(), gone.abort()));
    } catch (error) {
      release();
      throw error;
    }
  });
}

/** The same response. `done` runs once its body was read or dropped. */
function releasing(response: Response, done: () => void): Response {
  if (response.body === null) {
    done();
    return response;
  }
  const reader = response.body.getReader();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done: isOver, value } = await reader.read();
        if (!isOver) return controller.enqueue(value);
        controller.close();
        done();
      } catch (error) {
        controller.error(error);
        done();
      }
    },
    async cancel(reason) {
      done();
      await reader.cancel(reason);
    },
  });
  return new Response(body, { status: response.status, headers: response.headers });
}
