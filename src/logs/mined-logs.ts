import type { Incident } from "../domain/incident.ts";
import type { LogRecord, LogStream, Series } from "../domain/telemetry.ts";
import { contains, nanosToMs } from "../domain/time.ts";
import { EventTable } from "./event-table.ts";
import { readRecords } from "./lines/read-records.ts";
import { type LogSeverity, severityOf } from "./lines/severity.ts";
import type { LogInput } from "./log-input.ts";
import { RequestReader } from "./requests/request-reader.ts";
import { type RequestCounts, RequestSeries } from "./requests/request-series.ts";
import { UndatedLines, type UndatedStatement } from "./undated.ts";
import { type Statement, Statements } from "./statements.ts";

/** Traffic, errors and latency of each service that writes access lines: of the incident, of the shared recording. */
export type RequestsInLogs = {
  own: Series[];
  shared: Series[];
  counts: RequestCounts[];
  sharedCounts: RequestCounts[];
};

/** The log records of an incident as a table of events, with the statements that wrote them. `pods`: pod → service. */
export type MinedLogs = {
  table: EventTable;
  requests: RequestsInLogs;
  /** Services whose lines state times without a zone. */
  zoneless: ReadonlySet<string>;
  /** Statements of the incident's own lines that have no time. */
  undated: UndatedStatement[];
  statements: readonly Statement[];
  pods: ReadonlyMap<string, string>;
  severityOf: (event: number) => LogSeverity;
  severityOfStatement: (statement: number) => LogSeverity;
};
export type MineInput = Pick<LogInput, "own" | "shared" | "incident" | "onProblem" | "signal" | "statesFailure">;

/** Reads all records once, and numbers them by statement. @returns null if there are no records. */
export async function mineIncidentLogs(input: MineInput): Promise<MinedLogs | null> {
  const statements = new Statements();
  const pods = new Map<string, string>();
  const counts = { own: new RequestSeries(), shared: new RequestSeries() };
  const undated = new UndatedLines();
  const zoneless = new Set<string>();
  const read = await readAll(input, { statements, pods, counts, undated, zoneless });
  if (read === null && undated.size === 0) return null;
  const table = read ?? new EventTable(0n);
  const settled = statements.settle();
  table.settle(settled.finalOf);
  const severities = settled.statements.map((statement) => severityOfStatement(statement, input.statesFailure));
  return {
    table,
    requests: {
      own: counts.own.series(),
      shared: counts.shared.series(),
      counts: counts.own.counts(),
      sharedCounts: counts.shared.counts(),
    },
    zoneless,
    undated: undated.settle(settled.finalOf),
    statements: settled.statements,
    pods,
    severityOf: (event) => severities[table.eventTemplate[event] as number] as LogSeverity,
    severityOfStatement: (statement) => severities[statement] as LogSeverity,
  };
}

/** Events of clouds and kernels have no level: what they state of a failure counts as an error. */
function severityOfStatement({ level, text }: Statement, statesFailure: LogInput["statesFailure"]): LogSeverity {
  const severity = severityOf(level, text);
  const isMild = severity === "info" || severity === "warn";
  return isMild && level === null && statesFailure?.(text) === true ? "error" : severity;
}

type Collected = {
  statements: Statements;
  pods: Map<string, string>;
  counts: { own: RequestSeries; shared: RequestSeries };
  undated: UndatedLines;
  zoneless: Set<string>;
};

/** @returns null if no record has a time. */
async function readAll(
  input: MineInput,
  { statements, pods, counts, undated, zoneless }: Collected,
): Promise<EventTable | null> {
  const { incident } = input;
  const requests = new RequestReader();
  let table: EventTable | null = null;
  const read = async (streams: LogStream[], isOwn: boolean) => {
    for (const stream of streams) {
      await readRecords(
        stream,
        (record, line) => {
          if (!isWanted(record, incident, isOwn)) return;
          table ??= new EventTable(record.timeUnixNano);
          if (record.pod !== null) pods.set(record.pod, record.service);
          if (!record.event.hasZone) zoneless.add(record.service);
          const statement = statements.add(record.event);
          table.add(record, statement, isOwn, `${stream.origin}:${line}`);
          const request = requests.read(record, statement);
          if (request !== null)
            (isOwn ? counts.own : counts.shared).add(record.service, nanosToMs(record.timeUnixNano), request);
        },
        {
          onProblem: input.onProblem,
          signal: input.signal,
          referenceMs: referenceOf(incident),
          onUndated: isOwn
            ? (record, line) => undated.add(record, statements.add(record.event), `${stream.origin}:${line}`)
            : undefined,
        },
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
