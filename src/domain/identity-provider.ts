import { type WebRole, WEB_ROLES } from "./web-session.ts";

/** Secrets of one attempt to sign in; the browser that began it holds them. `redirectUri`: where the answer comes. */
export type SignInAttempt = { state: string; nonce: string; verifier: string; redirectUri: string };

/** A person whom the provider vouches for. `role`: null if none of the configured roles fits. */
export type Identity = { subject: string; name: string; role: WebRole | null; idToken: string };

/** An OpenID Connect provider. */
export interface IdentityProvider {
  /** How people call it. */
  readonly label: string;
  readonly issuer: string;
  /** The address at the provider where the person signs in. @throws {IncidentError} UNAVAILABLE, BAD_RESPONSE */
  begin(attempt: SignInAttempt): Promise<URL>;
  /**
   * Reads the provider's answer, and redeems its code.
   *
   * @param answer the address to which the provider sent the browser.
   * @throws {IncidentError} REJECTED when the answer does not belong to the attempt, or the provider refused;
   *   UNAVAILABLE when it is down; BAD_RESPONSE when its token is invalid.
   */
  finish(answer: URL, attempt: SignInAttempt): Promise<Identity>;
  /** Where a person signs out of the provider itself; null if it has no such page, or is down. */
  signOutUrl(idToken: string | null, returnTo: string): Promise<URL | null>;
}

/** How claims become a role, see the settings of the same names. */
export type RoleRules = {
  roleClaim: string;
  roles: Readonly<Record<string, WebRole>>;
  defaultRole: WebRole | null;
};

/**
 * The value of a claim. A name with dots may be the name of the claim itself (`https://example.com/roles`), else it is a
 * path (`realm_access.roles`).
 */
export function claimOf(claims: Readonly<Record<string, unknown>>, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  let value: unknown = claims;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** The highest role that the values of the claim give; else the default. */
export function roleOfClaims(
  claims: Readonly<Record<string, unknown>>,
  { roleClaim, roles, defaultRole }: RoleRules,
): WebRole | null {
  const given = [defaultRole, ...[claimOf(claims, roleClaim)].flat().map((value) => roleFor(value, roles))];
  return WEB_ROLES.findLast((role) => given.includes(role)) ?? null;
}

const roleFor = (value: unknown, roles: RoleRules["roles"]): WebRole | null =>
  typeof value === "string" && Object.hasOwn(roles, value) ? (roles[value] ?? null) : null;
