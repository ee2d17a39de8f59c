import { newSessionId } from "../app/new-ids.ts";
import { type Scope, SCOPES } from "../domain/service.ts";
import { CONFIGURED_KEY_ID, isOidcPerson, type WebSession, type WebSessionStore } from "../domain/web-session.ts";
import { isSessionToken, keyProofOf, newSessionToken, seal, tokenHash, unseal } from "./session-secrets.ts";

/** `idleMs`: unused for this long, a session ends. `wholeMs`: after this it ends in any case. */
export type WebSessionLimits = { idleMs: number; wholeMs: number };

/** Who signs in. `issuer`, `idToken`: of the identity provider; null for an API key. */
export type SignedInPerson = {
  personId: string;
  issuer: string | null;
  name: string;
  scopes: readonly Scope[];
  idToken: string | null;
};

/** What must still hold for a session: the configured key (null: none) and the identity provider (null: none). */
export type SessionGrounds = { configuredKey: string | null; issuer: string | null };

/** Sessions of the web pages. The cookie's secret is never stored, only its hash. */
export type WebSessions = {
  /**
   * Starts a session with a new secret, and ends the one that the browser had: a secret that somebody else put into
   * the browser never becomes a session (session fixation).
   */
  open(
    person: SignedInPerson,
    request: SessionGrounds & { client: string; earlierToken: string | null },
  ): Promise<{ session: WebSession; token: string }>;
  /**
   * The session of a secret. Null if there is none, it ended or expired, or what it rests on is gone: its key was
   * revoked or replaced, or the identity provider is another one.
   *
   * @param isUse false: the look-up keeps the session no longer alive. True unless given.
   */
  find(token: string, grounds: SessionGrounds, isUse?: boolean): Promise<WebSession | null>;
  /** The ID token of the session; null for a key. */
  idTokenOf(token: string): Promise<string | null>;
  /** Live sessions of one person, or (null) of all, the latest used first. */
  list(personId: string | null): Promise<WebSession[]>;
  /** Ends a session of this person, or (null) of anybody. @returns false if there is none */
  end(sessionId: string, personId: string | null): Promise<boolean>;
  /** Ends all sessions of one person, or (null) of everybody. @returns how many */
  endAll(personId: string | null): Promise<number>;
};

/** Sessions of one person; the oldest end. */
const MAX_EACH = 50;
const MAX_LISTED = 500;
/** A use is noted at most this often, milliseconds: each note is a write. */
const TOUCH_MS = 60_000;
const MAX_NAME = 80;
const MAX_CLIENT = 200;

export function webSessions(
  store: WebSessionStore,
  { idleMs, wholeMs }: WebSessionLimits,
  now: () => number,
): WebSessions {
  const lookup = () => ({ nowMs: now(), idleMs });

  return {
    async open({ personId, issuer, name, scopes, idToken }, { configuredKey, client, earlierToken }) {
      if (earlierToken !== null) {
        const earlier = await store.findSession(tokenHash(earlierToken), lookup());
        if (earlier !== null) await store.endSession(earlier.session.id, null);
      }
      const token = newSessionToken();
      const nowMs = now();
      const session: WebSession = {
        id: newSessionId(),
        personId,
        issuer,
        name: name.slice(0, MAX_NAME),
        scopes: SCOPES.filter((scope) => scopes.includes(scope)),
        client: client.slice(0, MAX_CLIENT),
        createdAtMs: nowMs,
        seenAtMs: nowMs,
        expiresAtMs: nowMs + wholeMs,
      };
      const isConfigured = personId === CONFIGURED_KEY_ID && configuredKey !== null;
      await store.addSession(
        session,
        {
          tokenSha256: tokenHash(token),
          keyProof: isConfigured ? keyProofOf(token, configuredKey) : null,
          sealedIdToken: idToken === null ? null : seal(token, idToken),
        },
        MAX_EACH,
      );
      return { session, token };
    },

    async find(token, grounds, isUse = true) {
      if (!isSessionToken(token)) return null;
      const found = await store.findSession(tokenHash(token), lookup());
      if (found === null || !isGrounded(found.session, token, found.secrets.keyProof, grounds)) return null;
      const nowMs = now();
      if (isUse && nowMs - found.session.seenAtMs >= TOUCH_MS) await store.touchSession(found.session.id, nowMs);
      return found.session;
    },

    async idTokenOf(token) {
      if (!isSessionToken(token)) return null;
      const sealed = (await store.findSession(tokenHash(token), lookup()))?.secrets.sealedIdToken ?? null;
      return sealed === null ? null : unseal(token, sealed);
    },

    list: (personId) => store.listSessions(personId, MAX_LISTED, lookup()),
    end: (sessionId, personId) => store.endSession(sessionId, personId),
    endAll: (personId) => store.endSessions(personId),
  };
}

/** Whether what a session rests on is still there. */
function isGrounded(session: WebSession, token: string, proof: string | null, grounds: SessionGrounds): boolean {
  if (isOidcPerson(session.personId)) return session.issuer !== null && session.issuer === grounds.issuer;
  if (session.personId !== CONFIGURED_KEY_ID) return true; // the store looked at the key
  return grounds.configuredKey !== null && proof === keyProofOf(token, grounds.configuredKey);
}
