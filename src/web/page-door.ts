import type { Context } from "hono";
import type { AppEnv } from "../http/app-env.ts";
import { refusal } from "../http/problem.ts";
import type { Approver } from "../domain/approver.ts";
import type { Scope } from "../domain/service.ts";
import { LOCAL_ID, nameOnRecord } from "../domain/web-session.ts";
import type { Markup } from "./html.ts";

/**
 * Who looks at a page. `id`: of the key, or `oidc:` and the subject; `local` for anybody on this machine while no key
 * exists. `sessionId`: null without a session to sign out of.
 */
export type WebUser = { id: string; name: string; scopes: readonly Scope[]; sessionId: string | null };

/**
 * One request of a page: who sends it, and the hidden field that the forms of the answer carry. `csrfToken`: the same
 * for a script, in the header `X-CSRF-Token`.
 */
export type WebVisit = { user: WebUser; csrfField: Markup; csrfToken: string };

/** How the pages know who asks. */
export type PageDoor = {
  /** @throws {HTTPException} 401 when nobody is signed in; 403 when a page of another site loads this one. */
  enter(c: Context<AppEnv>): Promise<WebVisit>;
  /** A visit of somebody who need not be signed in, such as to the sign-in page. @throws {HTTPException} 403 */
  greet(c: Context<AppEnv>): Promise<WebVisit>;
  /** Checks that a form comes from a page that was sent to this visitor. @throws {HTTPException} 403 */
  checkForm(c: Context<AppEnv>, visit: WebVisit, form: FormData): void;
  /** False once the session ended, its key was revoked, or it expired: a stream of events then ends. */
  isStillIn(c: Context<AppEnv>): Promise<boolean>;
};

/** @throws {HTTPException} 403 when the user may not do this. */
export function requireScope({ scopes, id }: WebUser, scope: Scope): void {
  if (scopes.includes(scope)) return;
  throw refusal(403, `This needs the scope ${scope}.`, {
    hint:
      id === LOCAL_ID
        ? `Make a key with \`causeway keys create <name> --scope all\`, and sign in with it. From then on everybody needs one.`
        : "Sign in with a key or an account that has it.",
  });
}

/** Who decides on an action, in the record: nothing that a person can type. */
export const approverOf = ({ id, name }: WebUser): Approver => ({ surface: "web", id, name });

/** How the record names a user who asks for something, or decides. */
export const recordedName = ({ id, name }: WebUser): string => nameOnRecord({ personId: id, name });
