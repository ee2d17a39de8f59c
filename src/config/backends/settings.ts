import { z } from "zod";
import type { HttpAuth } from "../../connectors/http/auth.ts";
import type { QueryLimits } from "../../connectors/http/query-limits.ts";
import type { TlsFiles } from "../../connectors/http/tls.ts";
import type { PageTemplates } from "../../connectors/link.ts";
import { IncidentError } from "../../domain/errors.ts";
import { headersOf } from "../headers.ts";
import { type Env, fromEnv, maskedUrl, Milliseconds, secret, set } from "../env.ts";
import { GrafanaUid, LINK_KEYS, readPages } from "./links.ts";
import { Count } from "../numbers.ts";

const Address = z
  .url({ protocol: /^https?$/, error: "give an address such as http://host:9090" })
  .refine(
    (address) => !URL.canParse(address) || new URL(address).hash === "",
    "an address of a server has no #fragment",
  );
const HEADER = /^[\w!#$%&'*+.^`|~-]+$/;

const Headers = z
  .record(z.string(), z.string("the value of a header is a text"))
  .refine(
    (headers) => Object.keys(headers).every((name) => HEADER.test(name)),
    "a header's name has no spaces and no colon",
  );

/** How reports name a source. */
export const SourceName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "a name has at most 64 letters, digits, dots, dashes and underscores");

/** What one analysis may ask of one backend, and how much at once. */
const LimitsFile = z.strictObject({
  queries: Count.optional(),
  megabytes: Count.optional(),
  seconds: Count.optional(),
  concurrency: Count.optional(),
});

/**
 * The keys that every backend in `sources:` has. `tenant`: its value of `X-Scope-OrgID`, as Grafana's servers read it.
 */
export const BACKEND_KEYS = {
  /** How reports name it; its kind unless given. */
  name: SourceName.optional(),
  url: Address.optional(),
  token: z.string().min(1).optional(),
  username: z.string().min(1).optional(),
  password: z.string().min(1).optional(),
  tenant: z.union([z.string().min(1), z.int().nonnegative().transform(String)], { error: "a text" }).optional(),
  headers: Headers.optional(),
  caFile: z.string().min(1).optional(),
  certFile: z.string().min(1).optional(),
  keyFile: z.string().min(1).optional(),
  timeoutMs: Milliseconds.optional(),
  limits: LimitsFile.optional(),
  ...LINK_KEYS,
} as const;
const BackendKeys = z.object(BACKEND_KEYS);
export type BackendFile = z.infer<typeof BackendKeys>;

/**
 * One server that answers queries, and how to talk to it. `headers` and `auth` may hold secrets. `pages`: where its
 * evidence is opened. `grafanaUid`: of the data source in Grafana that reads the same server; null if none is named.
 */
export type BackendConfig = {
  name: string;
  url: string;
  auth: HttpAuth;
  tenant: string | null;
  headers: Readonly<Record<string, string>>;
  tls: TlsFiles;
  timeoutMs: number;
  limits: QueryLimits;
  pages: PageTemplates;
  grafanaUid: string | null;
  /** How messages name the settings: a variable, or a key of the file. */
  settings: { address: string; credentials: string; authorities: string; clientCertificate: string };
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
  "GRAFANA_UID",
] as const;

/** Reads `PREFIX_URL`, `PREFIX_TOKEN` and so on. Undefined if there is no address. @throws {IncidentError} CONFIG */
export function backendFromEnv(env: Env, prefix: string): BackendFile | undefined {
  const url = fromEnv(env, `${prefix}_URL`, Address);
  if (url === undefined) return undefined;
  const headers = secret(env, `${prefix}_HEADERS`);
  const grafana = set(env[`${prefix}_GRAFANA_UID`]);
  const given = {
    url,
    token: secret(env, `${prefix}_TOKEN`),
    username: set(env[`${prefix}_USERNAME`]),
    password: secret(env, `${prefix}_PASSWORD`),
    tenant: set(env[`${prefix}_TENANT`]),
    headers: headers === undefined ? undefined : headersFromEnv(headers, `${prefix}_HEADERS`),
    caFile: set(env[`${prefix}_CA_FILE`]),
    certFile: set(env[`${prefix}_CERT_FILE`]),
    keyFile: set(env[`${prefix}_KEY_FILE`]),
    links: grafana === undefined ? undefined : fromEnv(env, `${prefix}_GRAFANA_UID`, GrafanaUid) && { grafana },
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** @throws {IncidentError} CONFIG, without the headers, which may hold secrets */
function headersFromEnv(text: string, name: string): Record<string, string> {
  const headers = headersOf(text);
  const pairs = text.split(",").filter((pair) => pair.trim() !== "").length;
  if (Object.keys(headers).length === pairs && Headers.safeParse(headers).success) return headers;
  throw new IncidentError("CONFIG", `${name} is not valid`, {
    hint: "Write it as name=value,name=value, each name once, and a comma inside a value as %2C.",
  });
}

/** @param place how messages name the settings: `PROMETHEUS`, or `sources[2]`. @throws {IncidentError} CONFIG */
export function readBackend(file: BackendFile, kind: string, place: string): BackendConfig {
  const isFile = place.startsWith("sources[");
  const settings = isFile
    ? {
        address: `${place}.url`,
        credentials: `${place}.token, or its username and password`,
        authorities: `${place}.caFile`,
        clientCertificate: `${place}.certFile and keyFile`,
      }
    : {
        address: `${place}_URL`,
        credentials: `${place}_TOKEN, or ${place}_USERNAME and ${place}_PASSWORD`,
        authorities: `${place}_CA_FILE`,
        clientCertificate: `${place}_CERT_FILE and ${place}_KEY_FILE`,
      };
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
    pages: readPages(file.links),
    grafanaUid: file.links?.grafana ?? null,
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

function authOf({ url = "", token, username, password }: BackendFile, place: string): HttpAuth {
  const inAddress = URL.canParse(url) && (new URL(url).username !== "" || new URL(url).password !== "");
  const given = [inAddress, token !== undefined, username !== undefined || password !== undefined];
  if (given.filter((is) => is).length > 1)
    throw new IncidentError("CONFIG", `${place} has credentials in two ways`, {
      hint: "Give a token, or a user name and a password, or both of them in the address: only one of these.",
    });
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
