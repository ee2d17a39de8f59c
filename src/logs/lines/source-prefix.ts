import {
  CLOSE,
  code,
  COLON,
  MINUS,
  OPEN,
  OPEN_BRACE,
  PIPE,
  QUOTE,
  SLASH,
  SPACE_BYTE as SPACE,
  TAB,
} from "./byte-codes.ts";
import { endOfWord, isDigits } from "./header-bytes.ts";

/** What stands before a line that a tool copied from several sources. `start`: where the line itself begins. */
export type SourcePrefix = { service: string; pod: string | null; start: number };

const MAX_NAME_BYTES = 100;
/** Names beyond this are read anew on each line. */
const MAX_KNOWN = 1024;
const POD_MARK = [OPEN, ...[..."pod/"].map(code)];

/** `orders-7f9dd8b6c4-x7gr9`: a pod of a ReplicaSet. */
const REPLICA = /^([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)-[a-z0-9]{6,10}-[a-z0-9]{5}$/;
/** `node-agent-x7gr9`: a pod of a DaemonSet or Job. The suffix has no vowels, as Kubernetes makes it. */
const LONE_SUFFIX = /^([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)-[bcdfghjklmnpqrstvwxz2456789]{5}$/;
const ORDINAL = /^([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)-\d{1,4}$/;
/** `web-1`, `shop_web_1`, `web.1`, `web.1.x8k2@node1`. */
const INSTANCE = /^(.+?)[-_.]\d+(?:\.\w{6,})?(?:@[\w.-]+)?$/;
/** pm2: `0|web`. */
const PM2 = /^\d+\|(.+)$/;

/** The service of a pod, by the names that Kubernetes gives pods. */
export const serviceOfPod = (pod: string): string =>
  (REPLICA.exec(pod) ?? LONE_SUFFIX.exec(pod) ?? ORDINAL.exec(pod))?.[1] ?? pod;

const textOf = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString("latin1");

const isSpace = (byte: number | undefined): boolean => byte === SPACE || byte === TAB;

function afterSpaces(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isSpace(bytes[at])) at += 1;
  return at;
}

/** Tests whether a line begins at an offset. */
export type LineTest = { opensLine: (bytes: Uint8Array, at: number, end: number) => boolean };

/** A cheap test of the first bytes: a letter, a bracket, or a number before a bar. */
export function mayHavePrefix(bytes: Uint8Array, at: number): boolean {
  const first = bytes[at] as number;
  if (first >= 48 && first <= 57) return bytes[at + 1] === PIPE || bytes[at + 2] === PIPE;
  return first === OPEN || (first >= 65 && first <= 122);
}

/** Finds the prefixes of aggregators. It keeps the last one, because most lines of a file come from few sources. */
export class PrefixReader {
  private readonly known = new Map<string, SourcePrefix | null>();

  /**
   * Reads `web-1  | `, `[pod/web-0/web] `, `web-0 web `, `shop/web-0[web]: `.
   *
   * @param lines tests whether a time, a level or a JSON object stands at an offset.
   * @returns null if the line begins with none of them.
   */
  read(bytes: Uint8Array, at: number, end: number, lines: LineTest): SourcePrefix | null {
    const first = bytes[at] as number;
    if (first === OPEN) return this.bracketed(bytes, at, end);
    if (!isNameByte(first)) return null;
    const to = endOfName(bytes, at, end);
    if (to >= end || to - at > MAX_NAME_BYTES || to === at) return null;
    if (bytes[to] === OPEN) return this.kail(bytes, at, to, end);
    if (!isSpace(bytes[to]) && bytes[to] !== PIPE) return null;
    const next = afterSpaces(bytes, to, end);
    if (bytes[next] === PIPE) return this.piped(bytes, at, to, next, end, lines);
    return this.stern(bytes, at, to, next, end, lines);
  }

  /** `[pod/orders-7f9dd8b6c4-x7gr9/orders] …`, `[orders-7f9dd8b6c4-x7gr9] …`, `[orders-7f9dd8b6c4-x7gr9 orders] …`. */
  private bracketed(bytes: Uint8Array, at: number, end: number): SourcePrefix | null {
    const isPod = POD_MARK.every((byte, i) => bytes[at + i] === byte);
    let close = at + 1;
    const limit = Math.min(end, at + 2 * MAX_NAME_BYTES);
    while (close < limit && bytes[close] !== CLOSE && (isNameByte(bytes[close] as number) || isSpace(bytes[close])))
      close += 1;
    if (bytes[close] !== CLOSE || !isSpace(bytes[close + 1]) || close - at < 9) return null;
    const inside = textOf(bytes, at + 1, close);
    const pod = isPod ? (inside.split("/")[1] ?? "") : (inside.split(" ")[0] ?? "");
    if (pod === "" || (!isPod && !REPLICA.test(pod))) return null;
    return { service: serviceOfPod(pod), pod, start: close + 2 };
  }

  private kail(bytes: Uint8Array, at: number, open: number, end: number): SourcePrefix | null {
    const slash = bytes.subarray(at, open).indexOf(SLASH);
    if (slash < 1) return null;
    const close = bytes.subarray(open, Math.min(end, open + MAX_NAME_BYTES)).indexOf(CLOSE) + open;
    if (close <= open || bytes[close + 1] !== COLON || !isSpace(bytes[close + 2])) return null;
    const pod = textOf(bytes, at + slash + 1, open);
    return serviceOfPod(pod) === pod ? null : { service: serviceOfPod(pod), pod, start: close + 3 };
  }

  private piped(
    bytes: Uint8Array,
    at: number,
    to: number,
    pipe: number,
    end: number,
    lines: LineTest,
  ): SourcePrefix | null {
    if (pipe + 1 < end && !isSpace(bytes[pipe + 1])) return null;
    const start = Math.min(end, pipe + 2);
    const name = textOf(bytes, at, to);
    const found = this.remembered(name, () => {
      const named = PM2.exec(name)?.[1] ?? name;
      if (/^\d/.test(named) || named === named.toUpperCase()) return null;
      const service = INSTANCE.exec(named)?.[1];
      return { service: service ?? named, pod: service === undefined ? null : named, start: 0 };
    });
    if (found === null || (found.pod === null && !PM2.test(name) && !lines.opensLine(bytes, start, end))) return null;
    return { ...found, start };
  }

  private stern(
    bytes: Uint8Array,
    at: number,
    to: number,
    next: number,
    end: number,
    lines: LineTest,
  ): SourcePrefix | null {
    if (!hasMinus(bytes, at, to) || isDigits(bytes, at, at + 1)) return null;
    const containerEnd = endOfWord(bytes, next, end);
    if (next !== to + 1 || containerEnd >= end || containerEnd - next > MAX_NAME_BYTES) return null;
    const pod = textOf(bytes, at, to);
    const found = this.remembered(`${pod} `, () => {
      const service = serviceOfPod(pod);
      return service === pod ? null : { service, pod, start: 0 };
    });
    if (found === null) return null;
    const start = afterSpaces(bytes, containerEnd, end);
    return lines.opensLine(bytes, start, end) || REPLICA.test(pod) ? { ...found, start } : null;
  }

  private remembered(name: string, make: () => SourcePrefix | null): SourcePrefix | null {
    let found = this.known.get(name);
    if (found === undefined) {
      found = make();
      if (this.known.size < MAX_KNOWN) this.known.set(name, found);
    }
    return found;
  }
}
/** Letters, digits, `-`, `_`, `.`, `/`, `@`, and the bar of pm2 after a digit. */
const isNameByte = (byte: number): boolean =>
  (byte >= 97 && byte <= 122) || (byte >= 45 && byte <= 57) || (byte >= 64 && byte <= 90) || byte === 95;

function endOfName(bytes: Uint8Array, from: number, end: number): number {
  const limit = Math.min(end, from + MAX_NAME_BYTES + 1);
  let at = from;
  while (at < limit && isNameByte(bytes[at] as number)) at += 1;
  const isNumber = at > from && at - from <= 3 && isDigits(bytes, from, at);
  if (bytes[at] === PIPE && isNumber && isNameByte(bytes[at + 1] as number)) {
    at += 1;
    while (at < limit && isNameByte(bytes[at] as number)) at += 1;
  }
  return at;
}

function hasMinus(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i += 1) if (bytes[i] === MINUS) return true;
  return false;
}

/** True if a JSON object begins at `at`. */
export const opensObject = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === OPEN_BRACE && (bytes[at + 1] === QUOTE || bytes[at + 1] === SPACE);
