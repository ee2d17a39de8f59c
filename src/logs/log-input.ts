import type { Incident } from "../domain/incident.ts";
import type { Problem } from "../domain/ports.ts";
import type { LogStream } from "../domain/telemetry.ts";

/** What the logs of an incident are analysed from. */
export type LogInput = {
  /** The incident's records. */
  own: LogStream[];
  /** Fault-free records of another time. */
  shared: LogStream[];
  incident: Incident;
  connector: string;
  query: string;
  onProblem?: (problem: Problem) => void;
  signal?: AbortSignal;
};
