import type { Incident } from "../domain/incident.ts";
import type { Problem } from "../domain/ports.ts";
import type { LogStream } from "../domain/telemetry.ts";

/** The input of a log analysis. */
export type LogInput = {
  /** The incident's records. */
  own: LogStream[];
  /** Fault-free records of another time. */
  shared: LogStream[];
  incident: Incident;
  connector: string;
  query: string;
  /** Since when any source of the incident observed the system, Unix ms; absent or null if unknown. */
  observedFromMs?: number | null;
  onProblem?: (problem: Problem) => void;
  signal?: AbortSignal;
  /** True for a message that states a failure, whatever its level: used for lines without a level. */
  statesFailure?: (text: string) => boolean;
};
