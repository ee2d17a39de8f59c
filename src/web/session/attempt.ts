import type { SignInAttempt } from "../../domain/identity-provider.ts";
import { derived, isSessionToken, newSessionToken } from "../../service/session-secrets.ts";
import { ownPath } from "../own-path.ts";

/** How long a person may take at the provider, milliseconds. */
const LONGEST_MS = 10 * 60_000;
export const ATTEMPT_SECONDS = LONGEST_MS / 1_000;

/** A sign-in at the provider in progress, as the browser's cookie holds it. `to`: the page to come back to. */
export type StoredAttempt = { secret: string; beganAtMs: number; to: string };

export const newAttempt = (to: string, nowMs: number): StoredAttempt => ({
  secret: newSessionToken(),
  beganAtMs: nowMs,
  to: ownPath(to),
});

export const attemptText = ({ secret, beganAtMs, to }: StoredAttempt): string =>
  [secret, beganAtMs, Buffer.from(to).toString("base64url")].join(".");

/** @returns null if the cookie is missing, malformed or too old */
export function readAttempt(text: string | null, nowMs: number): StoredAttempt | null {
  const [secret = "", began = "", to = ""] = (text ?? "").split(".");
  const beganAtMs = Number(began);
  if (!isSessionToken(secret) || !/^\d{1,15}$/.test(began)) return null;
  if (nowMs - beganAtMs > LONGEST_MS || beganAtMs > nowMs) return null;
  return { secret, beganAtMs, to: ownPath(Buffer.from(to, "base64url").toString("utf8")) };
}

/**
 * State, nonce and PKCE verifier of an attempt: each can be computed from the cookie alone, and from none of the others.
 * Nothing is stored here, so any process of the service can read the answer.
 */
export const attemptOf = ({ secret, beganAtMs }: StoredAttempt, redirectUri: string): SignInAttempt => ({
  state: derived(secret, `state ${beganAtMs}`),
  nonce: derived(secret, `nonce ${beganAtMs}`),
  verifier: derived(secret, `verifier ${beganAtMs}`),
  redirectUri,
});
