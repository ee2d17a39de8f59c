import type { MiddlewareHandler } from "hono";
import type { Scope } from "../domain/service.ts";
import type { AppEnv } from "./app-env.ts";
import { jsonText, readBytes, requireJson } from "./body.ts";
import type { Authenticator } from "./authenticator.ts";
import { idempotent } from "./idempotency.ts";
import { refusal } from "./problem.ts";

type Guard = { security: Record<string, string[]>[]; middleware: MiddlewareHandler<AppEnv>[] };

/** Access control of a route: its documentation and its middleware together, so that they cannot disagree. */
export type Gate = {
  /** Requires a key with this scope. */
  needs(scope: Scope): Guard;
  /**
   * Requires a key with this scope, limits the JSON body, and answers each Idempotency-Key once.
   * `optional`: an empty body counts as `{}`.
   */
  takesJson(scope: Scope, body: "required" | "optional"): Guard;
  identify: Authenticator["identify"];
};

/** The OpenAPI security of a scope: either of the two key headers is enough. */
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
          ? `Make a key with \`causeway keys create <name> --scope ${scope}\`. From then on every request needs a key.`
          : "Send a key that has this scope.";
        throw refusal(403, `This request needs the scope ${scope}.`, { hint });
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

/** Reads the body within its limits and hands it to hono's validators. */
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
