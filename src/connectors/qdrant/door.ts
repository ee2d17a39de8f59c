import { Agent, errors, FormData, request } from "undici";
import { z } from "zod";
import { IncidentError } from "../../domain/errors.ts";
import { refusal } from "./failures.ts";

/** `apiKey`: null for a server that wants none. */
export type QdrantServer = { url: string; apiKey: string | null; timeoutMs: number };
export type Method = "GET" | "PUT" | "POST" | "PATCH" | "DELETE";
export type Call<T> = {
  method: Method;
  path: string;
  body?: unknown;
  schema: z.ZodType<T>;
  signal?: AbortSignal | undefined;
  timeoutMs?: number;
};

export type QdrantDoor = {
  /** Origin and path, without user info. */
  readonly name: string;
  /** Asks, and gives `result` of the answer. */
  call<T>(call: Call<T>): Promise<T>;
  /** The answer as bytes, for files. */
  download(path: string, timeoutMs: number): Promise<AsyncIterable<Uint8Array>>;
  close(): Promise<void>;
};

/** Every answer is wrapped so. */
const Wrapped = z.object({ result: z.unknown() });

/**
 * The one way to a Qdrant server, over `undici.request`: `fetch`, and with it the vendor's client, sends headers and body in two packets, and the
 * second waits some 40 ms for the first to be acknowledged (docs/decisions).
 *
 * @throws {IncidentError} from every call, as `refusal` says; UNAVAILABLE if the server is not reached in time; BAD_RESPONSE if it answers something else.
 */
export function qdrantDoor({ url, apiKey, timeoutMs: usualMs }: QdrantServer): QdrantDoor {
  const base = new URL(url);
  const name = base.origin + base.pathname.replace(/\/+$/, "");
  const agent = new Agent();
  const key: Record<string, string> = apiKey === null ? {} : { "api-key": apiKey };

  /** Once more where the connection was found closed: the server closes idle ones, which a busy process sees late. All that is asked may be asked twice. */
  async function ask(...told: Parameters<typeof askOnce>): ReturnType<typeof askOnce> {
    try {
      return await askOnce(...told);
    } catch (error) {
      if (error instanceof IncidentError && isClosed(error.cause)) return askOnce(...told);
      throw error;
    }
  }

  async function askOnce(
    method: Method,
    path: string,
    { body, signal, timeoutMs }: { body: unknown; signal?: AbortSignal | undefined; timeoutMs: number },
  ) {
    const isForm = body instanceof FormData;
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      return await request(`${name}${path}`, {
        method,
        dispatcher: agent,
        headers: body === undefined || isForm ? key : { ...key, "content-type": "application/json" },
        body: body === undefined ? null : isForm ? body : JSON.stringify(body),
        signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
        // the deadline is the one limit
        headersTimeout: 0,
        bodyTimeout: 0,
      });
    } catch (cause) {
      signal?.throwIfAborted(); // our caller gave up: not the server's fault
      throw unreached(name, timeoutMs, cause);
    }
  }

  return {
    name: `qdrant (${name})`,

    async call({ method, path, body, schema, signal, timeoutMs = usualMs }) {
      const answer = await ask(method, path, { body, signal, timeoutMs });
      const text = await answer.body.text().catch((cause: unknown) => {
        signal?.throwIfAborted();
        throw unreached(name, timeoutMs, cause);
      });
      if (answer.statusCode >= 300) throw refusal(`${name}${path}`, answer.statusCode, text);
      return read(`${name}${path}`, text, schema);
    },

    async download(path, timeoutMs) {
      const answer = await ask("GET", path, { body: undefined, timeoutMs });
      if (answer.statusCode >= 300) throw refusal(`${name}${path}`, answer.statusCode, await answer.body.text());
      return answer.body;
    },

    close: () => agent.destroy(),
  };
}

const isClosed = (cause: unknown): boolean =>
  cause instanceof errors.SocketError ||
  (cause instanceof Error && "code" in cause && (cause.code === "ECONNRESET" || cause.code === "EPIPE"));

const unreached = (name: string, timeoutMs: number, cause: unknown): IncidentError =>
  new IncidentError("UNAVAILABLE", `the memory at ${name} could not be reached within ${timeoutMs} ms`, {
    hint: "Is Qdrant up? Check QDRANT_URL, and that it can be reached from here.",
    cause,
  });

function read<T>(place: string, text: string, schema: z.ZodType<T>): T {
  const strange = (why: string, cause: unknown): IncidentError =>
    new IncidentError("BAD_RESPONSE", `${place} sent an unexpected body: ${why}`, {
      hint: "Is QDRANT_URL the server's REST address itself, not its gRPC port, a login page or a proxy?",
      cause,
    });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw strange("not JSON", cause);
  }
  const wrapped = Wrapped.safeParse(json);
  const parsed = schema.safeParse(wrapped.success ? wrapped.data.result : json);
  if (parsed.success) return parsed.data;
  throw strange(z.prettifyError(parsed.error), parsed.error);
}
