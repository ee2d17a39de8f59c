import { createHash, timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import { IncidentError } from "../../domain/errors.ts";
import type { Log } from "../../domain/log.ts";
import { SessionRequest } from "./brief.ts";
import type { Sessions } from "./sessions.ts";

/** Larger than any observation that is kept. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;
const PROBLEM_TYPE = "application/problem+json";
const STATUS = { NOT_FOUND: 404, BAD_INPUT: 422, REJECTED: 409 } as const;

/**
 * Without a key, only names of this machine: a page of another site may have its own name lead here (DNS rebinding).
 */
const LOCAL_NAME = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

const Observed = z.object({ observation: z.string(), step: z.number().int().nonnegative().optional() });

export type SessionAppOptions = {
  sessions: Sessions;
  /** The bearer token that requests must carry; null for a server that only this machine reaches. */
  apiKey: string | null;
  log: Log;
};

/** An error as problem details. */
const problem = (status: number, detail: string, hint?: string): Response =>
  new Response(JSON.stringify({ type: "about:blank", title: detail, status, detail, hint }), {
    status,
    headers: { "content-type": PROBLEM_TYPE },
  });

/**
 * The HTTP interface for an orchestrator: a session for each problem, and one request for each action.
 *
 * - `POST /v1/aiopslab/sessions` `{desc, instructions, apis, problemId?, maxSteps?}` → `{id, task}`
 * - `POST /v1/aiopslab/sessions/:id/actions` `{observation, step?}` → `{call, message, thought, done}`
 * - `GET /v1/aiopslab/sessions/:id/trace` → the turns so far
 *
 * Errors are problem details (RFC 9457).
 */
export function sessionApp({ sessions, apiKey, log }: SessionAppOptions): Hono {
  const app = new Hono();
  app.onError((error) => {
    if (error instanceof HTTPException) return problem(error.status, error.message || "the request was refused");
    if (error instanceof IncidentError && error.code in STATUS)
      return problem(STATUS[error.code as keyof typeof STATUS], error.message, error.hint);
    log.error({ err: error }, "a session failed");
    return problem(500, "the session failed; the log of the server says why", "Send the same observation again.");
  });
  app.notFound((c) => problem(404, `there is no ${c.req.path}`, "See docs/acting.md for the paths."));
  app.use(async (c, next) => {
    if (apiKey !== null && !isSame(c.req.header("authorization") ?? "", `Bearer ${apiKey}`))
      return problem(401, "the request needs the key of this server", "Send authorization: Bearer <key>.");
    if (apiKey === null && !LOCAL_NAME.test(c.req.header("host") ?? ""))
      return problem(403, "without a key this server answers only to localhost", "Set CAUSEWAY_API_KEY on both sides.");
    // A page in a browser can reach this machine, but cannot set this content type without asking first.
    if (c.req.method === "POST" && !/^application\/json\b/i.test(c.req.header("content-type") ?? ""))
      return problem(415, "this server takes JSON", "Send content-type: application/json.");
    return next();
  });
  app.use(
    bodyLimit({ maxSize: MAX_BODY_BYTES, onError: () => problem(413, `the body has over ${MAX_BODY_BYTES} bytes`) }),
  );

  app.post("/v1/aiopslab/sessions", async (c) =>
    c.json(await sessions.open(await read(c.req.raw, SessionRequest)), 201),
  );
  app.post("/v1/aiopslab/sessions/:id/actions", async (c) => {
    const { observation, step } = await read(c.req.raw, Observed);
    return c.json(await sessions.act(c.req.param("id"), observation, step));
  });
  app.get("/v1/aiopslab/sessions/:id/trace", async (c) => c.json(await sessions.trace(c.req.param("id"))));
  return app;
}

/** @throws {IncidentError} BAD_INPUT */
async function read<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
  const body: unknown = await request.json().catch(() => undefined);
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new IncidentError("BAD_INPUT", `the body is not valid: ${issue?.path.join(".") || "it"}: ${issue?.message}`, {
    hint: "See docs/acting.md for its fields.",
  });
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
