import { createHash, timingSafeEqual } from "node:crypto";
import type { Context } from "hono";
import type { CausewayService } from "../service/causeway-service.ts";
import { SCOPES } from "../domain/service.ts";
import { CONFIGURED_KEY_ID, LOCAL_ID } from "../domain/web-session.ts";
import type { AppEnv, Principal } from "./app-env.ts";
import type { Client } from "./client-address.ts";
import { hostName, isLoopback } from "./origin-guard.ts";
import { refusal, retryAfter } from "./problem.ts";
import { tokenBuckets } from "./token-buckets.ts";

export type Authenticator = {
  /**
   * Identifies the principal. @throws {HTTPException} 401 when a key is missing or unknown; 429 after too many wrong
   * keys.
   */
  identify(c: Context<AppEnv>): Promise<Principal>;
  /** The principal of a key that came in a form. The same limits hold. @throws {HTTPException} 401, 429 */
  checkKey(c: Context<AppEnv>, key: string): Promise<Principal>;
  /** The anonymous caller on this machine, while no key exists; null for everybody else. */
  localCaller(c: Context<AppEnv>): Promise<Principal | null>;
  /** False once the key of the request was revoked, or a first key ended the time without keys. */
  isStillIn(c: Context<AppEnv>): Promise<boolean>;
  /** The account for rate limits: a key that was valid before, else the address. A made-up key opens no account. */
  accountOf(c: Context<AppEnv>): string;
};

/** Not `admin`: dead letters of other users need a key. Not `execute`: any program on this machine could. */
const LOCAL: Principal = { id: LOCAL_ID, name: "local", scopes: ["read", "analyse", "approve"], isLocal: true };
const CONFIGURED: Principal = { id: CONFIGURED_KEY_ID, name: "CAUSEWAY_API_KEY", scopes: SCOPES, isLocal: false };

/** Headers that proxies add. */
const PROXY_HEADERS = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"];
const MAX_SECRET_LENGTH = 200;
/** Wrong keys allowed for one address: enough for a typing error, too few for guessing. */
const WRONG_KEYS = { perSecond: 1, burst: 20 } as const;
/** Remembered valid keys. Guesses from the same address, such as a proxy, do not lock out their owners. */
const MAX_PROVEN = 1_000;

/** `Authorization: Bearer <key>` or `X-API-Key: <key>`. */
function presentedKey(c: Context<AppEnv>): string | null {
  const [, bearer] = /^Bearer +(\S+) *$/i.exec(c.req.header("authorization") ?? "") ?? [];
  return bearer ?? c.req.header("x-api-key") ?? null;
}

const isForwarded = (c: Context<AppEnv>): boolean => PROXY_HEADERS.some((header) => c.req.header(header) !== undefined);

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
const fingerprintOf = (key: string): string => digest(key).toString("base64");
const challenge = (error: string): Record<string, string> => ({
  "www-authenticate": `Bearer realm="causeway"${error}`,
});

export type AuthenticatorOptions = {
  /** The key in the settings, with all scopes. */
  apiKey: string | null;
  /** True: the server listens on this machine only, and nobody is to sign in. Then requests need no key until one exists. */
  isLocalOnly: boolean;
  clientOf(c: Context<AppEnv>): Client;
  now: () => number;
};

export function authenticator(
  service: CausewayService,
  { apiKey, isLocalOnly, clientOf, now }: AuthenticatorOptions,
): Authenticator {
  const addressOf = (c: Context<AppEnv>): string => clientOf(c).address;
  const configured = apiKey === null ? null : digest(apiKey);
  const wrong = tokenBuckets(WRONG_KEYS);
  const proven = new Set<string>();

  const find = async (key: string): Promise<Principal | null> => {
    if (configured !== null && timingSafeEqual(configured, digest(key))) return CONFIGURED;
    const known = key.length > MAX_SECRET_LENGTH ? null : await service.verifyKey(key);
    return known === null ? null : { id: known.id, name: known.name, scopes: known.scopes, isLocal: false };
  };

  const withKey = async (c: Context<AppEnv>, key: string): Promise<Principal> => {
    const address = addressOf(c);
    const print = fingerprintOf(key);
    const waitMs = proven.has(print) ? 0 : wrong.wait(address, now());
    if (waitMs > 0) throw refusal(429, "This address sent too many wrong keys.", { headers: retryAfter(waitMs) });
    const principal = await find(key);
    if (principal !== null) {
      if (proven.size < MAX_PROVEN) proven.add(print);
      return principal;
    }
    proven.delete(print);
    wrong.take(address, now());
    throw refusal(401, "This key is unknown or revoked.", {
      hint: "List the keys with `causeway keys list`.",
      headers: challenge(', error="invalid_token"'),
    });
  };

  const localCaller = async (c: Context<AppEnv>): Promise<Principal | null> => {
    const isOpen =
      isLocalOnly &&
      !isForwarded(c) &&
      isLoopback(hostName(c.req.header("host") ?? new URL(c.req.url).host) ?? "") &&
      configured === null &&
      (await service.listKeys()).every(({ revokedAtMs }) => revokedAtMs !== null);
    return isOpen ? LOCAL : null;
  };

  const withoutKey = async (c: Context<AppEnv>): Promise<Principal> => {
    const local = await localCaller(c);
    if (local !== null) return local;
    throw refusal(401, isForwarded(c) ? "A request through a proxy needs a key." : "This request needs a key.", {
      hint: "Send Authorization: Bearer <key>. Make a key with `causeway keys create`.",
      headers: challenge(""),
    });
  };

  return {
    async identify(c) {
      const key = presentedKey(c);
      const principal = c.var.principal ?? (await (key === null ? withoutKey(c) : withKey(c, key)));
      c.set("principal", principal);
      return principal;
    },
    checkKey: withKey,
    localCaller,
    async isStillIn(c) {
      const key = presentedKey(c);
      return (key === null ? await localCaller(c) : await find(key)) !== null;
    },
    accountOf(c) {
      const key = presentedKey(c);
      const print = key === null ? null : fingerprintOf(key);
      return print !== null && proven.has(print) ? print : addressOf(c);
    },
  };
}
