import type { Context } from "hono";
import type { AppEnv } from "../../http/app-env.ts";
import { refusal } from "../../http/problem.ts";
import type { Surface } from "../../http/surface.ts";
import type { SessionGrounds } from "../../service/web-sessions.ts";
import { isSessionToken, newSessionToken } from "../../service/session-secrets.ts";
import { LOCAL_ID, type WebSession } from "../../domain/web-session.ts";
import type { PageDoor, WebUser, WebVisit } from "../page-door.ts";
import { checkCsrf, csrfFieldOf, csrfTokenOf } from "./csrf.ts";
import type { PageCookies } from "./cookies.ts";
import { refuseForeignLoad } from "./foreign-load.ts";

export const NOBODY: WebUser = { id: "", name: "", scopes: [], sessionId: null };

const visitOf = (user: WebUser, secret: string): WebVisit => {
  const csrfToken = csrfTokenOf(secret);
  return { user, csrfToken, csrfField: csrfFieldOf(csrfToken) };
};

type DoorParts = Pick<Surface, "service" | "access"> & { cookies: PageCookies; grounds: SessionGrounds };

/**
 * Lets in who has a session and, while no key exists, anybody on this machine. A key in a header opens no page: nobody
 * but a browser reads them, and a browser sends no such header.
 */
export function sessionDoor({ service, access, cookies, grounds }: DoorParts): PageDoor {
  const sessionOf = async (
    c: Context<AppEnv>,
    isUse = true,
  ): Promise<{ session: WebSession; token: string } | null> => {
    const token = cookies.session.read(c);
    const session = token === null ? null : await service.sessions.find(token, grounds, isUse);
    return token === null || session === null ? null : { session, token };
  };

  /** A browser without a session has a secret too, so that its forms carry a token. */
  const visitorSecret = (c: Context<AppEnv>): string => {
    const known = cookies.visitor.read(c);
    if (known !== null && isSessionToken(known)) return known;
    const secret = newSessionToken();
    cookies.visitor.write(c, secret);
    return secret;
  };

  const visit = async (c: Context<AppEnv>): Promise<WebVisit | null> => {
    const found = await sessionOf(c);
    if (found !== null) {
      const { personId: id, name, scopes, id: sessionId } = found.session;
      c.set("principal", { id, name, scopes, isLocal: false });
      return visitOf({ id, name, scopes, sessionId }, found.token);
    }
    const local = await access.localCaller(c);
    if (local === null) return null;
    c.set("principal", local);
    return visitOf({ id: LOCAL_ID, name: local.name, scopes: local.scopes, sessionId: null }, visitorSecret(c));
  };

  return {
    async enter(c) {
      refuseForeignLoad(c);
      const found = await visit(c);
      if (found !== null) return found;
      throw refusal(401, "Nobody is signed in here, or the session has ended.", { hint: "Sign in, then try again." });
    },
    async greet(c) {
      refuseForeignLoad(c);
      return (await visit(c)) ?? visitOf(NOBODY, visitorSecret(c));
    },
    checkForm: (c, { csrfToken }, form) => checkCsrf(c, form, csrfToken),
    isStillIn: async (c) => (await sessionOf(c, false)) !== null || (await access.localCaller(c)) !== null,
  };
}
