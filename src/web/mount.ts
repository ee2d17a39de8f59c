import type { Context } from "hono";
import { maskerOf } from "../domain/redact-values.ts";
import type { AppEnv } from "../http/app-env.ts";
import { problem, problemOf, ProblemDetails } from "../http/problem.ts";
import type { Surface } from "../http/surface.ts";
import { errorPage } from "./error-page.ts";
import { NOTHING } from "./html.ts";
import { hereOf, type PageContext, themeOf } from "./page-context.ts";
import { keyDoor, type PageDoor } from "./page-door.ts";
import { type Pages, pagesOf } from "./pages.ts";
import { addAssetRoutes } from "./routes/assets.ts";
import { addIncidentListRoutes } from "./routes/incident-list.ts";
import { addThemeRoutes } from "./routes/themes.ts";
import { staticFiles } from "./static-files.ts";

const { text: masked } = maskerOf();
const NOBODY = { user: { id: "", name: "not signed in", scopes: [], hasSession: false }, csrfField: NOTHING } as const;

/** `door`: who may see the pages; absent: those whom the API lets in. */
export type MountOptions = { door?: PageDoor };

/** Adds the pages to the server of the API. @returns a mount for `listen` */
export const mountPages =
  ({ door: given }: MountOptions = {}) =>
  (surface: Surface): void => {
    const door = given ?? keyDoor(surface.gate);
    const pages = pagesOf(surface, { door, files: staticFiles() });
    addAssetRoutes(pages);
    addThemeRoutes(pages);
    addIncidentListRoutes(pages);
    pages.app.onError((error, c) => sendError(pages, c, problemOf(c, error)));
    surface.app.route("/", pages.app);
    surface.app.notFound((c) => {
      const answer = problem(c, 404, "No page and no resource has this path.", { hint: "See /docs for all paths." });
      return /\btext\/html\b/.test(c.req.header("accept") ?? "") ? sendError(pages, c, answer) : answer;
    });
  };

/** Answers a browser with a page instead of problem details. Errors quote what others sent, so secrets are masked. */
async function sendError(pages: Pages, c: Context<AppEnv>, answer: Response): Promise<Response> {
  const { detail, hint, ...rest } = ProblemDetails.parse(await answer.json());
  const visit = await pages.door.enter(c).catch(() => NOBODY);
  const context: PageContext = {
    ...visit,
    files: pages.files,
    theme: themeOf(c),
    here: c.req.method === "GET" ? hereOf(c) : "/",
    nowMs: pages.now(),
  };
  const page = errorPage({ ...rest, detail: masked(detail), ...(hint === undefined ? {} : { hint: masked(hint) }) });
  for (const name of ["retry-after", "www-authenticate", "connection"]) {
    const value = answer.headers.get(name);
    if (value !== null) c.header(name, value);
  }
  return pages.send(c, context, page, answer.status as 400);
}
