import { refusal } from "../../http/problem.ts";
import type { WebUser } from "../page-door.ts";
import type { Pages } from "../pages.ts";
import { sessionsPage } from "../session/sessions-page.ts";
import type { SignInParts } from "../session/sign-in-parts.ts";

/** Whose sessions a user sees and may end: null for everybody's. */
const whoseOf = ({ scopes, id }: WebUser): string | null => (scopes.includes("admin") ? null : id);

/** The list of sessions, and their end. */
export function addSessionRoutes({ app, open, take, send }: Pages, { service, cookies, log }: SignInParts): void {
  app.get("/sessions", async (c) => {
    const context = await open(c, "read");
    const whose = whoseOf(context.user);
    const sessions = await service.sessions.list(whose);
    return send(c, context, sessionsPage(context, { sessions, isEverybody: whose === null }));
  });

  app.post("/sessions/:sessionId/end", async (c) => {
    const { context } = await take(c, "read");
    const { user } = context;
    const sessionId = c.req.param("sessionId");
    if (!(await service.sessions.end(sessionId, whoseOf(user))))
      throw refusal(404, "There is no such session, or it has ended.", { hint: "See the list of sessions." });
    log.info({ sessionId, by: user.name }, "session ended");
    if (sessionId !== user.sessionId) return c.redirect("/sessions", 303);
    cookies.session.clear(c);
    return c.redirect("/sign-in", 303);
  });
}
