import { z } from "zod";
import { type Scope, SCOPES } from "./service.ts";

/** What a person may do on the web pages. Each role includes those before it. */
export const WEB_ROLES = ["read", "analyse", "approve", "admin"] as const;
export const WebRole = z.enum(WEB_ROLES);
export type WebRole = z.infer<typeof WebRole>;

/** The scopes of a role: its own, and those of the roles below it. */
export const scopesOfRole = (role: WebRole): Scope[] => SCOPES.slice(0, WEB_ROLES.indexOf(role) + 1);

/** The highest role whose scopes are all among these; null without the scope `read`. */
export const roleOf = (scopes: readonly Scope[]): WebRole | null =>
  WEB_ROLES.findLast((role) => scopesOfRole(role).every((scope) => scopes.includes(scope))) ?? null;

/** Marks the person ids that an identity provider gives. What follows is the `sub` claim. */
const OIDC_PREFIX = "oidc:";
export const oidcPersonId = (subject: string): string => OIDC_PREFIX + subject;
export const isOidcPerson = (personId: string): boolean => personId.startsWith(OIDC_PREFIX);

/**
 * How records name a person that signed in at the pages. A name of the identity provider may change, and is not unique:
 * the id follows it.
 */
export const nameOnRecord = ({ personId, name }: { personId: string; name: string }): string =>
  isOidcPerson(personId) ? `${name} (${personId})` : name;

/** The id of `CAUSEWAY_API_KEY` as a principal, and of the anonymous caller on this machine. */
export const CONFIGURED_KEY_ID = "configured";
export const LOCAL_ID = "local";

/**
 * A person that is signed in at the web pages. `personId`: the id of the API key, or `oidc:` and the subject at the
 * identity provider; nobody can type it. `issuer`: the provider; null for a key. `client`: the browser, for the list of
 * sessions. Times are Unix milliseconds.
 */
export type WebSession = {
  id: string;
  personId: string;
  issuer: string | null;
  name: string;
  scopes: readonly Scope[];
  client: string;
  createdAtMs: number;
  seenAtMs: number;
  expiresAtMs: number;
};

/**
 * What the store keeps beside it. `tokenSha256`: hash of the secret in the cookie. `keyProof`: an HMAC of the
 * configured key under that secret, which shows whether the key is still the same; null for other sessions.
 * `sealedIdToken`: the provider's ID token, encrypted under that secret; null for keys.
 */
export type SessionSecrets = { tokenSha256: string; keyProof: string | null; sealedIdToken: string | null };

/** Which sessions count: those that have not expired, and were used within the last `idleMs`. */
export type SessionLookup = { nowMs: number; idleMs: number };

/** Throws IncidentError as `AnalysisStore` does. */
export interface WebSessionStore {
  /** Also deletes the oldest sessions of this person beyond `maxEach`. */
  addSession(session: WebSession, secrets: SessionSecrets, maxEach: number): Promise<void>;
  /** Null if there is none, it has expired, or its API key was revoked. */
  findSession(
    tokenSha256: string,
    lookup: SessionLookup,
  ): Promise<{ session: WebSession; secrets: SessionSecrets } | null>;
  /** Notes that a session was used. */
  touchSession(sessionId: string, nowMs: number): Promise<void>;
  /** Those that are found, of one person or (null) of all, the latest used first; at most `limit`. */
  listSessions(personId: string | null, limit: number, lookup: SessionLookup): Promise<WebSession[]>;
  /** Ends one session of this person, or (null) of anybody. @returns false if there is none */
  endSession(sessionId: string, personId: string | null): Promise<boolean>;
  /** Ends all sessions of one person, or (null) of everybody. @returns how many */
  endSessions(personId: string | null): Promise<number>;
  /** Deletes those that expired. */
  forgetSessions(lookup: SessionLookup): Promise<void>;
}
