import { CLOSE, code, HASH, MINUS, OPEN, QUOTE, SLASH, SPACE_BYTE as SPACE } from "./byte-codes.ts";
import { endOfWord } from "./header-bytes.ts";
import { W3cFields } from "./w3c-fields.ts";
import { type AccessPlace, otherRequest, type RequestTime } from "./proxy-lines.ts";

/** What the line of an access log says of a request. `text`: its statement, with method and status as text. */
export type AccessLine = { text: Uint8Array; status: number; latencyMs: number };
/**
 * `timeAt`: where the time of the request stands in the line; -1 if the header had it. `ms`: the time, if it was read.
 */
export type AccessFound = { line: AccessLine; timeAt: number; ms: number };

const MAX_WORDS_BEFORE_TIME = 5;
const MAX_REQUEST_BYTES = 4096;
const [ZERO, NINE, COLON, DOT, SMALL_A, SMALL_Z, BIG_G, BIG_W, THREE] = "09:.azGW3".split("").map(code) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= NINE;
const isCapital = (byte: number | undefined): boolean => byte !== undefined && byte >= 65 && byte <= 90;

/**
 * Recognises the lines of access logs: the common log format and what is built on it (combined, virtual hosts, ingress,
 * Traefik, Envoy), HAProxy, IIS and other W3C logs, load balancers of AWS, Squid and Gin.
 *
 * @see https://httpd.apache.org/docs/current/logs.html#common
 */
export class AccessReader {
  private readonly w3c = new W3cFields();

  /** Tests the first bytes, so that most lines of other logs cost nothing more. */
  mayRead(bytes: Uint8Array, { start, at, isDated, isPlain }: AccessPlace): boolean {
    if (this.w3c.isActive || bytes[start] === HASH) return true;
    const first = bytes[at] as number;
    if (first === QUOTE || isDigit(first) || first === MINUS || first === COLON) return true;
    const isIis = first === BIG_W && bytes[at + 1] === THREE;
    if (isDated)
      return (isPlain && (first >= SMALL_A || isIis)) || (bytes[start] === OPEN && bytes[start + 1] === BIG_G);
    return first === HASH || first === OPEN || (first >= SMALL_A && first <= SMALL_Z);
  }

  read(bytes: Uint8Array, place: AccessPlace, end: number): AccessFound | null {
    const { start, at, isDated } = place;
    if (this.w3c.isActive || bytes[start] === HASH) {
      const request = this.w3c.read(bytes, start, end);
      if (request !== null) return { line: lineOf(request), timeAt: -1, ms: request.ms };
    }
    const first = bytes[at] as number;
    if (first === QUOTE && (isCapital(bytes[at + 1]) || bytes[at + 1] === MINUS))
      return found(quotedRequest(bytes, at, end, SPACE), -1);
    const bracket = isDated && first >= SMALL_A ? -1 : commonTime(bytes, at, end);
    if (bracket !== -1) {
      const close = bytes.indexOf(CLOSE, bracket);
      if (close !== -1 && close < end && bytes[close + 1] === SPACE) {
        const quote = nextQuote(bytes, close + 1, end);
        const line = quote === -1 ? null : quotedRequest(bytes, quote, end, SPACE);
        if (line !== null) return found(line, bracket + 1);
      }
    }
    if (!isDated && first >= SMALL_A) return null;
    const other = otherRequest(bytes, place, end);
    return other === null ? null : { line: lineOf(other), timeAt: other.timeAt, ms: other.ms };
  }

  startFile(): void {
    this.w3c.reset();
  }
}

const found = (line: AccessLine | null, timeAt: number): AccessFound | null =>
  line === null ? null : { line, timeAt, ms: NaN };

/**
 * The offset of the bracket of `host ident user [02/Jan/2006:…`. Host names count only with a dot or a colon, so that
 * ordinary text costs one word.
 */
function commonTime(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  for (let word = 0; word < MAX_WORDS_BEFORE_TIME; word += 1) {
    if (bytes[at] === OPEN)
      return isDigit(bytes[at + 1]) && bytes[at + 3] === SLASH && bytes[at + 7] === SLASH ? at : -1;
    const to = endOfWord(bytes, at, end);
    if (to >= end || (word === 0 && !isHost(bytes, at, to) && !(bytes[to + 1] === MINUS && bytes[to + 2] === SPACE)))
      return -1;
    at = to + 1;
    while (bytes[at] === SPACE && at < end) at += 1;
  }
  return -1;
}

function isHost(bytes: Uint8Array, from: number, to: number): boolean {
  if (bytes[from] === MINUS && to === from + 1) return true;
  if (to - from === 64) return true; // the owner of an S3 bucket
  for (let i = from; i < to; i += 1) if (bytes[i] === DOT || bytes[i] === COLON) return true;
  return false;
}

