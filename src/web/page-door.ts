import type { Context } from "hono";
import type { AppEnv } from "../http/app-env.ts";
import type { Gate } from "../http/gate.ts";
import { refusal } from "../http/problem.ts";
import type { Scope } from "../domain/service.ts";
import { type Markup, NOTHING } from "./html.ts";

/** Who looks at a page. `hasSession`: there is a session to sign out of. */
export type WebUser = { id: string; name: string; scopes: readonly Scope[]; hasSession: boolean };

/** One request of a page: who sends it, and the hidden field that the forms of the answer carry. */
export type WebVisit = { user: WebUser; csrfField: Markup };

/** How the pages know who asks. */
export type PageDoor = {
  /** @throws {HTTPException} 401 when nobody is signed in; 429 after too many wrong keys. */
  enter(c: Context<AppEnv>): Promise<WebVisit>;
  /** Checks that a form comes from a page that was sent to this user. @throws {HTTPException} 403 */
  checkForm(c: Context<AppEnv>, form: FormData): void;
};

/**
 * Lets in whom the API lets in: a key in a header, or this machine while no key exists. Neither is sent by a browser on
 * its own, so forms carry no token; the origin guard refuses those of other sites.
 */
export const keyDoor = ({ identify }: Pick<Gate, "identify">): PageDoor => ({
  async enter(c) {
    const { id, name, scopes } = await identify(c);
    return { user: { id, name, scopes, hasSession: false }, csrfField: NOTHING };
  },
  checkForm: () => undefined,
});

/** @throws {HTTPException} 403 when the user may not do this. */
export function requireScope({ scopes }: WebUser, scope: Scope): void {
  if (!scopes.includes(scope))
    throw refusal(403, `This needs the scope ${scope}.`, { hint: "Sign in with a key that has it." });
}
