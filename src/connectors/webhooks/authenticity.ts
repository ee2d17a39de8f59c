import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Authenticity, SignedRequest } from "../../domain/webhook-door.ts";

export const GENUINE: Authenticity = { isGenuine: true };
export const refuse = (why: string): Authenticity => ({ isGenuine: false, why });

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Compares in constant time, so that timing reveals neither length nor content. */
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

/** `Authorization: Bearer <token>`. @param tokens several while one is replaced by the next. */
export function checkBearer({ header }: SignedRequest, tokens: readonly string[]): Authenticity {
  const [, given] = /^Bearer +(\S+)$/i.exec(header("authorization") ?? "") ?? [];
  if (given === undefined) return refuse("no bearer token");
  return tokens.filter((token) => isSame(token, given)).length > 0 ? GENUINE : refuse("wrong bearer token");
}

/** `Authorization: Basic <base64 of user:password>`. */
export function checkBasic(
  { header }: SignedRequest,
  { username, password }: { username: string; password: string },
): Authenticity {
  const [, given] = /^Basic +([\w+/=-]+)$/i.exec(header("authorization") ?? "") ?? [];
  if (given === undefined) return refuse("no basic auth credentials");
  return isSame(Buffer.from(given, "base64").toString("utf8"), `${username}:${password}`)
    ? GENUINE
    : refuse("wrong user name or password");
}

export type GrafanaSigning = {
  secrets: readonly string[];
  signatureHeader: string;
  timestampHeader: string | null;
  toleranceMs: number;
};

/**
 * Grafana's HMAC-SHA256 in lower-case hex, over the body, or over `<time>:<body>` when a timestamp header (Unix
 * seconds) is configured. Only the latter detects a replay. Without it, a repeated body is a duplicate alert, which
 * changes nothing.
 */
export function checkGrafana(
  request: SignedRequest,
  { secrets, signatureHeader, timestampHeader, toleranceMs }: GrafanaSigning,
  nowMs: number,
): Authenticity {
  const given = request.header(signatureHeader);
  if (given === undefined) return refuse(`no ${signatureHeader}`);
  const time = timestampHeader === null ? null : (request.header(timestampHeader) ?? "");
  if (time !== null) {
    if (!/^\d{1,12}$/.test(time)) return refuse(`no time in ${timestampHeader}`);
    if (Math.abs(nowMs - Number(time) * 1_000) > toleranceMs)
      return refuse("signed too long ago or in the future: a replay, or a wrong clock");
  }
  const signatures = secrets.map((secret) => {
    const mac = createHmac("sha256", secret);
    if (time !== null) mac.update(`${time}:`);
    return mac.update(request.rawBody).digest("hex");
  });
  return signatures.filter((signature) => isSame(signature, given.trim())).length > 0
    ? GENUINE
    : refuse("wrong signature");
}

/** Entries that are checked; no rotation needs more. */
const MAX_SIGNATURES = 10;

/**
 * PagerDuty's `X-PagerDuty-Signature: v1=<hex>,v1=<hex>`: HMAC-SHA256 over the body, one entry for each secret during a
 * rotation. Other versions are ignored. No time is signed: a replayed event carries the same times, so it changes
 * nothing.
 */
export function checkPagerDuty({ header, rawBody }: SignedRequest, secrets: readonly string[]): Authenticity {
  const given = (header("x-pagerduty-signature") ?? "")
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry.startsWith("v1="))
    .slice(0, MAX_SIGNATURES);
  if (given.length === 0) return refuse("no v1 signature in X-PagerDuty-Signature");
  const expected = secrets.map((secret) => `v1=${createHmac("sha256", secret).update(rawBody).digest("hex")}`);
  return given.flatMap((signature) => expected.filter((wanted) => isSame(wanted, signature))).length > 0
    ? GENUINE
    : refuse("wrong signature");
}

/** Largest difference between a signed time and now, milliseconds. @see https://www.standardwebhooks.com */
const SVIX_TOLERANCE_MS = 300_000;

/**
 * Svix's signature (incident.io): `v1,<base64>` entries separated by spaces. Each is an HMAC-SHA256 over
 * `<id>.<time>.<body>` with the bytes that the secret `whsec_<base64>` encodes.
 */
export function checkSvix({ header, rawBody }: SignedRequest, secrets: readonly string[], nowMs: number): Authenticity {
  const svixHeader = (name: string): string | undefined => header(`webhook-${name}`) ?? header(`svix-${name}`);
  const [id, time, signatures] = [svixHeader("id"), svixHeader("timestamp") ?? "", svixHeader("signature")];
  if (id === undefined || signatures === undefined) return refuse("no webhook-id or webhook-signature");
  if (!/^\d{1,12}$/.test(time)) return refuse("no time in webhook-timestamp");
  if (Math.abs(nowMs - Number(time) * 1_000) > SVIX_TOLERANCE_MS)
    return refuse("signed too long ago or in the future: a replay, or a wrong clock");
  const expected = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    return `v1,${createHmac("sha256", key).update(`${id}.${time}.`).update(rawBody).digest("base64")}`;
  });
  const given = signatures.split(" ").slice(0, MAX_SIGNATURES);
  return given.flatMap((signature) => expected.filter((wanted) => isSame(wanted, signature))).length > 0
    ? GENUINE
    : refuse("wrong signature");
}

/** HMAC-SHA256 over the body, in lower-case hex behind a prefix. GitHub and LaunchDarkly sign so. */
export function checkHmac(
  { header, rawBody }: SignedRequest,
  name: string,
  prefix: string,
  secret: string,
): Authenticity {
  const given = header(name);
  if (given === undefined) return refuse(`no ${name}`);
  const wanted = `${prefix}${createHmac("sha256", secret).update(rawBody).digest("hex")}`;
  return isSame(wanted, given.trim()) ? GENUINE : refuse("wrong signature");
}

/** A header that holds the secret itself. GitLab sends one. */
export function checkHeader({ header }: SignedRequest, name: string, secret: string): Authenticity {
  const given = header(name);
  if (given === undefined) return refuse(`no ${name}`);
  return isSame(secret, given.trim()) ? GENUINE : refuse(`wrong ${name}`);
}
