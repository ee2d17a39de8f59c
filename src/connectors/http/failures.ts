import { type ErrorCode, IncidentError, messageOf } from "../../domain/errors.ts";
import type { FailureContext } from "./failure-context.ts";
import { excerpt, redacted } from "./redact.ts";
import { tlsFailure } from "./tls-failures.ts";

/** A response that is not 2xx. `excerpt`: one redacted line of its body. */
export type RefusedAnswer = {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
  excerpt: string;
};

/** Classifies a status that is not 2xx. 408, 429 and 5xx are worth a retry; `Retry-After` becomes `retryAfterMs`. */
export function refusalOf(context: FailureContext, { status, headers, excerpt: reason }: RefusedAnswer): IncidentError {
  const { code, did, hint } = classified(status, reason, context);
  const quoted = reason === "" ? "" : `: ${reason}`;
  const retryAfterMs = code === "UNAVAILABLE" ? retryAfter(headers["retry-after"]) : null;
  return new IncidentError(code, `${context.label} ${did} ${context.at} (HTTP ${status})${quoted}`, {
    hint,
    retryAfterMs,
  });
}

function classified(
  status: number,
  reason: string,
  { settings: { address, credentials } }: FailureContext,
): { code: ErrorCode; did: string; hint: string } {
  if (status === 401 || status === 403) {
    const check = credentials === undefined ? `Check whether ${address} needs credentials.` : `Check ${credentials}.`;
    return { code: "REJECTED", did: "refused the credentials for", hint: check };
  }
  if (status === 407)
    return { code: "REJECTED", did: "is behind a proxy that refused", hint: "Check the user info in HTTPS_PROXY." };
  // VictoriaMetrics says 400 where others say 404
  if (status === 404 || status === 410 || (status === 400 && /unsupported path/i.test(reason)))
    return { code: "NOT_FOUND", did: "found nothing at", hint: `Check ${address}, its path included.` };
  if (status === 429) return { code: "UNAVAILABLE", did: "limits requests to", hint: "Wait, then try again." };
  if (status === 408 || (status >= 500 && status !== 501))
    return { code: "UNAVAILABLE", did: "failed to serve", hint: "Try again; if it persists, read the server's log." };
  if (status === 400 && /HTTP request (?:was sent )?to (?:an )?HTTPS/i.test(reason))
    return { code: "REJECTED", did: "speaks TLS, and refused", hint: `Write https:// in ${address}.` };
  if (status < 400) return { code: "BAD_RESPONSE", did: "gave an unexpected status for", hint: `Check ${address}.` };
  return { code: "REJECTED", did: "refused", hint: "Check the request and the server's version." };
}

/** The longest that a timer of Node can wait: 24 days. */
const MAX_RETRY_AFTER_MS = 2 ** 31 - 1;

/** Seconds or an HTTP date, as milliseconds from now. @see RFC 9110, 10.2.3 */
export function retryAfter(value: string | undefined, nowMs = Date.now()): number | null {
  if (value === undefined || value.trim() === "") return null;
  const waitMs = /^\d+$/.test(value.trim()) ? Number(value) * 1_000 : Date.parse(value) - nowMs;
  return Number.isNaN(waitMs) ? null : Math.min(Math.max(0, waitMs), MAX_RETRY_AFTER_MS);
}

/** @param isOverdue the deadline for the whole request has passed. */
export function unreachable(context: FailureContext, cause: unknown, isOverdue: boolean): IncidentError {
  const { label, at, secrets, settings } = context;
  const code = codeOf(cause);
  if (/^(?:Z_|ERR__ERROR|ERR_BROTLI)/.test(code)) return badBody(context, `it cannot be decompressed (${code})`, cause);
  const tls = tlsFailure(context, code, cause);
  if (tls !== null) return tls;
  const reason = timedOut(context, code, isOverdue) ?? `could not be reached: ${redacted(reasonOf(cause), secrets)}`;
  return new IncidentError("UNAVAILABLE", `${label} ${reason} (${at})`, {
    hint: `Is the server up? Check ${settings.address}, and that this machine can reach it.`,
    cause,
  });
}

function timedOut({ timeouts }: FailureContext, code: string, isOverdue: boolean): string | null {
  if (isOverdue) return `did not answer within ${timeouts.totalMs} ms`;
  if (code === "UND_ERR_CONNECT_TIMEOUT") return `did not accept a connection within ${timeouts.connectMs} ms`;
  if (code === "UND_ERR_HEADERS_TIMEOUT") return `sent no response headers within ${timeouts.headersMs} ms`;
  if (code === "UND_ERR_BODY_TIMEOUT") return `stopped sending its response for ${timeouts.bodyMs} ms`;
  return null;
}

/** The innermost code: undici and fetch wrap the socket's own error. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  const innerCode = codeOf(inner);
  return innerCode !== "" ? innerCode : "code" in error && typeof error.code === "string" ? error.code : "";
}

const reasonOf = (cause: unknown): string => messageOf(cause) || codeOf(cause) || "the connection failed";

/** The server closed the connection. It closes idle ones too, which a busy process sees late. */
export const isClosedConnection = (cause: unknown): boolean =>
  ["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"].includes(codeOf(cause));

/** A header that HTTP cannot carry, such as a token with a line break. Its value is not shown. @see RFC 9110, 5.5 */
export function refuseBadHeaders(headers: Readonly<Record<string, string>>, context: FailureContext): void {
  const bad = Object.entries(headers).find(
    ([name, value]) => !/^[\w!#$%&'*+.^`|~-]+$/.test(name) || /[^\P{Cc}\t]|[^\0-\xff]/u.test(value),
  );
  if (bad === undefined) return;
  const { label, settings } = context;
  const name = bad[0].replaceAll(/[^\w-]/g, "?").slice(0, 40);
  throw new IncidentError("CONFIG", `${label}: the header ${name} holds a character that HTTP does not allow`, {
    hint: `Check ${settings.credentials ?? settings.address}, often for a line break or blank at its end.`,
  });
}

export function badBody({ label, at, settings }: FailureContext, why: string, cause?: unknown): IncidentError {
  return new IncidentError("BAD_RESPONSE", `${label} sent an unexpected body for ${at}: ${why}`, {
    hint: `Check that ${settings.address} is the API itself, not a login page or a proxy.`,
    ...(cause === undefined ? {} : { cause }),
  });
}

export const tooLarge = ({ label, at }: FailureContext, maxBytes: number): IncidentError =>
  new IncidentError("BAD_RESPONSE", `${label} sent more than ${Math.floor(maxBytes / 1024)} KiB for ${at}`, {
    hint: "Ask for less at once: a shorter time range or fewer names.",
  });

export const badRedirect = ({ label, at, settings }: FailureContext, why: string): IncidentError =>
  new IncidentError("REJECTED", `${label} redirects ${at} ${why}`, {
    hint: `Set ${settings.address} to the address that answers itself.`,
  });

/** One redacted line of a body, for a message. */
export const quote = ({ secrets }: FailureContext, body: string): string => excerpt(body, secrets);
