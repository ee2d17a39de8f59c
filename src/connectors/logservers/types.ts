import type { AnswerGap } from "../../domain/ports.ts";
import type { TimeWindow } from "../../domain/time.ts";
import type { LogWriter } from "./writer-of-labels.ts";

/** One record of a log server. `labels`: what the server knows of it besides, for label matchers. */
export type ServerRecord = LogWriter & {
  nanos: bigint;
  level: string | null;
  body: string;
  traceId: string | null;
  spanId: string | null;
  error: string | null;
  stack: string | null;
  labels: Readonly<Record<string, string>>;
};

/**
 * A part of a server's records. `scope`: what selects the entities, in the server's own terms. `share`: all records, or
 * those that state or count as errors, or the others; the last two make up the first. `patterns`: one must match.
 */
export type LogSelection<Scope> = {
  scope: Scope;
  share: "all" | "errors" | "others";
  patterns: readonly string[];
};

export type ServerFetch = { signal?: AbortSignal | undefined };
/**
 * `maxRecords`: reading stops there. `isNewest`: the newest ones, for a check. `onGap`: called with what is missing.
 */
export type ServerReadOptions = ServerFetch & {
  maxRecords: number;
  isNewest?: boolean;
  onGap: (gap: AnswerGap) => void;
};

/** The entities and labels that a server has in a range. */
export type ServerContents = { entities: { id: string; kind: string }[]; labels: string[]; isCapped: boolean };

/**
 * A server that stores logs and answers queries in a language of its own. Methods throw {IncidentError} as `HttpDoor`.
 */
export interface LogServer<Scope> {
  /** As people call it, such as `LogQL`. */
  readonly language: string;
  /** Its clock, Unix milliseconds; null if it states none. */
  clockMs(fetch: ServerFetch): Promise<number | null>;
  /** What selects the entities; no entities select all. Null if the server has nothing of them. */
  scopeOf(
    entities: readonly string[],
    range: TimeWindow,
    fetch: ServerFetch,
  ): Promise<{ scope: Scope | null; gaps: AnswerGap[] }>;
  /** Number of records, at least roughly; null if the server cannot tell cheaply. */
  count(selection: LogSelection<Scope>, range: TimeWindow, fetch: ServerFetch): Promise<number | null>;
  /** Pages of records in the range, both ends included, as they are used; the oldest first where that is said. */
  read(
    selection: LogSelection<Scope>,
    range: TimeWindow,
    options: ServerReadOptions,
  ): AsyncIterable<readonly ServerRecord[]>;
  /** The queries for a selection, as a person would type them. */
  texts(selection: LogSelection<Scope>, range: TimeWindow): string[];
  describe(range: TimeWindow, fetch: ServerFetch): Promise<ServerContents>;
}
