import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from "openid-client";
import { IncidentError, messageOf } from "../../domain/errors.ts";
import { excerpt } from "../http/redact.ts";

/** Claims of the ID token that were wrong, as people call them. */
const CLAIMS: Readonly<Record<string, string>> = {
  nonce: "the nonce",
  aud: "the audience",
  iss: "the issuer",
  exp: "the time of expiry",
  azp: "the authorized party",
};
const AGAIN = "Sign in again.";

/**
 * What went wrong between the browser, the provider and Causeway. Texts of the provider are quoted, cut and redacted:
 * `error_description` comes through the browser, so anybody can write it.
 */
export function failureOf(label: string, error: unknown): IncidentError {
  if (error instanceof IncidentError) return error;
  if (error instanceof AuthorizationResponseError)
    return new IncidentError("REJECTED", `${label} did not sign you in: ${quoted(error)}`, {
      hint: AGAIN,
      cause: error,
    });
  if (error instanceof ResponseBodyError) return refusedCode(label, error);
  if (error instanceof WWWAuthenticateChallengeError) return refusedCredentials(label, error);
  const status = statusIn(error);
  if (status !== null && (status === 429 || status >= 500))
    return new IncidentError("UNAVAILABLE", `${label} failed (HTTP ${status})`, {
      hint: "Sign in later, or with a key.",
      cause: error,
    });
  if (error instanceof ClientError && error.code !== "OAUTH_TIMEOUT" && error.code !== "OAUTH_ABORT")
    return invalidAnswer(label, error);
  return new IncidentError("UNAVAILABLE", `${label} does not answer`, {
    hint: "Sign in later, or with a key. Check web.oidc.issuer if it never answers.",
    cause: error,
  });
}

/** The token endpoint refused the client, or the userinfo endpoint the access token. */
function refusedCredentials(label: string, error: WWWAuthenticateChallengeError): IncidentError {
  if (error.cause.every(({ scheme }) => scheme.toLowerCase() === "bearer"))
    return new IncidentError("BAD_RESPONSE", `${label} refused its own access token`, { hint: AGAIN, cause: error });
  return new IncidentError("CONFIG", `${label} does not accept the id or the secret of Causeway`, {
    hint: "Check web.oidc.clientId and web.oidc.clientSecret.",
    cause: error,
  });
}

function refusedCode(label: string, error: ResponseBodyError): IncidentError {
  const isClient = error.error === "invalid_client" || error.error === "unauthorized_client";
  return new IncidentError(isClient ? "CONFIG" : "REJECTED", `${label} refused the sign-in: ${quoted(error)}`, {
    hint: isClient ? "Check web.oidc.clientId and web.oidc.clientSecret." : AGAIN,
    cause: error,
  });
}

function invalidAnswer(label: string, error: ClientError): IncidentError {
  const messages = messagesOf(error);
  if (/"state"/.test(messages))
    return new IncidentError("REJECTED", `the answer of ${label} belongs to another sign-in`, {
      hint: AGAIN,
      cause: error,
    });
  const claim = /"(nonce|aud|iss|exp|azp)"/.exec(messages)?.[1];
  const what = claim === undefined ? excerpt(messages, []) : `${CLAIMS[claim]} of its ID token is wrong`;
  return new IncidentError("BAD_RESPONSE", `${label} gave no valid answer: ${what}`, {
    hint: "Sign in again. If it persists, check web.oidc.issuer, web.oidc.clientId and the clocks of both machines.",
    cause: error,
  });
}

const quoted = ({ error, error_description: description }: { error: string; error_description?: string | undefined }) =>
  excerpt(description === undefined ? error : `${error} (${description})`, []);

/** The messages of an error and its causes: the library says in the innermost which claim was wrong. */
function messagesOf(error: unknown): string {
  const messages: string[] = [];
  for (let at: unknown = error; at instanceof Error && messages.length < 5; at = at.cause) messages.push(messageOf(at));
  return messages.join(": ");
}

function statusIn(error: unknown): number | null {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1)
    if (isResponse(at.cause)) return at.cause.status;
  return null;
}

/** The answer that the library attaches is one of undici, which is not the global class. */
const isResponse = (cause: unknown): cause is { status: number } =>
  typeof cause === "object" && cause !== null && "status" in cause && typeof cause.status === "number";
