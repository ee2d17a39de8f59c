import { IncidentError } from "../../domain/errors.ts";

/**
 * What one analysis may ask of one backend: number of queries, bytes of answers, and milliseconds that it waits for
 * them, summed over all queries. `concurrency`: queries of all analyses at the same time.
 */
export type QueryLimits = { queries: number; bytes: number; ms: number; concurrency: number };
/** What one analysis has used. */
export type QueryUse = { queries: number; bytes: number; ms: number };

/** Counts what an analysis uses of a backend. Its methods throw {IncidentError} REJECTED when a limit is reached. */
export type QueryBudget = {
  readonly used: Readonly<QueryUse>;
  takeQuery(): void;
  takeBytes(count: number): void;
  takeTime(ms: number): void;
};

export function queryBudget(label: string, limits: QueryLimits): QueryBudget {
  const used: QueryUse = { queries: 0, bytes: 0, ms: 0 };
  const refuse = (what: string, setting: string): never => {
    throw new IncidentError("REJECTED", `this analysis has used its limit of ${what} on ${label}`, {
      hint: `Raise limits.${setting} of this source, or narrow the incident's time range.`,
    });
  };
  return {
    used,
    takeQuery() {
      if (used.queries >= limits.queries) refuse(`${limits.queries} queries`, "queries");
      if (used.ms >= limits.ms) refuse(`${Math.round(limits.ms / 1_000)} s of waiting`, "seconds");
      used.queries += 1;
    },
    takeBytes(count) {
      used.bytes += count;
      if (used.bytes > limits.bytes) refuse(`${Math.round(limits.bytes / 1024 / 1024)} MB of answers`, "megabytes");
    },
    takeTime: (ms) => void (used.ms += ms),
  };
}
