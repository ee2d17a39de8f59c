import { Prefixes } from "./prefixes.ts";

/**
 * A request in the log of a proxy. `prefix` and `suffix`: words of the line that belong to its statement, such as the
 * backend and how the connection ended. `timeAt`: the offset of the time; -1 if the header had it. `ms`: the time, if
 * it was read already, else NaN. `status` 0: none, as for plain TCP.
 */
export type RequestTime = {
  prefix: string;
  method: string;
  target: string;
  protocol: string;
  status: number;
  suffix: string;
  latencyMs: number;
  timeAt: number;
  ms: number;
};

const MAX_BYTES = 2048;
const METHOD = "([A-Z]{3,16})"; // also those of WebDAV

/** `client:port [time] frontend backend/server timers status bytes … state … "request"`. */
const HAPROXY = new RegExp(
  [
    String.raw`^\S+:\d+ \[(\d\d/\w{3}/\d{4}:[\d:.]+)\] (\S+) (\S+?)/(\S+) ([-+\d/]+) (?:(\d{3}|-1) )?\+?\d+ (?:\S+ \S+ )?`,
    String.raw`([\w-]{2,4}) [\d/+]+ [\d/]+(?: \{.*?\})*(?: "(?:${METHOD} (\S+) ?(HTTP/[\d.]+)?|<BADREQ>).*)?`,
  ].join(""),
);
/** IIS: `address METHOD path query port user client agent referrer status substatus win32 time`. */
const IIS = new RegExp(
  String.raw`^(?:\S+ ){1,3}?${METHOD} (/\S*) \S+ \d+ \S+ \S+ .*? (\d{3}) \d+ \d+(?:(?: \d+ \d+)? (\d+))?$`,
);
/** Load balancers of AWS: `name client target request-time target-time response-time status status … "request"`. */
const ELB = new RegExp(
  String.raw`^\S+ \S+:\d+ (?:\S+:\d+|-) (-1|[\d.]+) (-1|[\d.]+) (-1|[\d.]+) (\d{3}|-) (?:\d{3}|-) \d+ \d+ "${METHOD} (\S+) (HTTP/[\d.]+)"`,
);
/** Squid: `seconds ms client code/status bytes METHOD url`. */
const SQUID = new RegExp(String.raw`^(\d{10}\.\d{3})\s+(\d+) \S+ (\w+)/(\d{3}) \d+ ${METHOD} (\S+)`);
/** Gin: `[GIN] 2006/01/02 - 15:04:05 | 200 | 1.234ms | client | GET "/path"`. */
const GIN = new RegExp(
  String.raw`^\[GIN\] (\S+ - [\d:]+) \|\s*(\d{3}) \|\s*([\d.]+)(ns|µs|ms|s|m)\w* \|\s*\S+ \|\s*${METHOD}\s+"([^"]*)"`,
);
/** `W3SVC1 SERVER address`: the name of the site comes first where all fields are written. */
const IIS_SITE = new Prefixes("W3SVC");
/** `[pid: 12|app: 0|req: 3/7] client () {40 vars in 500 bytes} [time] GET /path => … in 7 msecs (HTTP/1.1 200) …`. */
const UWSGI = new RegExp(
  String.raw`^\[pid: \d+\|[^\]]*\] \S+ \([^)]*\) \{[^}]*\} \[([^\]]+)\] ${METHOD} (\S+) => .*? in (\d+) (m|micro)secs \((HTTP/[\d.]+) (\d{3})\)`,
);
const UNIT_MS: Readonly<Record<string, number>> = { ns: 1e-6, µs: 1e-3, ms: 1, s: 1000, m: 60_000 };

/**
 * Where an access line may stand: the start of the line, of its message, and the end of its time. `isDated`: the header
 * had a time. `isPlain`: it had neither level nor logger.
 */
export type AccessPlace = { start: number; at: number; afterTime: number; isDated: boolean; isPlain: boolean };

/** A cheap test of the bytes where each format differs from ordinary text, before any pattern is tried. */
export function otherRequest(
  bytes: Uint8Array,
  { start, at, afterTime, isDated }: AccessPlace,
  end: number,
): RequestTime | null {
  const first = bytes[at] as number;
  const isNumber = first >= 48 && first <= 57;
  const textFrom = (from: number): string =>
    Buffer.from(bytes.buffer, bytes.byteOffset + from, Math.min(end - from, MAX_BYTES)).toString("utf8");
  if (!isDated) {
    if (isNumber && bytes[at + 10] === 46 && bytes[at + 14] === 32) return squid(textFrom(at));
  }
  if (bytes[start] === 91 && bytes[start + 1] === 112 && bytes[start + 4] === 58) return uwsgi(textFrom(start), start);
  if (bytes[start] === 91 && bytes[start + 1] === 71 && bytes[start + 2] === 73) return gin(textFrom(start), start);
  for (const from of isDated && afterTime !== at ? [at, start] : [at]) {
    const space = spaceAfter(bytes, from, end);
    if (space !== -1 && opensHaproxyTime(bytes, space + 1) && hasPort(bytes, from, space))
      return haproxy(textFrom(from), isDated && from === at ? -1 : space + 2);
  }
  if (!isDated) return null;
  const from = afterTime + 1;
  const space = spaceAfter(bytes, from, end);
  if (space === -1) return null;
  const isIis = isAddress(bytes[from] as number) || IIS_SITE.has(bytes, from, end);
  if (isIis && isCapital(bytes[space + 1]) && isCapital(bytes[space + 2])) return iis(textFrom(from));
  const second = spaceAfter(bytes, space + 1, end);
  return second !== -1 && hasPort(bytes, space + 1, second) ? elb(textFrom(from)) : null;
}

