import { innermostCause } from "../../domain/innermost-cause.ts";
import type { TraceOrigin } from "../../domain/trace-origin.ts";
import { BACKSLASH } from "./byte-codes.ts";
import type { DateGuess } from "./date-guess.ts";
import { keysOf, type FieldRole } from "./field-keys.ts";
import { FieldScanner } from "./field-scanner.ts";
import { levelOf, nanosOf, valueText } from "./field-values.ts";
import { type GrpcCall, grpcCall, levelOfCall } from "./grpc-call.ts";
import { latencyMsOf } from "./latency.ts";
import { bytesMessage } from "./journal-entry.ts";
import { isBadLevel } from "./severity.ts";

const MAX_ERROR_CHARS = 600;
/** The bytes of `\\n`, with which Docker ends a line. */
const NEWLINE_ESCAPE = 2;
const SMALL_N = 110;
const HTTP_STATUS = /^[1-5]\d\d$/;
/** A request with this status went wrong, whatever the level. */
const BAD_STATUS = /^[45]\d\d$/;
const ID = /^[\w:-]{1,64}$/;

/**
 * What a structured line states. `start`, `end`: its statement in `bytes`, the message with the reasons of a bad line.
 * `isMessage`: the statement is the message as it stands, so that it may be a line with a header of its own.
 */
export type StructuredLine = {
  nanos: bigint | null;
  level: string | null;
  logger: string | null;
  service: string | null;
  pod: string | null;
  traceId: string | null;
  spanId: string | null;
  bytes: Uint8Array;
  start: number;
  end: number;
  isMessage: boolean;
  /** True if it has a time, a level or a message: it is then an event of its own. */
  isRecord: boolean;
  /** False if the line states nothing but its time, level, service and ids. */
  hasStatement: boolean;
  origin: TraceOrigin | null;
  /** HTTP status of the request that the line records; 0 if it records none. */
  status: number;
  /** The time that this request took; NaN if the line does not state it. */
  latencyMs: number;
};

/** A cheap test of the first byte: an object, or the letter of a key. */
export function mayBeStructured(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at] as number;
  return byte === 123 || (byte >= 64 && byte <= 122);
}

/** Reads JSON objects and logfmt, in the dialects of the usual loggers, collectors, clouds and databases. */
export class StructuredReader {
  private readonly scanner: FieldScanner;
  private readonly guess: DateGuess;

  /**
   * @param guess completes dates that are written only in part.
   * @param serviceField a field of this log that names the service.
   */
  constructor(guess: DateGuess, serviceField: string | null = null) {
    this.guess = guess;
    this.scanner = new FieldScanner(serviceField);
  }

  /** @returns null if the line is not structured, or has no field of a known role. */
  read(bytes: Uint8Array, start: number, end: number): StructuredLine | null {
    if (!this.scanner.read(bytes, start, end)) return null;
    const text = (role: FieldRole): string | null => this.text(bytes, role);
    const line = this.lineOf(bytes, start, end, text);
    const code = text("grpc");
    const call = code === null ? null : grpcCall(code, text("rpcservice"), text("rpc"));
    if (call !== null) line.level = levelOfCall(line.level, call.status);
    this.findStatement(line, text, call);
    if (call !== null && !this.scanner.has("status")) this.setRequest(line, call.status, text("latency"));
    else this.findRequest(line, text);
    return line;
  }

  private text(bytes: Uint8Array, role: FieldRole): string | null {
    const { scanner } = this;
    if (!scanner.has(role)) return null;
    return valueText(bytes, scanner.startOf(role), scanner.endOf(role), scanner.isQuoted(role));
  }

  private lineOf(
    bytes: Uint8Array,
    start: number,
    end: number,
    text: (role: FieldRole) => string | null,
  ): StructuredLine {
    const { scanner } = this;
    return {
      nanos: this.nanos(text("time"), text("nanos")),
      level: this.level(text("level")),
      logger: text("logger"),
      service: notDuration(text("service")),
      pod: text("pod"),
      traceId: idOf(text("trace")),
      spanId: idOf(text("span")),
      bytes,
      start,
      end,
      isMessage: false,
      isRecord: scanner.has("time") || scanner.has("level") || scanner.has("message"),
      hasStatement: true,
      origin: null,
      status: 0,
      latencyMs: NaN,
    };
  }

  /**
   * Reads the frame that Docker's json-file driver, or a collector, puts around a line: `{"log": …, "stream": …}`.
   *
   * @returns the frame, whose statement is the line inside, and whether that has its newline; null if the line is no
   *   such frame.
   */
  readFrame(bytes: Uint8Array, start: number, end: number): { frame: StructuredLine; isEnded: boolean } | null {
    const { scanner } = this;
    if (!scanner.read(bytes, start, end) || !scanner.has("stream") || !scanner.has("message")) return null;
    if (keysOf("message")[scanner.keyIndex("message")] !== "log" || !scanner.isQuoted("message")) return null;
    const text = (role: FieldRole): string | null => this.text(bytes, role);
    const frame = this.lineOf(bytes, start, end, text);
    frame.start = scanner.startOf("message");
    frame.end = scanner.endOf("message");
    const isEnded = bytes[frame.end - 2] === BACKSLASH && bytes[frame.end - 1] === SMALL_N;
    if (isEnded) frame.end -= NEWLINE_ESCAPE;
    if (this.hasEscapes(bytes, frame.end)) this.setStatement(frame, valueText(bytes, frame.start, frame.end, true));
    return { frame, isEnded };
  }

