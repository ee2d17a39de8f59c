import { createHash } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import type { AppEnv } from "./app-env.ts";
import { refusal } from "./problem.ts";

type Answer = { status: number; headers: [string, string][]; body: string };
type Kept = { print: string; atMs: number; answer: Promise<Answer | null> };

const MAX_KEPT = 1_000;
const MAX_BODY_LENGTH = 64 * 1024;
const KEPT_FOR_MS = 24 * 3_600_000;
/** Visible ASCII, so that it can stand in a log and a store as it is. */
const KEY = /^[\x21-\x7e]{1,200}$/;

/** The request's key, checked. @throws {HTTPException} 400 */
export function idempotencyKeyOf(c: Context<AppEnv>): string | null {
  const key = c.req.header("idempotency-key");
  if (key === undefined) return null;
  if (KEY.test(key)) return key;
  throw refusal(400, "Idempotency-Key is no key: 1 to 200 visible characters without blanks.");
}

/**
 * Answers a repeat of a request under the same `Idempotency-Key` as the first was answered, byte for byte; the repeat waits where the first is still worked on.
 * What failed is not kept, so that it can be tried again. Kept in this process for a day: what must outlast it (incidents, analyses) the store remembers by key, too.
 *
 * @param textOf the body of the request, which is read by now.
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
        throw refusal(422, "This Idempotency-Key stands for another request.", {
          hint: "Take a new key for a new request.",
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
