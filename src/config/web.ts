import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import { WebRole } from "../domain/web-session.ts";
import { type Env, fromEnv, maskedSecret, secret } from "./env.ts";
import { Count } from "./numbers.ts";

/** Plain http only on this machine: the provider's answers decide who may approve. */
const Issuer = z
  .url({
    protocol: /^https?$/,
    error: "give the address of the provider, such as https://login.example.com/realms/ops",
  })
  .refine(
    (text) => /^https:/i.test(text) || /^http:\/\/(localhost|127(\.\d+){3}|\[::1\])(:\d+)?(\/|$)/i.test(text),
    "the address must begin with https://",
  );
const Claim = z.string().min(1).max(200);
const Word = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/, "is no scope of OAuth");

const OidcFile = z.strictObject({
  issuer: Issuer.optional(),
  clientId: z.string().min(1).optional(),
  clientSecret: z.string().min(1).optional(),
  /** What is asked of the provider. */
  scopes: z.array(Word).optional(),
  roleClaim: Claim.optional(),
  nameClaim: Claim.optional(),
  roles: z.record(z.string().min(1).max(200), WebRole).optional(),
  defaultRole: WebRole.optional(),
  label: z.string().min(1).max(80).optional(),
});

export const WebFile = z.strictObject({
  idleMinutes: Count.optional(),
  sessionHours: Count.optional(),
  oidc: OidcFile.optional(),
});

/** Sign-in at an identity provider by OpenID Connect. */
export type OidcConfig = {
  issuer: string;
  clientId: string;
  /** Null: a public client, which proves itself by PKCE alone. */
  clientSecret: string | null;
  scopes: readonly string[];
  /** The claim whose values give the role, such as `groups` or `realm_access.roles`. */
  roleClaim: string;
  /** The claim with the name to show; null: the usual ones. */
  nameClaim: string | null;
  /** Values of that claim → role. The highest counts. */
  roles: Readonly<Record<string, WebRole>>;
  /** The role of everybody whom the provider signs in; null: without a value of `roles`, nobody gets in. */
  defaultRole: WebRole | null;
  /** How the sign-in page names the provider. */
  label: string;
};

/** Settings of the web pages. `oidc`: null when it is not configured. */
export type WebConfig = {
  /** A session that was not used for this long ends. */
  idleMinutes: number;
  /** A session ends after this in any case. */
  sessionHours: number;
  oidc: OidcConfig | null;
};

const DEFAULTS = { idleMinutes: 120, sessionHours: 12 } as const;
const SCOPES = ["openid", "profile"] as const;

/** @throws {IncidentError} CONFIG */
export const readWeb = (env: Env, file: z.infer<typeof WebFile> = {}): WebConfig => ({
  idleMinutes: fromEnv(env, "CAUSEWAY_WEB_IDLE_MINUTES", Count) ?? file.idleMinutes ?? DEFAULTS.idleMinutes,
  sessionHours: fromEnv(env, "CAUSEWAY_WEB_SESSION_HOURS", Count) ?? file.sessionHours ?? DEFAULTS.sessionHours,
  oidc: readOidc(env, file.oidc ?? {}),
});

function readOidc(env: Env, file: z.infer<typeof OidcFile>): OidcConfig | null {
  const issuer = fromEnv(env, "CAUSEWAY_OIDC_ISSUER", Issuer) ?? file.issuer;
  const clientId = fromEnv(env, "CAUSEWAY_OIDC_CLIENT_ID", z.string()) ?? file.clientId;
  const clientSecret = secret(env, "CAUSEWAY_OIDC_CLIENT_SECRET") ?? file.clientSecret ?? null;
  if (issuer === undefined && clientId === undefined && Object.keys(file).length === 0) return null;
  if (issuer === undefined || clientId === undefined)
    throw new IncidentError("CONFIG", `web.oidc has no ${issuer === undefined ? "issuer" : "clientId"}`, {
      hint: "Set web.oidc.issuer and web.oidc.clientId (docs/configuration.md), or remove web.oidc.",
    });
  const { roles = {}, defaultRole = null } = file;
  if (Object.keys(roles).length === 0 && defaultRole === null)
    throw new IncidentError("CONFIG", "web.oidc gives nobody a role, so nobody could sign in", {
      hint: 'Set web.oidc.roles, such as { sre: approve }, or web.oidc.defaultRole, such as "read".',
    });
  return {
    issuer,
    clientId,
    clientSecret,
    scopes: [...new Set(["openid", ...(file.scopes ?? SCOPES)])],
    roleClaim: file.roleClaim ?? "groups",
    nameClaim: file.nameClaim ?? null,
    roles,
    defaultRole,
    label: file.label ?? new URL(issuer).host,
  };
}

export const maskWeb = ({ oidc, ...web }: WebConfig): WebConfig => ({
  ...web,
  oidc: oidc === null ? null : { ...oidc, clientSecret: maskedSecret(oidc.clientSecret) },
});
