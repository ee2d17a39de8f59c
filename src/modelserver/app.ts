import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { z } from "zod";
import { IncidentError, messageOf } from "../domain/errors.ts";
import { refuseForeignOrigin } from "../http/origin-guard.ts";
import type { Answerer } from "./answerer.ts";
import { checkedAnswer } from "./checked-answer.ts";
import { completionBody, completionChunks } from "./completion-body.ts";
import { CompletionRequest, type ReceivedRequest, requestSha256 } from "./completion-request.ts";
import type { TokenCounter } from "./count-tokens.ts";
import type { WrittenAnswer } from "./written-answer.ts";

/** Most bytes of a request. */
const MAX_BODY = 16 * 1024 * 1024;

/** The answer to one request, and who gave it. */
export type SentAnswer = { received: ReceivedRequest; written: WrittenAnswer; by: Answerer };

export type ModelServerOptions = {
  /** Tried in turn until one has an answer. */
  answerers: readonly Answerer[];
  tokens: TokenCounter;
  /** The address that the server listens on. */
  host: string;
  /** The name of the model that `/v1/models` lists. Every other name is served too. */
  model: string;
  now: () => number;
  onAnswer(answered: SentAnswer): void;
  /** A request that no answer could be sent to. */
  onFailure(received: ReceivedRequest, why: string): void;
  closing: AbortSignal;
};

type ErrorParts = { message: string; type: string; code: string; headers?: Record<string, string> };

/** @see https://platform.openai.com/docs/guides/error-codes */
const refused = (c: Context, status: number, { message, type, code, headers = {} }: ErrorParts): Response =>
  c.json({ error: { message, type, param: null, code } }, status as ContentfulStatusCode, headers);

/**
 * An OpenAI-compatible API: chat completions and the list of models. Requests are answered one after the other.
 *
 * @see https://platform.openai.com/docs/api-reference/chat
 */
export function modelServerApp(options: ModelServerOptions): Hono {
  const { host, model, now } = options;
  const answerNext = inTurn(options);
  const app = new Hono();
  app.use(refuseForeignOrigin(host, []));
  app.use(bodyLimit({ maxSize: MAX_BODY }));
  app.get("/v1/models", (c) =>
    c.json({ object: "list", data: [{ id: model, object: "model", created: 0, owned_by: "causeway" }] }),
  );
  app.get("/v1/models/:name", (c) =>
    c.json({ id: c.req.param("name"), object: "model", created: 0, owned_by: "causeway" }),
  );
  app.post("/v1/chat/completions", async (c) => {
    const body = CompletionRequest.safeParse(await c.req.json().catch(() => null));
    if (!body.success)
      return refused(c, 400, {
        message: `The request is not a chat completion request: ${z.prettifyError(body.error)}`,
        type: "invalid_request_error",
        code: "invalid_request",
      });
    const outcome = await answerNext(body.data, c.req.raw.signal);
    if ("problem" in outcome)
      return refused(c, outcome.status, { message: outcome.problem, type: "model_server_error", code: outcome.code });
    const { received, answer, use } = outcome;
    if (answer.kind === "failure")
      return refused(c, answer.status, {
        message: answer.message,
        type: answer.status < 500 ? "invalid_request_error" : "server_error",
        code: `status_${answer.status}`,
        ...(answer.retryAfterSeconds !== null && { headers: { "retry-after": String(answer.retryAfterSeconds) } }),
      });
    if (body.data.stream !== true) return c.json(completionBody(received, answer, use, now()));
    const events = [...completionChunks(received, answer, use, now()).map((chunk) => JSON.stringify(chunk)), "[DONE]"];
    return c.body(events.map((event) => `data: ${event}\n\n`).join(""), 200, {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
    });
  });
  app.notFound((c) =>
    refused(c, 404, {
      message: `This server has no ${c.req.method} ${c.req.path}; it has POST /v1/chat/completions and GET /v1/models.`,
      type: "invalid_request_error",
      code: "unknown_url",
    }),
  );
  app.onError((error, c) =>
    refused(c, error instanceof HTTPException ? error.status : 500, {
      message: messageOf(error),
      type: error instanceof HTTPException ? "invalid_request_error" : "server_error",
      code: "refused",
    }),
  );
  return app;
}

/** Gives requests their numbers, and answers them one at a time in the order in which they came. */
function inTurn({ answerers, tokens, onAnswer, onFailure, closing }: ModelServerOptions) {
  let last: Promise<unknown> = Promise.resolve();
  let count = 0;
  const answerOne = async (request: CompletionRequest, gone: AbortSignal) => {
    count += 1;
    const received: ReceivedRequest = { number: count, sha256: requestSha256(request), request };
    const fail = (status: number, code: string, problem: string) => {
      onFailure(received, problem);
      return { status, code, problem };
    };
    try {
      const given = await firstAnswer(answerers, received, AbortSignal.any([gone, closing]));
      if (given === null) {
        const why = answerers.map((one) => one.explain?.(received) ?? `${one.name} had no answer`).join("; ");
        return fail(410, "no_answer", `Request ${received.sha256.slice(0, 12)} has no answer: ${why}`);
      }
      const checked = checkedAnswer(given.written, request, tokens);
      if ("problems" in checked)
        return fail(410, "unfit_answer", `The answer of ${given.by.name} does not fit: ${checked.problems.join(" ")}`);
      onAnswer({ received, ...given });
      const use = { prompt: tokens.request(request), completion: checked.tokens };
      return { received, answer: checked.answer, use };
    } catch (error) {
      if (gone.aborted) return fail(499, "client_gone", "The client has gone.");
      if (closing.aborted) return fail(503, "closing", "The server is closing.");
      if (!(error instanceof IncidentError)) throw error;
      return fail(410, "no_answer", `${error.message}. ${error.hint}`);
    }
  };
  return (request: CompletionRequest, gone: AbortSignal) => {
    const turn = last.then(() => answerOne(request, gone));
    last = turn.catch(() => null);
    return turn;
  };
}

async function firstAnswer(
  answerers: readonly Answerer[],
  received: ReceivedRequest,
  signal: AbortSignal,
): Promise<{ written: WrittenAnswer; by: Answerer } | null> {
  for (const by of answerers) {
    signal.throwIfAborted();
    const written = await by.answer(received, signal);
    if (written !== null) return { written, by };
  }
  return null;
}