const isCapital = (byte: number | undefined): boolean => byte !== undefined && byte >= 65 && byte <= 90;

/** `[06/Feb/2009:`. */
const opensHaproxyTime = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === 91 && (bytes[at + 1] as number) >= 48 && (bytes[at + 1] as number) <= 57 && bytes[at + 3] === 47;

const isAddress = (byte: number): boolean => (byte >= 48 && byte <= 58) || (byte >= 97 && byte <= 102) || byte === 45;

function spaceAfter(bytes: Uint8Array, from: number, end: number): number {
  const limit = Math.min(end, from + 120);
  for (let i = from; i < limit; i += 1) if (bytes[i] === 32) return i;
  return -1;
}

/** True if the word ends in a colon and a number. */
function hasPort(bytes: Uint8Array, from: number, to: number): boolean {
  let i = to - 1;
  while (i > from && (bytes[i] as number) >= 48 && (bytes[i] as number) <= 57) i -= 1;
  return bytes[i] === 58 && i < to - 1;
}

const NO_TIME = { timeAt: -1, ms: NaN };

function haproxy(text: string, timeAt: number): RequestTime | null {
  const found = HAPROXY.exec(text);
  if (found === null) return null;
  const [
    ,
    ,
    ,
    backend = "",
    server = "",
    timers = "",
    status = "0",
    state = "",
    method = "",
    target = "",
    protocol = "",
  ] = found;
  const total = Number(timers.split("/").at(-1)?.replace("+", ""));
  const latencyMs = total < 0 ? NaN : total; // -1: the connection ended before
  return {
    prefix: server === "<NOSRV>" ? `${backend}/<NOSRV>` : backend,
    method,
    target,
    protocol: protocol === "" ? "HTTP/1.0" : protocol,
    status: Math.max(0, Number(status)),
    suffix: /^-+$/.test(state) ? "" : state,
    latencyMs,
    timeAt,
    ms: NaN,
  };
}

function iis(text: string): RequestTime | null {
  const found = IIS.exec(text);
  if (found === null) return null;
  const [, method = "", target = "", status = "0", took] = found;
  return {
    prefix: "",
    method,
    target,
    protocol: "HTTP/1.1",
    status: Number(status),
    suffix: "",
    latencyMs: took === undefined ? NaN : Number(took),
    ...NO_TIME,
  };
}

function elb(text: string): RequestTime | null {
  const found = ELB.exec(text);
  if (found === null) return null;
  const [, wait, target, send, status = "0", method = "", url = "", protocol = ""] = found;
  const seconds = [wait, target, send].map(Number).filter((part) => part >= 0);
  return {
    prefix: "",
    method,
    target: url,
    protocol,
    status: Number(status) || 0,
    suffix: "",
    latencyMs: seconds.reduce((sum, part) => sum + part, 0) * 1000,
    ...NO_TIME,
  };
}

function squid(text: string): RequestTime | null {
  const found = SQUID.exec(text);
  if (found === null) return null;
  const [, seconds, took, result = "", status, method = "", target = ""] = found;
  return {
    prefix: result,
    method,
    target,
    protocol: "HTTP/1.1",
    status: Number(status),
    suffix: "",
    latencyMs: Number(took),
    timeAt: -1,
    ms: Number(seconds) * 1000,
  };
}

function uwsgi(text: string, start: number): RequestTime | null {
  const found = UWSGI.exec(text);
  if (found === null) return null;
  const [, time = "", method = "", target = "", took, unit, protocol = "", status] = found;
  return {
    prefix: "",
    method,
    target,
    protocol,
    status: Number(status),
    suffix: "",
    latencyMs: Number(took) * (unit === "m" ? 1 : 1e-3),
    timeAt: start + text.indexOf(`[${time}]`) + 1,
    ms: NaN,
  };
}

function gin(text: string, start: number): RequestTime | null {
  const found = GIN.exec(text);
  if (found === null) return null;
  const [, , status, took, unit = "ms", method = "", target = ""] = found;
  return {
    prefix: "",
    method,
    target,
    protocol: "HTTP/1.1",
    status: Number(status),
    suffix: "",
    latencyMs: Number(took) * (UNIT_MS[unit] ?? 1),
    timeAt: start + "[GIN] ".length,
    ms: NaN,
  };
}
