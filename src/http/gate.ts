import type { MiddlewareHandler } from "hono";
import type { Scope } from "../domain/service.ts";
import type { AppEnv } from "./app-env.ts";
import { jsonText, readBytes, requireJson } from "./body.ts";
import type { Authenticator } from "./authenticator.ts";
import { idempotent } from "./idempotency.ts";
import { refusal } from "./problem.ts";

type Guard = { security: Record<string, string[]>[]; middleware: MiddlewareHandler<AppEnv>[] };

/** What stands before a route: documentation and middleware in one, so that they cannot disagree. */
export type Gate = {
  /** Only with a key that has this scope. */
  needs(scope: Scope): Guard;
  /** The same for a request with a JSON body: bounded, and answered once for each Idempotency-Key. `optional`: an empty one is `{}`. */
  takesJson(scope: Scope, body: "required" | "optional"): Guard;
  identify: Authenticator["identify"];
};

/** As OpenAPI names who may ask: any one of these will do. */
export const keySecurity = (scope: Scope): Record<string, string[]>[] => [{ bearer: [scope] }, { apiKey: [scope] }];

export function buildGate(
  identify: Authenticator["identify"],
  { bodyTimeoutMs, now }: { bodyTimeoutMs: number; now: () => number },
): Gate {
  const once = idempotent(now, (c) => c.req.text());
  const needs = (scope: Scope): Guard => ({
    security: keySecurity(scope),
    middleware: [
      async (c, next) => {
        const { scopes, isLocal } = await identify(c);
        if (scopes.includes(scope)) return next();
        const hint = isLocal
          ? "`causeway keys create` makes a key; from then on every request needs one."
          : "Ask with a key that has this scope.";
        throw refusal(403, `This needs the scope ${scope}.`, { hint });
      },
    ],
  });
  return {
    identify,
    needs,
    takesJson(scope, body) {
      const { security, middleware } = needs(scope);
      return { security, middleware: [...middleware, readJson(body === "optional", bodyTimeoutMs), once] };
    },
  };
}

/** Reads the body within its bounds, and leaves it for hono's validators to find. */
const readJson =
  (isOptional: boolean, timeoutMs: number): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const bytes = await readBytes(c, timeoutMs);
    const headers = new Headers(c.req.raw.headers);
    const isAbsent = bytes.byteLength === 0 && isOptional;
    if (isAbsent) headers.set("content-type", "application/json");
    else requireJson(c);
    c.req.raw = new Request(c.req.raw.url, { method: c.req.method, headers, body: isAbsent ? "{}" : jsonText(bytes) });
    return next();
  };
