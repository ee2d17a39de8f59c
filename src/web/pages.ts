import { type Context, Hono } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Scope } from "../domain/service.ts";
import type { AppEnv } from "../http/app-env.ts";
import type { Surface } from "../http/surface.ts";
import type { Markup } from "./html.ts";
import { layout, type PageContent } from "./layout.ts";
import { hereOf, type PageContext, themeOf } from "./page-context.ts";
import { type PageDoor, requireScope, type WebVisit } from "./page-door.ts";
import { PAGE_POLICY } from "./policy.ts";
import { readForm } from "./read-form.ts";
import type { StaticFiles } from "./static-files.ts";

/** What the routes of pages need. */
export type Pages = Pick<Surface, "service" | "doors" | "log" | "now" | "bodyTimeoutMs" | "closing"> & {
  app: Hono<AppEnv>;
  files: StaticFiles;
  door: PageDoor;
  /** @throws {HTTPException} 401, 403 */
  open(c: Context<AppEnv>, scope: Scope): Promise<PageContext>;
  /** For pages that need no sign-in. @throws {HTTPException} 403 */
  greet(c: Context<AppEnv>): Promise<PageContext>;
  /** A form, checked. @throws {HTTPException} 400, 401, 403, 408, 413, 415 */
  take(c: Context<AppEnv>, scope: Scope, maxBytes?: number): Promise<{ context: PageContext; form: FormData }>;
  /** A form that needs no sign-in, checked. @throws {HTTPException} 400, 403, 408, 413, 415 */
  takeFromAnybody(c: Context<AppEnv>, maxBytes?: number): Promise<{ context: PageContext; form: FormData }>;
  send(
    c: Context<AppEnv>,
    context: PageContext,
    page: PageContent,
    status?: ContentfulStatusCode,
  ): Response | Promise<Response>;
  /** Sends a part of a page, for a script that puts it into the page. */
  sendPart(c: Context<AppEnv>, part: Markup): Response | Promise<Response>;
};

/** `same-origin`: with `no-referrer`, browsers send `Origin: null` with a form, as a page of another site would. */
const HEADERS = { "content-security-policy": PAGE_POLICY, "referrer-policy": "same-origin" } as const;

export function pagesOf(
  { service, doors, log, now, bodyTimeoutMs, closing }: Surface,
  { door, files }: { door: PageDoor; files: StaticFiles },
): Pages {
  const contextOf = (c: Context<AppEnv>, visit: WebVisit): PageContext => ({
    ...visit,
    files,
    theme: themeOf(c),
    here: hereOf(c),
    nowMs: now(),
  });
  const open: Pages["open"] = async (c, scope) => {
    const visit = await door.enter(c);
    requireScope(visit.user, scope);
    return contextOf(c, visit);
  };
  const greet: Pages["greet"] = async (c) => contextOf(c, await door.greet(c));
  const checkedForm = async (c: Context<AppEnv>, context: PageContext, maxBytes?: number) => {
    const form = await readForm(c, { timeoutMs: bodyTimeoutMs, maxBytes });
    door.checkForm(c, context, form);
    return { context, form };
  };
  return {
    service,
    doors,
    log,
    now,
    bodyTimeoutMs,
    closing,
    app: new Hono<AppEnv>(),
    files,
    door,
    open,
    greet,
    take: async (c, scope, maxBytes) => checkedForm(c, await open(c, scope), maxBytes),
    takeFromAnybody: async (c, maxBytes) => checkedForm(c, await greet(c), maxBytes),
    send: (c, context, page, status = 200) => c.html(layout(context, page), status, HEADERS),
    sendPart: (c, part) => c.html(part, 200, HEADERS),
  };
}
