import type { Context } from "hono";
import { maskerOf } from "../domain/redact-values.ts";
import type { AppEnv } from "../http/app-env.ts";
import { problem, problemOf, ProblemDetails } from "../http/problem.ts";
import type { Surface } from "../http/surface.ts";
import { errorPage } from "./error-page.ts";
import type { IdentityProvider } from "../domain/identity-provider.ts";
import { NOTHING } from "./html.ts";
import { ownPath } from "./own-path.ts";
import { hereOf, type PageContext, themeOf } from "./page-context.ts";
import type { PageDoor } from "./page-door.ts";
import { type Pages, pagesOf } from "./pages.ts";
import { addAssetRoutes } from "./routes/assets.ts";
import { addEvidencePageRoutes } from "./routes/evidence.ts";
import { addIncidentRoutes } from "./routes/incident.ts";
import { addPeopleRoutes } from "./routes/people.ts";
import { addProgressRoutes } from "./routes/progress.ts";
import { addIncidentListRoutes } from "./routes/incident-list.ts";
import { addOidcRoutes } from "./routes/oidc.ts";
import { addPostMortemRoutes } from "./routes/post-mortem.ts";
import { addSourcesRoutes, type RunChecks } from "./routes/sources.ts";
import { addTryRoutes } from "./routes/try-it.ts";
import { addSessionRoutes } from "./routes/sessions.ts";
import { addSignInRoutes } from "./routes/sign-in.ts";
import { addThemeRoutes } from "./routes/themes.ts";
import { pageCookies } from "./session/cookies.ts";
import { sessionDoor } from "./session/session-door.ts";
import type { SignInParts } from "./session/sign-in-parts.ts";
import { staticFiles } from "./static-files.ts";

const { text: masked } = maskerOf();
const UNKNOWN = {
  user: { id: "", name: "", scopes: [], sessionId: null },
  csrfField: NOTHING,
  csrfToken: "",
} as const;

/**
 * `door`: who may see the pages; absent: those with a session. `provider`: where people sign in, besides by key.
 * `checks`: for the page of the sources.
 */
export type MountOptions = { door?: PageDoor; provider?: IdentityProvider | null; checks?: RunChecks | null };

/** Adds the pages to the server of the API. @returns a mount for `listen` */
export const mountPages =
  ({ door: given, provider = null, checks = null }: MountOptions = {}) =>
  (surface: Surface): void => {
    const { publicUrl, apiKey: configuredKey } = surface.http;
    const isSecure = (c: Context<AppEnv>): boolean =>
      (publicUrl?.startsWith("https:") ?? false) || surface.clientOf(c).isSecure;
    const cookies = pageCookies(isSecure);
    const grounds = { configuredKey, issuer: provider?.issuer ?? null };
    const door = given ?? sessionDoor({ ...surface, cookies, grounds });
    const pages = pagesOf(surface, { door, files: staticFiles() });
    const parts: SignInParts = { cookies, grounds, provider, isSecure, publicUrl, ...surface };
    addSignInRoutes(pages, parts);
    addOidcRoutes(pages, parts);
    addSessionRoutes(pages, parts);
    addAssetRoutes(pages);
    addThemeRoutes(pages);
    addIncidentListRoutes(pages);
    addIncidentRoutes(pages);
    addEvidencePageRoutes(pages);
    addProgressRoutes(pages);
    addPeopleRoutes(pages);
    addTryRoutes(pages);
    addSourcesRoutes(pages, checks);
    addPostMortemRoutes(pages);
    pages.app.onError((error, c) => sendError(pages, c, problemOf(c, error)));
    surface.app.route("/", pages.app);
    surface.app.notFound((c) => {
      const answer = problem(c, 404, "No page and no resource has this path.", { hint: "See /docs for all paths." });
      return /\btext\/html\b/.test(c.req.header("accept") ?? "") ? sendError(pages, c, answer) : answer;
    });
  };

/** Answers a browser with a page instead of problem details. Errors quote what others sent, so secrets are masked. */
async function sendError(pages: Pages, c: Context<AppEnv>, answer: Response): Promise<Response> {
  if (answer.status === 401 && c.req.method === "GET") return toSignIn(c);
  const { detail, hint, ...rest } = ProblemDetails.parse(await answer.json());
  const visit = await pages.door.greet(c).catch(() => UNKNOWN);
  const context: PageContext = {
    ...visit,
    files: pages.files,
    theme: themeOf(c),
    here: c.req.method === "GET" ? hereOf(c) : "/",
    nowMs: pages.now(),
  };
  const page = errorPage(
    { ...rest, detail: masked(detail), ...(hint === undefined ? {} : { hint: masked(hint) }) },
    {
      backTo: pageBefore(c),
      here: c.req.method === "GET" ? ownPath(hereOf(c)) : null,
      isSignedIn: visit.user.sessionId !== null,
    },
  );
  for (const name of ["retry-after", "www-authenticate", "connection"]) {
    const value = answer.headers.get(name);
    if (value !== null) c.header(name, value);
  }
  return pages.send(c, context, page, answer.status as 400);
}

/** The page of this server whose link or form led here; null where the browser names none. */
function pageBefore(c: Context<AppEnv>): string | null {
  const from = c.req.header("referer") ?? "";
  const { origin } = new URL(c.req.url);
  if (!URL.canParse(from)) return null;
  const { host, pathname, search } = new URL(from);
  if (host !== new URL(origin).host || pathname + search === hereOf(c)) return null;
  return ownPath(pathname + search);
}

/** To the sign-in and back to the page; a part of a page takes the whole page there. */
function toSignIn(c: Context<AppEnv>): Response {
  if (c.req.header("hx-request") === undefined) return c.redirect(`/sign-in?to=${encodeURIComponent(hereOf(c))}`, 303);
  return c.body(null, 401, { "hx-redirect": "/sign-in" });
}
