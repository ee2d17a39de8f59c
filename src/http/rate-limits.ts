import type { MiddlewareHandler } from "hono";
import type { HttpConfig } from "../config.ts";
import type { AppEnv } from "./app-env.ts";
import type { Authenticator } from "./authenticator.ts";
import { refusal, retryAfter } from "./problem.ts";
import { tokenBuckets } from "./token-buckets.ts";

/** How much may come at once, in seconds of the average. */
const BURST_SECONDS = 10;
const rate = (perSecond: number) => ({ perSecond, burst: perSecond * BURST_SECONDS });

/**
 * So many requests for a key that was right before, and for an address. Webhooks come in storms and are answered quickly: they have limits of their own. That it lives
 * is told to everybody: who restarts what does not answer must not be told of limits.
 */
export function rateLimits(
  { requestsPerSecond, webhooksPerSecond }: HttpConfig,
  { accountOf, now }: Pick<Authenticator, "accountOf"> & { now: () => number },
): MiddlewareHandler<AppEnv> {
  const requests = tokenBuckets(rate(requestsPerSecond));
  const webhooks = tokenBuckets(rate(webhooksPerSecond));
  return async (c, next) => {
    if (c.req.path === "/healthz") return next();
    const waitMs = (c.req.path.startsWith("/v1/webhooks/") ? webhooks : requests).take(accountOf(c), now());
    if (waitMs > 0) throw refusal(429, "Too many requests.", { headers: retryAfter(waitMs) });
    return next();
  };
}
