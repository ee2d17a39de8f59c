import { timingSafeEqual } from "node:crypto";
import type { Context } from "hono";
import { html } from "hono/html";
import { derived } from "../../service/session-secrets.ts";
import type { AppEnv } from "../../http/app-env.ts";
import { refusal } from "../../http/problem.ts";
import type { Markup } from "../html.ts";

const FIELD = "csrf";
const HEADER = "x-csrf-token";

/**
 * The token that forms carry. It is derived from the secret in the cookie: only a page that was sent to this browser
 * holds it, and it ends with the session.
 */
export const csrfTokenOf = (cookie: string): string => derived(cookie, "form");

export const csrfFieldOf = (token: string): Markup => html`<input type="hidden" name="${FIELD}" value="${token}" />`;

/** Checks the token of a form, in its field or (from a script) in a header. @throws {HTTPException} 403 */
export function checkCsrf(c: Context<AppEnv>, form: FormData, expected: string): void {
  const sent = c.req.header(HEADER) ?? form.get(FIELD);
  if (typeof sent === "string" && isEqual(sent, expected)) return;
  throw refusal(403, "This form does not belong to your session, or the session has changed since.", {
    hint: "Open the page again, then send the form. The browser must accept cookies from this server.",
  });
}

function isEqual(sent: string, expected: string): boolean {
  const [one, other] = [Buffer.from(sent), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
