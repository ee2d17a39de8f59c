import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { isOidcPerson, roleOf } from "../../domain/web-session.ts";
import type { AppEnv, Principal } from "../../http/app-env.ts";
import { hostName, isLoopback } from "../../http/origin-guard.ts";
import { problemOf, ProblemDetails, refusal } from "../../http/problem.ts";
import { ownPath } from "../own-path.ts";
import type { PageContext } from "../page-context.ts";
import type { Pages } from "../pages.ts";
import { fieldOf } from "../read-form.ts";
import { signedOutPage, type SignInView, signInPage } from "../session/sign-in-page.ts";
import { type SignInParts, startSession } from "../session/sign-in-parts.ts";

const MAX_FORM_BYTES = 8 * 1024;

/** Sends the sign-in page. */
export async function sendSignIn(
  c: Context<AppEnv>,
  { send }: Pages,
  { access, provider, isSecure }: SignInParts,
  {
    context,
    to,
    failure = null,
    status = 200,
  }: {
    context: PageContext;
    to: string;
    failure?: SignInView["failure"];
    status?: ContentfulStatusCode;
  },
): Promise<Response> {
  const isNear = isLoopback(hostName(c.req.header("host") ?? "") ?? "");
  const page = signInPage({
    to,
    csrfField: context.csrfField,
    providerLabel: provider?.label ?? null,
    isOpen: (await access.localCaller(c)) !== null,
    isPlain: !isSecure(c) && !isNear,
    failure,
  });
  return send(c, context, page, status);
}

/** Turns what went wrong into the sign-in page, so that the person can try again. */
export async function sendFailure(
  c: Context<AppEnv>,
  pages: Pages,
  parts: SignInParts,
  { context, to, error }: { context: PageContext; to: string; error: unknown },
): Promise<Response> {
  const answer = problemOf(c, error);
  const { detail, hint = null } = ProblemDetails.parse(await answer.json());
  const wait = answer.headers.get("retry-after");
  if (wait !== null) c.header("retry-after", wait);
  const status = answer.status as ContentfulStatusCode;
  return sendSignIn(c, pages, parts, { context, to, failure: { detail, hint }, status });
}

/** Signing in with an API key, and signing out. */
export function addSignInRoutes(pages: Pages, parts: SignInParts): void {
  const { app, greet, takeFromAnybody, take, send } = pages;
  const { access, service, cookies, provider, publicUrl, log } = parts;

  app.get("/sign-in", async (c) => {
    const context = await greet(c);
    const to = ownPath(c.req.query("to"));
    return context.user.sessionId === null ? sendSignIn(c, pages, parts, { context, to }) : c.redirect(to, 303);
  });

  app.post("/sign-in", async (c) => {
    const { context, form } = await takeFromAnybody(c, MAX_FORM_BYTES);
    const to = ownPath(form.get("to"));
    try {
      const { id, name, scopes } = await keyHolder(c, fieldOf(form, "key"));
      await startSession(c, parts, { personId: id, issuer: null, name, scopes, idToken: null });
    } catch (error) {
      if (!(error instanceof HTTPException)) throw error;
      return sendFailure(c, pages, parts, { context, to, error });
    }
    return c.redirect(to, 303);
  });

  async function keyHolder(c: Context<AppEnv>, key: string | null): Promise<Principal> {
    if (key === null) throw refusal(422, "No key was given.", { hint: "Type or paste an API key." });
    const principal = await access.checkKey(c, key);
    if (roleOf(principal.scopes) !== null) return principal;
    throw refusal(403, "This key may not read, so it opens no page.", {
      hint: "Sign in with a key that has the scope read.",
    });
  }

  app.post("/sign-out", async (c) => {
    const { context } = await take(c, "read");
    const { user } = context;
    const token = cookies.session.read(c);
    const idToken = token === null ? null : await service.sessions.idTokenOf(token);
    if (user.sessionId !== null) await service.sessions.end(user.sessionId, user.id);
    cookies.session.clear(c);
    log.info({ sessionId: user.sessionId, by: user.name }, "signed out");
    const back = `${publicUrl ?? new URL(c.req.url).origin}/sign-in`;
    const url = isOidcPerson(user.id) ? ((await provider?.signOutUrl(idToken, back)) ?? null) : null;
    if (url === null || provider === null) return c.redirect("/sign-in", 303);
    return send(
      c,
      { ...context, user: { ...user, id: "", sessionId: null } },
      signedOutPage({ label: provider.label, url: url.href }),
    );
  });
}
