import { openJsonLines } from "./json-lines.ts";
import { nowNanos } from "./nano-clock.ts";
import type { SpanContext } from "./trace-context.ts";

export type ShopLogLevel = "DEBUG" | "INFO" | "WARN" | "ERROR";
export type Fields = Readonly<Record<string, string | number | boolean>>;
/**
 * Writes one line. `trace`: the span context of the request. `service`: set if a supervisor logs about another
 * service.
 */
export type ShopLog = (
  level: ShopLogLevel,
  message: string,
  fields?: Fields,
  trace?: SpanContext,
  service?: string,
) => void;

/** One line of a log file. `timeUnixNano` is decimal text: it exceeds 2^53. */
export type LogLine = {
  timeUnixNano: string;
  level: ShopLogLevel;
  service: string;
  pod: string;
  message: string;
  traceId?: string;
  spanId?: string;
};

/** Formats `message key=value …`; a value with blanks or quotes is written as a JSON string. */
export function renderMessage(message: string, fields: Fields = {}): string {
  const pairs = Object.entries(fields).map(
    ([key, value]) => `${key}=${/[\s"]/.test(String(value)) ? JSON.stringify(value) : value}`,
  );
  return [message, ...pairs].join(" ");
}

/** Opens the structured log of one process: JSON lines in a file of its own. */
export function openLog(path: string, writer: string): ShopLog {
  const append = openJsonLines(path);
  return (level, message, fields, trace, service = writer) => {
    const line: LogLine = {
      timeUnixNano: String(nowNanos()),
      level,
      service,
      pod: podOf(service),
      message: renderMessage(message, fields),
      ...(trace && { traceId: trace.traceId, spanId: trace.spanId }),
    };
    append(line);
  };
}

/** The structured log of a container: JSON lines on standard output. */
export function standardLog(service: string, write: (line: string) => void): ShopLog {
  return (level, message, fields = {}, trace) =>
    write(
      JSON.stringify({
        time: new Date().toISOString(),
        level,
        service,
        msg: renderMessage(message, fields),
        ...(trace && { trace_id: trace.traceId, span_id: trace.spanId }),
      }),
    );
}

/** Each service has one instance; a restarted process is the same pod with a new container. */
export const podOf = (service: string): string => `${service}-0`;
