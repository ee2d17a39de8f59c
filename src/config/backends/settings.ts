import { z } from "zod";
import type { HttpAuth } from "../../connectors/http/auth.ts";
import type { QueryLimits } from "../../connectors/http/query-limits.ts";
import type { TlsFiles } from "../../connectors/http/tls.ts";
import { IncidentError } from "../../domain/errors.ts";
import { headersOf } from "../headers.ts";
import { type Env, fromEnv, maskedUrl, Milliseconds, secret, set } from "../env.ts";

const Address = z.url({ protocol: /^https?$/, error: "give an address such as http://host:9090" });
const Count = z.coerce.number().int().positive();
const HEADER = /^[\w!#$%&'*+.^`|~-]+$/;

/** What one analysis may ask of one backend, and how much at once. */
const LimitsFile = z.strictObject({
  queries: Count.optional(),
  megabytes: Count.optional(),
  seconds: Count.optional(),
  concurrency: Count.optional(),
});

/** The keys that every backend in `sources:` has. `tenant`: its value of `X-Scope-OrgID`, as Grafana's servers read it. */
export const BACKEND_KEYS = {
  /** How reports name it; its kind unless given. */
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "letters, digits, dots, dashes and underscores")
    .optional(),
  url: Address.optional(),
  token: z.string().min(1).optional(),
  username: z.string().min(1).optional(),
  password: z.string().min(1).optional(),
  tenant: z.string().min(1).optional(),
  headers: z.record(z.string().regex(HEADER, "is not a header name"), z.string()).optional(),
  caFile: z.string().min(1).optional(),
  certFile: z.string().min(1).optional(),
  keyFile: z.string().min(1).optional(),
  timeoutMs: Milliseconds.optional(),
  limits: LimitsFile.optional(),
} as const;
const BackendKeys = z.object(BACKEND_KEYS);
export type BackendFile = z.infer<typeof BackendKeys>;

/** One server that answers queries, and how to talk to it. `headers` and `auth` may hold secrets. */
export type BackendConfig = {
  name: string;
  url: string;
  auth: HttpAuth;
  tenant: string | null;
  headers: Readonly<Record<string, string>>;
  tls: TlsFiles;
  timeoutMs: number;
  limits: QueryLimits;
  /** How messages name the settings: a variable, or a key of the file. */
  settings: { address: string; credentials: string };
};

const TIMEOUT_MS = 30_000;
/** Less than one person who clicks through dashboards asks for. */
const LIMITS: QueryLimits = { queries: 200, bytes: 512 * 1024 * 1024, ms: 120_000, concurrency: 4 };

/** The settings that a backend's environment variables share, after a prefix such as `PROMETHEUS`. */
export const BACKEND_VARIABLES = [
  "URL",
  "TOKEN",
  "TOKEN_FILE",
  "USERNAME",
  "PASSWORD",
  "PASSWORD_FILE",
  "TENANT",
  "HEADERS",
  "HEADERS_FILE",
  "CA_FILE",
  "CERT_FILE",
  "KEY_FILE",
] as const;

/** Reads `PREFIX_URL`, `PREFIX_TOKEN` and so on. Undefined if there is no address. @throws {IncidentError} CONFIG */
export function backendFromEnv(env: Env, prefix: string): BackendFile | undefined {
  const url = fromEnv(env, `${prefix}_URL`, Address);
  if (url === undefined) return undefined;
  const headers = secret(env, `${prefix}_HEADERS`);
  const given = {
    url,
    token: secret(env, `${prefix}_TOKEN`),
    username: set(env[`${prefix}_USERNAME`]),
    password: secret(env, `${prefix}_PASSWORD`),
    tenant: set(env[`${prefix}_TENANT`]),
    headers: headers === undefined ? undefined : headersOf(headers),
    caFile: set(env[`${prefix}_CA_FILE`]),
    certFile: set(env[`${prefix}_CERT_FILE`]),
    keyFile: set(env[`${prefix}_KEY_FILE`]),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** @param place how messages name the settings: `PROMETHEUS`, or `sources[2]`. @throws {IncidentError} CONFIG */
export function readBackend(file: BackendFile, kind: string, place: string): BackendConfig {
  const isFile = place.startsWith("sources[");
  const settings = isFile
    ? { address: `${place}.url`, credentials: `${place}.token, or its username and password` }
    : { address: `${place}_URL`, credentials: `${place}_TOKEN, or ${place}_USERNAME and ${place}_PASSWORD` };
  const { url, tenant = null, headers = {}, caFile, certFile, keyFile, timeoutMs = TIMEOUT_MS, limits = {} } = file;
  if (url === undefined)
    throw new IncidentError("CONFIG", `${place} (${kind}) has no url`, { hint: `Set ${settings.address}.` });
  return {
    name: file.name ?? kind,
    url,
    auth: authOf(file, place),
    tenant,
    headers: tenant === null ? headers : { ...headers, "X-Scope-OrgID": tenant },
    tls: { caFile: caFile ?? null, certFile: certFile ?? null, keyFile: keyFile ?? null },
    timeoutMs,
    limits: limitsOf(limits),
    settings,
  };
}

/** The limits of one analysis; the usual ones where the file gives none. */
export const limitsOf = (limits: z.infer<typeof LimitsFile> = {}): QueryLimits => ({
  queries: limits.queries ?? LIMITS.queries,
  bytes: limits.megabytes === undefined ? LIMITS.bytes : limits.megabytes * 1024 * 1024,
  ms: limits.seconds === undefined ? LIMITS.ms : limits.seconds * 1_000,
  concurrency: limits.concurrency ?? LIMITS.concurrency,
});

function authOf({ token, username, password }: BackendFile, place: string): HttpAuth {
  if (token !== undefined) return { kind: "bearer", token };
  if (username === undefined && password === undefined) return { kind: "none" };
  if (username !== undefined && password !== undefined) return { kind: "basic", username, password };
  throw new IncidentError("CONFIG", `${place} has a user name or a password, but not both`, {
    hint: "Set both, or set a token instead.",
  });
}

/** The settings without secrets. */
export const maskBackend = <B extends BackendConfig>(backend: B): B => ({
  ...backend,
  url: maskedUrl(backend.url),
  auth: maskedAuth(backend.auth),
  headers: Object.fromEntries(Object.keys(backend.headers).map((name) => [name, "(set)"])),
});

function maskedAuth(auth: HttpAuth): HttpAuth {
  switch (auth.kind) {
    case "none":
      return auth;
    case "bearer":
      return { kind: "bearer", token: "(set)" };
    case "basic":
      return { ...auth, password: "(set)" };
    case "header":
      return { ...auth, value: "(set)" };
  }
}
