import type { FailureContext } from "./failure-context.ts";
import { badRedirect } from "./failures.ts";

export type RedirectRule = { allows: (to: URL, from: URL) => boolean; max: number };

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** The same host and port, or the same host moved from http to https. Credentials go no further. */
export const isSameHost = (to: URL, from: URL): boolean =>
  to.origin === from.origin ||
  (to.hostname === from.hostname && from.protocol === "http:" && to.protocol === "https:" && to.port === "");

export const isRedirect = (status: number, location: string | null | undefined): location is string =>
  REDIRECTS.has(status) && location != null;

/** @throws {IncidentError} REJECTED when the rule forbids this redirect, or the method is not GET or HEAD. */
export function redirectTarget(
  { from, to, hops, method }: { from: URL; to: string; hops: number; method: string },
  { allows, max }: RedirectRule,
  context: FailureContext,
): URL {
  if (hops >= max) throw badRedirect(context, `more than ${max} times`);
  const next = URL.canParse(to, from.href) ? new URL(to, from) : null;
  if (next === null || !/^https?:$/.test(next.protocol) || !allows(next, from))
    throw badRedirect(context, `to ${next?.host || "an address"}, which is not allowed`);
  if (method !== "GET" && method !== "HEAD") throw badRedirect(context, "but only GET requests follow a redirect");
  return next;
}
