import type { FuzzRequest } from "./requests.ts";

/** `wrong`: what is wrong with the response, or null. `status`: 0 when there was no response. */
export type Verdict = { status: number; wrong: string | null };

/** Longest request of a fuzz run, in milliseconds. */
const HANG_MS = 300_000;
/** Stack frames and source paths in a body. */
const STACK = /\n\s+at |\bat (?:async )?[\w.<>]+ \(|node_modules|\.[cm]?[jt]s:\d+/;

/** Sends one request over a real socket and checks the response from the outside. */
export async function send(baseUrl: string, { method, path, headers, body }: FuzzRequest): Promise<Verdict> {
  const gaveUp = AbortSignal.timeout(HANG_MS);
  try {
    const answer = await fetch(new URL(baseUrl + path), {
      method,
      headers,
      body: typeof body === "string" || body === null ? body : Buffer.from(body),
      signal: gaveUp,
      redirect: "manual",
    });
    const type = answer.headers.get("content-type") ?? "";
    if (type === "text/event-stream") {
      await answer.body
        ?.getReader()
        .read()
        .then(() => answer.body?.cancel().catch(() => undefined));
      return { status: answer.status, wrong: null };
    }
    return { status: answer.status, wrong: wrongWith(method, answer, type, await answer.text()) };
  } catch (error) {
    return {
      status: 0,
      wrong: gaveUp.aborted
        ? "no answer in time"
        : `no answer: ${error instanceof Error ? `${error.message} ${String(error.cause)}` : String(error)}`,
    };
  }
}

function wrongWith(method: string, answer: Response, type: string, text: string): string | null {
  if (answer.status >= 500) return `status ${answer.status}: ${text.slice(0, 500)}`;
  if (STACK.test(text)) return `a stack in the body: ${text.slice(0, 500)}`;
  if (answer.headers.has("x-injected")) return "a header of the caller's making";
  if (answer.headers.get("traceparent") === null) return "no traceparent";
  if (answer.status < 400 || method === "HEAD") return null;
  // a refusal of OTLP is a google.rpc.Status, in the encoding of the request
  if (/^application\/(?:x-protobuf|json)$/.test(type) && answer.url.includes("/v1/otlp/")) return null;
  if (type !== "application/problem+json") return `a refusal of type ${type}: ${text.slice(0, 200)}`;
  const problem: unknown = JSON.parse(text);
  return typeof problem === "object" && problem !== null && "status" in problem && problem.status === answer.status
    ? null
    : `a problem that tells another status: ${text.slice(0, 200)}`;
}
