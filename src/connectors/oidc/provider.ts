import * as client from "openid-client";
import { IncidentError } from "../../domain/errors.ts";
import {
  claimOf,
  type Identity,
  type IdentityProvider,
  type RoleRules,
  roleOfClaims,
} from "../../domain/identity-provider.ts";
import type { HttpDoor } from "../http/types.ts";
import { failureOf } from "./failures.ts";

export type OidcSettings = RoleRules & {
  issuer: string;
  clientId: string;
  /** Null: a public client. */
  clientSecret: string | null;
  scopes: readonly string[];
  /** The claim with the name to show; null: the usual ones. */
  nameClaim: string | null;
  label: string;
};

const TIMEOUT_SECONDS = 10;
/** What the provider publishes about itself is read again after this time, milliseconds. */
const DISCOVERY_MS = 3_600_000;
/** OpenID Connect Core allows no longer subject. */
const MAX_SUBJECT = 255;
const MAX_NAME = 80;
/** A longer ID token is not kept; signing out of the provider then asks for a confirmation. */
const MAX_ID_TOKEN = 16_384;
const NAME_CLAIMS = ["name", "preferred_username"];

type Claims = Readonly<Record<string, unknown>>;

/**
 * Signs people in at an OpenID Connect provider: authorization code flow with PKCE, state and nonce. The signature of
 * the ID token is checked, although it came from the provider itself.
 *
 * @param request the way to the provider.
 * @see OpenID Connect Core 1.0, section 3.1; RFC 7636; RFC 9700
 */
export function oidcProvider(
  settings: OidcSettings,
  { request, now }: { request: HttpDoor["fetch"]; now: () => number },
): IdentityProvider {
  const { issuer, clientId, clientSecret, scopes, label } = settings;
  let known: { config: Promise<client.Configuration>; untilMs: number } | null = null;

  async function discover(): Promise<client.Configuration> {
    if (known !== null && now() < known.untilMs) return known.config;
    const isPlain = new URL(issuer).protocol === "http:"; // the settings allow it on this machine alone
    const config = client.discovery(
      new URL(issuer),
      clientId,
      undefined,
      clientSecret === null ? client.None() : withSecret(clientSecret),
      {
        [client.customFetch]: (url, { body, ...init }) =>
          request(url, { ...init, body: body as NonNullable<RequestInit["body"]> | null }),
        timeout: TIMEOUT_SECONDS,
        execute: [client.enableNonRepudiationChecks, ...(isPlain ? [client.allowInsecureRequests] : [])],
      },
    );
    known = { config, untilMs: now() + DISCOVERY_MS };
    try {
      return await config;
    } catch (error) {
      known = null; // the next attempt asks again
      throw failureOf(label, error);
    }
  }

  /** Some providers give groups to the userinfo endpoint only. */
  async function withUserInfo(config: client.Configuration, claims: Claims, accessToken: string): Promise<Claims> {
    const hasAll = claimOf(claims, settings.roleClaim) !== undefined && nameOf(claims, settings.nameClaim) !== null;
    if (hasAll || config.serverMetadata().userinfo_endpoint === undefined) return claims;
    return { ...(await client.fetchUserInfo(config, accessToken, String(claims.sub))), ...claims };
  }

  return {
    label,
    issuer,

    async begin({ state, nonce, verifier, redirectUri }) {
      const config = await discover();
      return client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: scopes.join(" "),
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
      });
    },

    async finish(answer, { state, nonce, verifier }): Promise<Identity> {
      const config = await discover();
      try {
        const tokens = await client.authorizationCodeGrant(config, answer, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const { id_token: idToken = "" } = tokens;
        const claims = await withUserInfo(config, { ...tokens.claims() }, tokens.access_token);
        const subject = String(claims.sub);
        if (subject === "" || subject.length > MAX_SUBJECT)
          throw new IncidentError("BAD_RESPONSE", `${label} gave a subject of ${subject.length} characters`, {
            hint: `OpenID Connect allows 1 to ${MAX_SUBJECT}.`,
          });
        return {
          subject,
          name: nameOf(claims, settings.nameClaim) ?? subject.slice(0, MAX_NAME),
          role: roleOfClaims(claims, settings),
          idToken: idToken.length > MAX_ID_TOKEN ? "" : idToken,
        };
      } catch (error) {
        throw failureOf(label, error);
      }
    },

    async signOutUrl(idToken, returnTo) {
      const config = await discover().catch(() => null);
      if (config?.serverMetadata().end_session_endpoint === undefined) return null;
      const url = client.buildEndSessionUrl(config, {
        post_logout_redirect_uri: returnTo,
        ...(idToken === null || idToken === "" ? {} : { id_token_hint: idToken }),
      });
      return /^https?:$/.test(url.protocol) ? url : null;
    },
  };
}

/** In the header, which every provider must support unless it says otherwise; else in the body. */
function withSecret(secret: string): client.ClientAuth {
  const [basic, post] = [client.ClientSecretBasic(secret), client.ClientSecretPost(secret)];
  return (server, ...rest) =>
    ((server.token_endpoint_auth_methods_supported?.includes("client_secret_basic") ?? true) ? basic : post)(
      server,
      ...rest,
    );
}

/** The first of these claims that is a text, on one line. */
function nameOf(claims: Claims, nameClaim: string | null): string | null {
  for (const name of nameClaim === null ? NAME_CLAIMS : [nameClaim]) {
    const value = claimOf(claims, name);
    if (typeof value !== "string") continue;
    const plain = value.replaceAll(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
    if (plain !== "") return plain.slice(0, MAX_NAME);
  }
  return null;
}
