import type { Incident } from "../domain/incident.ts";
import type { LogRecord, LogStream } from "../domain/telemetry.ts";
import { contains, nanosToMs } from "../domain/time.ts";
import { EventTable } from "./event-table.ts";
import { readRecords } from "./lines/read-records.ts";
import { type LogSeverity, severityOf } from "./lines/severity.ts";
import type { LogInput } from "./log-input.ts";
import { type Statement, Statements } from "./statements.ts";

/** The log records of an incident as a table of events, with the statements that wrote them. `pods`: pod → service. */
export type MinedLogs = {
  table: EventTable;
  statements: readonly Statement[];
  pods: ReadonlyMap<string, string>;
  severityOf: (event: number) => LogSeverity;
};
export type MineInput = Pick<LogInput, "own" | "shared" | "incident" | "onProblem" | "signal" | "statesFailure">;

/** Reads all records once, and numbers them by statement. @returns null if there are no records. */
export async function mineIncidentLogs(input: MineInput): Promise<MinedLogs | null> {
  const statements = new Statements();
  const pods = new Map<string, string>();
  const table = await readAll(input, statements, pods);
  if (table === null) return null;
  const settled = statements.settle();
  table.settle(settled.finalOf);
  const severities = settled.statements.map((statement) => severityOfStatement(statement, input.statesFailure));
  return {
    table,
    statements: settled.statements,
    pods,
    severityOf: (event) => severities[table.eventTemplate[event] as number] as LogSeverity,
  };
}

/** Events of clouds and kernels have no level: what they state of a failure counts as an error. */
function severityOfStatement({ level, text }: Statement, statesFailure: LogInput["statesFailure"]): LogSeverity {
  const severity = severityOf(level, text);
  const isMild = severity === "info" || severity === "warn";
  return isMild && level === null && statesFailure?.(text) === true ? "error" : severity;
}

async function readAll(
  input: MineInput,
  statements: Statements,
  pods: Map<string, string>,
): Promise<EventTable | null> {
  const { incident } = input;
  let table: EventTable | null = null;
  const read = async (streams: LogStream[], isOwn: boolean) => {
    for (const stream of streams) {
      await readRecords(
        stream,
        (record, line) => {
          if (!isWanted(record, incident, isOwn)) return;
          table ??= new EventTable(record.timeUnixNano);
          if (record.pod !== null) pods.set(record.pod, record.service);
          table.add(record, statements.add(record.event), isOwn, `${stream.origin}:${line}`);
        },
        { onProblem: input.onProblem, signal: input.signal, referenceMs: referenceOf(incident) },
      );
    }
  };
  await read(input.shared, false);
  await read(input.own, true);
  return table;
}

/** A time near those of the logs, for times that are written without a year. */
const referenceOf = ({ alarmAtMs, window, asOfMs }: Incident): number | null => alarmAtMs ?? window?.endMs ?? asOfMs;

/** Excludes records after the time at which the analysis stands, and other faults in the baseline. */
function isWanted({ timeUnixNano }: LogRecord, { asOfMs, excludeBaseline, window }: Incident, isOwn: boolean): boolean {
  const ms = nanosToMs(timeUnixNano);
  if (asOfMs !== null && ms > asOfMs) return false;
  if (isOwn && window !== null && contains(window, ms)) return true;
  return !excludeBaseline.some((excluded) => contains(excluded, ms));
}