  private level(text: string | null): string | null {
    return text === null ? null : levelOf(text, keysOf("level")[this.scanner.keyIndex("level")] ?? "");
  }

  private nanos(text: string | null, nanoPart: string | null): bigint | null {
    if (text === null) return null;
    const key = keysOf("time")[this.scanner.keyIndex("time")] ?? "";
    const nanos = nanosOf(text, this.guess, key === "timeunixnano");
    if (nanos === null || nanoPart === null || !/^\d{1,9}$/.test(nanoPart)) return nanos;
    return key === "timestampseconds" || key === "instantepochsecond" ? nanos + BigInt(nanoPart) : nanos;
  }

  /** Sets the statement: the message, and what a bad line says of the reason. */
  private findStatement(line: StructuredLine, text: (role: FieldRole) => string | null, call: GrpcCall | null): void {
    const { scanner } = this;
    const hasMessage = scanner.has("message");
    const isBad = line.level === null || isBadLevel(line.level) || BAD_STATUS.test(text("status") ?? "");
    const hasReasons =
      isBad && (["error", "cause", "stack", "status", "grpc"] as const).some((role) => scanner.has(role));
    if (hasMessage && !hasReasons && !this.hasEscapes(line.bytes, scanner.endOf("message"))) {
      line.start = scanner.startOf("message");
      line.end = scanner.endOf("message");
      line.isMessage = true;
      return;
    }
    const message = text("message") ?? bytesMessage(line.bytes, line.start, line.end);
    const parts = message === null ? [] : [message];
    if (isBad || message === null) {
      const stack = text("stack");
      if (stack !== null) line.origin = innermostCause(stack);
      for (const role of ["error", "cause"] as const) {
        const reason = text(role);
        if (reason === null) continue;
        const origin = reason.includes("\n") ? innermostCause(reason) : null;
        line.origin ??= origin;
        parts.push(origin?.cause ?? firstLine(reason));
      }
      if (line.origin?.cause != null) parts.push(line.origin.cause);
      const request = call !== null && call.status !== 200 ? call.statement : requestText(text);
      if (request !== null) parts.push(request);
    }
    if (parts.length === 0) {
      line.hasStatement = scanner.count > scanner.foundCount;
      return;
    }
    line.isMessage = message !== null && parts.length === 1;
    this.setStatement(line, joined(parts));
  }

  /** Sets status and latency of a request. A status without method and path is that of something else. */
  private findRequest(line: StructuredLine, text: (role: FieldRole) => string | null): void {
    const { scanner } = this;
    if (!scanner.has("status") || !(scanner.has("method") || scanner.has("path"))) return;
    const status = text("status") ?? "";
    if (!HTTP_STATUS.test(status)) return;
    this.setRequest(line, Number(status), text("latency") ?? text("service"));
  }

  private setRequest(line: StructuredLine, status: number, took: string | null): void {
    const { scanner } = this;
    line.status = status;
    if (took !== null) line.latencyMs = latencyMsOf(took, keysOf("latency")[scanner.keyIndex("latency")] ?? "");
  }

  /** True if the message has an escape before `end`. */
  private hasEscapes(bytes: Uint8Array, end: number): boolean {
    const { scanner } = this;
    if (!scanner.isQuoted("message")) return false;
    for (let at = scanner.startOf("message"); at < end; at += 1) if (bytes[at] === BACKSLASH) return true;
    return false;
  }

  private setStatement(line: StructuredLine, statement: string): void {
    line.bytes = Buffer.from(statement);
    line.start = 0;
    line.end = line.bytes.length;
  }
}

const firstLine = (text: string): string => {
  const newline = text.indexOf("\n");
  return (newline === -1 ? text : text.slice(0, newline)).slice(0, MAX_ERROR_CHARS);
};
/** Heroku's router writes how long the service took as `service=12ms`. */
const notDuration = (text: string | null): string | null => (text !== null && /^\d+m?s$/.test(text) ? null : text);
const idOf = (text: string | null): string | null => (text !== null && ID.test(text) ? text : null);

/** A line about a request, as access logs write it: `"GET /cart HTTP/1.1" 502`. Null for another line. */
function requestText(text: (role: FieldRole) => string | null): string | null {
  const status = text("status");
  const method = text("method");
  const path = text("path")?.replace(/ HTTP\/[\d.]+$/, "") ?? null;
  const isHttp = status !== null && HTTP_STATUS.test(status);
  if (path === null || (method === null && !isHttp)) return null;
  const request = method === null || path.startsWith(`${method} `) ? path : `${method} ${path}`;
  return isHttp ? `"${request} HTTP/1.1" ${status}` : request;
}

const TYPE = /^[\w.$]*(?:Error|Exception): (?=.)/;

/** Joins a message and its reasons. What an earlier part already contains is left out. */
export function joined(parts: readonly string[]): string {
  let out = "";
  for (const part of parts) {
    const reason = part.trim();
    // The type of an error does not make it another reason.
    if (reason === "" || out.includes(reason.replace(TYPE, ""))) continue;
    out = out === "" ? part : `${out.replace(/[:.]?\s*$/, "")}: ${reason}`;
  }
  return out;
}