/** The quote of the request. A few words may come before it, as in S3 logs. */
function nextQuote(bytes: Uint8Array, from: number, end: number): number {
  const limit = Math.min(end, from + 160);
  for (let i = from; i < limit; i += 1) if (bytes[i] === QUOTE) return i;
  return -1;
}

/** Reads `"GET / HTTP/1.1" 200 …` from its quote on. */
function quotedRequest(bytes: Uint8Array, quote: number, end: number, gap: number): AccessLine | null {
  const limit = Math.min(end, quote + MAX_REQUEST_BYTES);
  let close = quote + 1;
  while (close < limit && (bytes[close] !== QUOTE || bytes[close - 1] === 92)) close += 1;
  if (close >= limit || bytes[close + 1] !== gap) return null;
  const at = close + 2;
  if (bytes[quote + 1] === MINUS)
    return bytes[at] === ZERO && bytes[at + 1] === SPACE ? connection(bytes, at, end) : null;
  if (!isDigit(bytes[at]) || !isDigit(bytes[at + 1]) || !isDigit(bytes[at + 2]) || isDigit(bytes[at + 3])) return null;
  const status = Number(latin1(bytes, at, at + 3));
  const [method = "", target = "", protocol = ""] = latin1(bytes, quote + 1, close).split(" ");
  const flags = isCapital(bytes[at + 4]) ? (FLAGS.exec(latin1(bytes, at + 3, Math.min(end, at + 40)))?.[0] ?? "") : "";
  const text = Buffer.from(`"${method} ${routeOf(target)} ${protocol}" ${status}${flags}`);
  return { text, status, latencyMs: latencyIn(bytes, at + 3, end) };
}

/** Why Envoy answered itself: `UF,URX`. */
const FLAGS = /^ [A-Z]{2,6}(?:,[A-Z]{2,6})*(?= )/;
const CLUSTER = /" (outbound\|\S+|inbound\|\S+) /;

/** A connection of Envoy without HTTP: `"- - -" 0 UF,URX - - "-" …`. Null if nothing was wrong with it. */
function connection(bytes: Uint8Array, at: number, end: number): AccessLine | null {
  const tail = latin1(bytes, at + 1, Math.min(end, at + MAX_TAIL_BYTES));
  const flags = FLAGS.exec(tail)?.[0];
  if (flags === undefined) return null;
  const cluster = CLUSTER.exec(tail)?.[1];
  const text = Buffer.from(`connection failed:${flags}${cluster === undefined ? "" : ` ${cluster}`}`);
  return { text, status: 0, latencyMs: NaN };
}

const latin1 = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString("latin1");

/** The path without its query. The root gets a name, so that it is mined as a path like any other. */
function routeOf(target: string): string {
  const query = target.search(/[?;#]/);
  const path = query === -1 ? target : target.slice(0, query);
  return path === "/" ? "/index" : path;
}

const LATENCY = /(?:\brt=|request_time[=:]\s*"?|\bduration[=:]\s*"?)(\d+(?:\.\d+)?)|\b(\d+(?:\.\d+)?)(ms|µs|s)(?=\s|$)/;
const INGRESS = /^ (?:\d+|-) ".*?" ".*?" \d+ (\d+\.\d{3}) \[/;
/** Envoy: bytes in, bytes out and milliseconds, behind its flags or behind the reason in quotes. */
const ENVOY = /^ (?:(?:\S+ ){1,3}"[^"]*"|[A-Z,-]+) \d+ \d+ (\d+) (?:\d+|-) "/;
const MAX_TAIL_BYTES = 512;

/** The time that the request took, where the log says so. NaN if it does not. */
function latencyIn(bytes: Uint8Array, from: number, end: number): number {
  if (end - from < 8) return NaN;
  const tail = Buffer.from(bytes.subarray(from, Math.min(end, from + MAX_TAIL_BYTES))).toString("latin1");
  const [, seconds, value, unit] = LATENCY.exec(tail) ?? [];
  if (seconds !== undefined) return Number(seconds) * 1000;
  if (value !== undefined) return Number(value) * (unit === "s" ? 1000 : unit === "ms" ? 1 : 1e-3);
  const envoy = ENVOY.exec(tail)?.[1];
  if (envoy !== undefined) return Number(envoy);
  const ingress = INGRESS.exec(tail)?.[1];
  return ingress === undefined ? NaN : Number(ingress) * 1000;
}

function lineOf({ prefix, method, target, protocol, status, suffix, latencyMs }: RequestTime): AccessLine {
  const request = method === "" ? "" : `"${method} ${routeOf(target)} ${protocol}" `;
  const text = [prefix, `${request}${status === 0 ? "" : status}`, suffix].filter((part) => part !== "").join(" ");
  return { text: Buffer.from(text), status, latencyMs };
}

/** The level that a status stands for: 5xx is an error, 4xx a warning. */
export const levelOfStatus = (status: number): string => (status >= 500 ? "error" : status >= 400 ? "warn" : "info");
