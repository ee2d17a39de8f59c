import { redactSecrets } from "../../domain/redact.ts";

const REDACTED = "[redacted]";
/** A shorter secret would blank out ordinary text. */
const SHORTEST_SECRET = 4;
const LONGEST_EXCERPT = 300;
const SECRET_NAME = /key|token|secret|passw|signature|credential/i;

/** Credentials that servers like to echo, whoever they belong to. */
const CREDENTIALS: readonly (readonly [RegExp, string])[] = [
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  [/((?:api[-_]?key|token|secret|passw(?:or)?d)["']?\s*[:=]\s*["']?)[^\s"',;&<]+/gi, `$1${REDACTED}`],
  [/(:\/\/)[^\s/@:]*:[^\s/@]*@/g, `$1${REDACTED}@`],
];

/** An address as a person may see it: origin and path. User info, query and fragment may hold secrets. */
export function redactedUrl(url: string | URL): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/** Values in an address that must never be shown: the password, and query values whose name suggests a secret. */
export function urlSecrets(url: URL): string[] {
  const values = [...url.searchParams].flatMap(([name, value]) => (SECRET_NAME.test(name) ? [value] : []));
  return url.password === "" ? values : [...values, url.password, percentDecoded(url.password)];
}

/** Decodes percent escapes; a text with a stray `%` stays as it is. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Replaces known secrets, raw or percent-encoded, and everything that looks like a credential. */
export function redacted(text: string, secrets: readonly string[]): string {
  const known = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .reduce((kept, secret) => kept.replaceAll(secret, REDACTED), text);
  return redactSecrets(CREDENTIALS.reduce((kept, [pattern, shown]) => kept.replace(pattern, shown), known));
}

/** One redacted line of at most 300 characters: a proxy may answer with a whole page. */
export function excerpt(body: string, secrets: readonly string[]): string {
  const line = redacted(body, secrets)
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .trim();
  return line.length <= LONGEST_EXCERPT ? line : `${line.slice(0, LONGEST_EXCERPT)}…`;
}
