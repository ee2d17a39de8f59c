import { redactSecrets } from "../../domain/redact.ts";

/**
 * The other end, as a message names it. `host`: lower case, without scheme, user, port, path. `port`: null if none.
 * `isSure`: it is in a URL or in a place where messages name their peer; other words with a port may not be names.
 */
export type PeerName = { host: string; port: number | null; isSure: boolean };

const MAX_PORT = 65_535;
/** Ordinary words that messages have in the place of a name. */
const NO_NAMES = new Set(
  (
    "a an the to at on in of for from by with its it this that host server servers node upstream backend remote peer " +
    "address database db service url uri port socket null none undefined unknown error timeout connection failed host: " +
    "true false nil localhost any all pool client tcp http https dial get post put delete call request response name " +
    "connect read write lookup accept bind listen send recv getsockopt getaddrinfo handshake"
  ).split(" "),
);
const NAME = /^(?:[a-z0-9_](?:[\w-]{0,62})\.)*[a-z0-9_][\w-]{0,62}\.?$/i;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
/** Endings of file and class names that look like hosts. */
const NO_HOST = new RegExp(
  String.raw`\.(?:java|py|go|rb|js|ts|tsx|mjs|cs|php|rs|so|jar|log|conf|ya?ml|json|toml|txt|xml|html?|sock|c|cpp|h|kt|` +
    String.raw`scala|ex|erl|sql|pem|crt|key|exe|dll|Exception|Error)$|^\w*(?:error|exception|failure)$`,
  "i",
);

/**
 * Reads a name, address or URL: `https://api.example.com/v1`, `jdbc:postgresql://db:5432/shop`, `redis:6379`,
 * `/10.0.0.7:9092`, `[::1]:443`, `db.prod.svc.cluster.local.`.
 *
 * @returns null if the text is none of these.
 */
export function peerName(text: string): PeerName | null {
  const bare = text
    .replace(/^[\s"'`<([/]+/, "")
    .replace(/^(?:jdbc:)?[a-z][a-z0-9+.-]*:(?:[a-z0-9]+:)*(?:thin:@?)?\/\//i, "")
    .replace(/^[^\s/@]{1,100}:[^\s/]{0,200}@/, "")
    .replace(/[/?#,;"'`\s)>\]].*$/s, "")
    .replace(/[.:]+$/, "");
  const [, host = "", port] = /^(.*?)(?::(\d{1,5}))?$/.exec(bare) ?? [];
  const name = host.toLowerCase().replace(/\.$/, "");
  if (name.length < 2 || NO_NAMES.has(name) || NO_HOST.test(name) || !(NAME.test(name) || name.includes("@")))
    return null;
  // Check for secrets now: in lower case, they are no longer recognised.
  if (!host.includes("@") && redactSecrets(host) !== host) return null;
  if (/^[\d.]+$/.test(name) && !IPV4.test(name)) return null;
  const number = port === undefined ? null : Number(port);
  return { host: name, port: number !== null && number > 0 && number <= MAX_PORT ? number : null, isSure: true };
}

/** Places in a message that name the other end, surest first. */
const PLACES: readonly RegExp[] = [
  /\bupstream: "?([^\s",]+)/i,
  /\b(?:jdbc:)?[a-z][a-z0-9+]{1,20}:(?:[a-z0-9]+:)?\/\/([^\s"'<>)\]]{2,200})/i,
  /\b(?:HTTPS?ConnectionPool|HTTPS?Connection)\(host=['"]?([^'",)]{1,200}['"]?(?:, port=\d+)?)/,
  /\b(?:resolve|resolving|lookup|getaddrinfo \w+) (?:host(?:name)?:? )?(?=["'`]|[\w-]+\.)["'`]?([\w][\w.:-]{1,200})/i,
  new RegExp(
    String.raw`["']?\b(?:target|upstream|peer|remote|remote_addr|server_addr|upstream_host|upstream_cluster|endpoint|` +
      String.raw`backend|dependency|downstream|callee|broker|address|addr|host|server|db_host)["']?\s?[:=]\s?["']?([\w][\w.:@/-]{1,200})`,
    "i",
  ),
  /\b(?:request|call|connection|connect|connecting) to (?:host |server |service |the )?["'`]?([\w][\w.:@-]{1,200})["'`]?/i,
  /\b(?:retrying|calling|contacting|reach|reaching|from service|from upstream|by upstream) ["'`]?([\w][\w.:@-]{1,200})["'`]?/i,
  /^["'`]?([\w][\w.:@-]{1,200})["'`]? (?:answered|returned|responded|unavailable|unreachable|request failed|is down|timed out|is unreachable|did not respond)/i,
  /\b([a-z0-9][\w-]*(?:\.[a-z0-9][\w-]*)+:\d{2,5})\b/i,
  /\b([a-z][\w-]{2,62}:\d{3,5})\b/i,
];

/** The first this many places hold a URL or a host for certain. */
const SURE_PLACES = 4;

/** Finds the other end that a message names; null if it names none. */
export function peerIn(message: string): PeerName | null {
  for (const [rank, place] of PLACES.entries()) {
    const [, found] = place.exec(message) ?? [];
    if (found === undefined) continue;
    const withPort = found.replace(/['"]?, port=(\d+)$/, ":$1");
    const name = peerName(withPort);
    if (name !== null) return { ...name, isSure: rank < SURE_PLACES };
  }
  return null;
}
