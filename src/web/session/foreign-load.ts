import type { Context } from "hono";
import type { AppEnv } from "../../http/app-env.ts";
import { refusal } from "../../http/problem.ts";

/**
 * Refuses a page that another site loads as anything but a page of its own: in a frame, as a script or a picture, by
 * `fetch`. Links from other sites work. Programs and old browsers send no such headers; for them, frames and scripts
 * are kept away by the other headers of each answer.
 *
 * @throws {HTTPException} 403
 * @see https://www.w3.org/TR/fetch-metadata/
 */
export function refuseForeignLoad(c: Context<AppEnv>): void {
  const site = c.req.header("sec-fetch-site");
  if (site === undefined || site === "same-origin" || site === "none") return;
  const isLink = c.req.header("sec-fetch-mode") === "navigate" && c.req.header("sec-fetch-dest") === "document";
  if (isLink && (c.req.method === "GET" || c.req.method === "HEAD")) return;
  throw refusal(403, "A web page of another site asked for this page in a way that only its own pages may.");
}
