import type { MiddlewareHandler } from "hono";
import type { HttpConfig } from "../config.ts";
import type { AppEnv } from "./app-env.ts";
import type { Authenticator } from "./authenticator.ts";
import { refusal, retryAfter } from "./problem.ts";
import { tokenBuckets } from "./token-buckets.ts";

/** Size of a burst, in seconds of the average rate. */
const BURST_SECONDS = 10;
const rate = (perSecond: number) => ({ perSecond, burst: perSecond * BURST_SECONDS });

/**
 * Limits requests for each known key, else for each address. Webhooks come in storms and are cheap, and telemetry
 * comes all the time, so they have a limit of their own. /healthz has none: an orchestrator that restarts silent
 * servers must not hit a limit.
 */
export function rateLimits(
  { requestsPerSecond, webhooksPerSecond }: HttpConfig,
  { accountOf, now }: Pick<Authenticator, "accountOf"> & { now: () => number },
): MiddlewareHandler<AppEnv> {
  const requests = tokenBuckets(rate(requestsPerSecond));
  const webhooks = tokenBuckets(rate(webhooksPerSecond));
  return async (c, next) => {
    if (c.req.path === "/healthz") return next();
    const isSteady = ["/v1/webhooks/", "/v1/changes", "/v1/otlp/"].some((path) => c.req.path.startsWith(path));
    const waitMs = (isSteady ? webhooks : requests).take(accountOf(c), now());
    if (waitMs > 0) throw refusal(429, "Too many requests for this key or address.", { headers: retryAfter(waitMs) });
    return next();
  };
}
