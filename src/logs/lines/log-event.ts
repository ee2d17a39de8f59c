import type { TraceOrigin } from "../../domain/trace-origin.ts";

/**
 * One event of a log: a line, with the lines of its trace. The object is used again for the next event, and its bytes
 * are valid only during the call that gives it.
 */
export type LogEvent = {
  /** Unix milliseconds; NaN if the event has no time. */
  ms: number;
  /** The same time in nanoseconds, where a field states it; null otherwise. */
  nanos: bigint | null;
  /** False if the event states the time of a clock without its zone. It is then read as UTC. */
  hasZone: boolean;
  level: string | null;
  /** The logger, program or unit, with its call site (`Class#31`) if it has one. */
  logger: string | null;
  /** True if `logger` names a place in the code. */
  isCallSite: boolean;
  host: string | null;
  service: string | null;
  pod: string | null;
  traceId: string | null;
  spanId: string | null;
  /** What is mined: the message, and for a bad line what it says of the reason. */
  text: Uint8Array;
  textStart: number;
  textEnd: number;
  /** The first line as it was read, without the frame that a container runtime puts around it. */
  raw: Uint8Array;
  rawStart: number;
  rawEnd: number;
  /** What people read of it: the raw line, or the message of a structured one. */
  body: Uint8Array;
  bodyStart: number;
  bodyEnd: number;
  /** True if the first line, or the message in it, has a header or states its level in a field. */
  hasHeader: boolean;
  /** True if the first line is a JSON object or logfmt. */
  isStructured: boolean;
  /** False if a structured line states nothing but its time, level, service and ids. */
  hasStatement: boolean;
  /** Number of the first line, from 1, and of the lines in all. */
  line: number;
  lines: number;
  /** Innermost cause and top frame of the event's trace. */
  origin: TraceOrigin | null;
  /** HTTP status of the request that the line records; 0 if it records none. */
  status: number;
  /** The time that this request took; NaN if it is not known. */
  latencyMs: number;
};

/** A time before 1971 is no date: it only orders the lines of its log. */
export const YEAR_MS = 366 * 86_400_000;

/**
 * Unix milliseconds of an event; NaN if it has no time. A date without a year of which nothing tells the year lies in
 * 1970, and is no time: it only orders the lines of its own log.
 */
export const datedMs = ({ ms, nanos }: Pick<LogEvent, "ms" | "nanos">): number =>
  nanos === null && ms < YEAR_MS ? NaN : ms;

const NO_BYTES = new Uint8Array();

export const emptyEvent = (): LogEvent => ({
  ms: NaN,
  nanos: null,
  hasZone: true,
  level: null,
  logger: null,
  isCallSite: false,
  host: null,
  service: null,
  pod: null,
  traceId: null,
  spanId: null,
  text: NO_BYTES,
  textStart: 0,
  textEnd: 0,
  raw: NO_BYTES,
  rawStart: 0,
  rawEnd: 0,
  body: NO_BYTES,
  bodyStart: 0,
  bodyEnd: 0,
  hasHeader: false,
  isStructured: false,
  hasStatement: true,
  line: 0,
  lines: 0,
  origin: null,
  status: 0,
  latencyMs: NaN,
});
