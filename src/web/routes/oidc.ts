import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { IncidentError } from "../../domain/errors.ts";
import type { IdentityProvider } from "../../domain/identity-provider.ts";
import { oidcPersonId, scopesOfRole } from "../../domain/web-session.ts";
import type { AppEnv } from "../../http/app-env.ts";
import { refusal, retryAfter } from "../../http/problem.ts";
import { tokenBuckets } from "../../http/token-buckets.ts";
import { ownPath } from "../own-path.ts";
import type { Pages } from "../pages.ts";
import { ATTEMPT_SECONDS, attemptOf, attemptText, newAttempt, readAttempt } from "../session/attempt.ts";
import { type SignInParts, startSession } from "../session/sign-in-parts.ts";
import { sendFailure } from "./sign-in.ts";

const CALLBACK = "/sign-in/oidc/callback";
/** Each begins a conversation with the provider. */
const ATTEMPTS = { perSecond: 1, burst: 20 } as const;

/** Signing in at the identity provider. Without one, the paths do not exist. */
export function addOidcRoutes(pages: Pages, parts: SignInParts): void {
  const { app, greet } = pages;
  const { provider, cookies, clientOf, publicUrl, now, log } = parts;
  if (provider === null) return;
  const attempts = tokenBuckets(ATTEMPTS);
  // Without `publicUrl` the server answers on this machine only, and the guard has checked the Host header.
  const redirectUri = (c: Context<AppEnv>): string => (publicUrl ?? new URL(c.req.url).origin) + CALLBACK;

  const limit = (c: Context<AppEnv>): void => {
    const waitMs = attempts.take(clientOf(c).address, now());
    if (waitMs > 0) throw refusal(429, "Too many sign-ins from this address.", { headers: retryAfter(waitMs) });
  };

  app.get("/sign-in/oidc", async (c) => {
    const context = await greet(c);
    const to = ownPath(c.req.query("to"));
    try {
      limit(c);
      const attempt = newAttempt(to, now());
      const url = await provider.begin(attemptOf(attempt, redirectUri(c)));
      cookies.attempt.write(c, attemptText(attempt), ATTEMPT_SECONDS);
      return c.redirect(url.href, 303);
    } catch (error) {
      return failed(c, { context, to, error });
    }
  });

  app.get(CALLBACK, async (c) => {
    const context = await greet(c);
    const attempt = readAttempt(cookies.attempt.read(c), now());
    cookies.attempt.clear(c); // an answer counts once
    const to = attempt?.to ?? "/";
    try {
      limit(c);
      if (attempt === null)
        throw refusal(400, "This sign-in was not begun in this browser, or it took too long.", {
          hint: "Sign in again.",
        });
      const answer = new URL(redirectUri(c) + new URL(c.req.url).search);
      const { subject, name, role, idToken } = await provider.finish(answer, attemptOf(attempt, redirectUri(c)));
      if (role === null) throw withoutRole(provider, name);
      await startSession(c, parts, {
        personId: oidcPersonId(subject),
        issuer: provider.issuer,
        name,
        scopes: scopesOfRole(role),
        idToken: idToken === "" ? null : idToken,
      });
      return c.redirect(to, 303);
    } catch (error) {
      return failed(c, { context, to, error });
    }
  });

  function failed(c: Context<AppEnv>, failure: Parameters<typeof sendFailure>[3]): Promise<Response> {
    const { error } = failure;
    if (!(error instanceof IncidentError || error instanceof HTTPException)) throw error;
    log.warn({ why: error.message, from: clientOf(c).address, traceId: c.var.trace.traceId }, "sign-in failed");
    const shown = error instanceof IncidentError && error.code === "REJECTED" ? asForbidden(error) : error;
    return sendFailure(c, pages, parts, { ...failure, error: shown });
  }
}

const withoutRole = ({ label }: IdentityProvider, name: string): HTTPException =>
  refusal(403, `${label} knows you as ${name}, but gives you no role in Causeway.`, {
    hint: "Ask whoever runs Causeway for a role (web.oidc.roles), or sign in with a key.",
  });

/** Somebody who may not come in is refused; it is no conflict. */
const asForbidden = ({ message, hint }: IncidentError): HTTPException => refusal(403, message, { hint });
