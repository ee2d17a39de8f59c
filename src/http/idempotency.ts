import { createHash } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import type { AppEnv } from "./app-env.ts";
import { refusal } from "./problem.ts";

type Answer = { status: number; headers: [string, string][]; body: string };
type Kept = { print: string; atMs: number; answer: Promise<Answer | null> };

const MAX_KEPT = 1_000;
const MAX_BODY_LENGTH = 64 * 1024;
const KEPT_FOR_MS = 24 * 3_600_000;
/** Visible ASCII, safe in logs and in the store. */
const KEY = /^[\x21-\x7e]{1,200}$/;

/** Reads and checks the Idempotency-Key of a request. @throws {HTTPException} 400 */
export function idempotencyKeyOf(c: Context<AppEnv>): string | null {
  const key = c.req.header("idempotency-key");
  if (key === undefined) return null;
  if (KEY.test(key)) return key;
  throw refusal(400, "The Idempotency-Key is not valid. It must be 1 to 200 visible ASCII characters without blanks.");
}

/**
 * Answers a repeated request with the same `Idempotency-Key` exactly like the first one. The repeat waits while the
 * first request still runs. Failed answers are not kept, so that the client can retry. Answers stay in this process for
 * a day; for incidents and analyses the store also remembers the key.
 *
 * @param textOf the body of the request, already read.
 */
export function idempotent(
  now: () => number,
  textOf: (c: Context<AppEnv>) => Promise<string>,
): MiddlewareHandler<AppEnv> {
  const kept = new Map<string, Kept>();

  const forget = (nowMs: number): void => {
    for (const [name, { atMs }] of kept) {
      if (kept.size <= MAX_KEPT && nowMs - atMs <= KEPT_FOR_MS) return;
      kept.delete(name);
    }
  };

  return async (c, next) => {
    const key = idempotencyKeyOf(c);
    if (key === null) return next();
    const name = JSON.stringify([c.var.principal?.id, c.req.method, c.req.path, key]);
    const print = createHash("sha256")
      .update(await textOf(c))
      .digest("hex");
    for (let known = kept.get(name); known !== undefined; known = kept.get(name)) {
      if (known.print !== print)
        throw refusal(422, "This Idempotency-Key was used for a different request.", {
          hint: "Use a new key for a new request.",
        });
      const answer = await known.answer;
      if (answer !== null)
        return new Response(answer.body, {
          status: answer.status,
          headers: [...answer.headers, ["idempotency-replayed", "true"]],
        });
      if (kept.get(name) === known) kept.delete(name);
    }
    const { promise, resolve } = Promise.withResolvers<Answer | null>();
    kept.set(name, { print, atMs: now(), answer: promise });
    forget(now());
    let answer: Answer | null = null;
    try {
      await next();
      if (c.res.ok) {
        const body = await c.res.clone().text();
        if (body.length <= MAX_BODY_LENGTH)
          answer = {
            status: c.res.status,
            headers: [...c.res.headers].filter(([header]) => KEPT_HEADERS.has(header)),
            body,
          };
      }
    } finally {
      if (answer === null) kept.delete(name);
      resolve(answer);
    }
  };
}

const KEPT_HEADERS: ReadonlySet<string> = new Set(["content-type", "location"]);
