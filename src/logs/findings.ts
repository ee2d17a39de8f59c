import type { Finding } from "../domain/finding.ts";
import type { Incident } from "../domain/incident.ts";
import type { LogRecord, LogStream } from "../domain/telemetry.ts";
import { contains, nanosToMs } from "../domain/time.ts";
import { candidateSplits } from "./candidate-splits.ts";
import { changedFlows } from "./event-flow.ts";
import { EventTable } from "./event-table.ts";
import { FindingWriter } from "./finding-writer.ts";
import { Mentions } from "./mentions.ts";
import { readRecords } from "./lines/read-records.ts";
import { countTemplates, partDurations } from "./template-counts.ts";
import { isBaselineComparable } from "./baseline-comparable.ts";
import { silentCallees } from "./silent-callee.ts";
import { timezoneSkew } from "./timezone-skew.ts";
import { shiftedTemplates } from "./template-shift.ts";
import { severityOf } from "./lines/severity.ts";
import { type Statement, Statements } from "./statements.ts";
import type { LogInput } from "./log-input.ts";
import { listTransitions } from "./transitions.ts";

/** At most this many findings are returned. The weakest are dropped, and the notes say so. */
const MAX_FINDINGS = 200;
/** ln of the significance level of the whole family of tests. */
const MAX_LOG_P = Math.log(0.01);
const INCOMPARABLE = "the baseline logs share too few message types with the incident's logs to compare them";

/**
 * `ownCount`: records read from the incident's own recording. `services`: the services in them. `comparable`: false if
 * the records cannot be divided into before and after.
 */
export type LogAnswer = {
  findings: Finding[];
  ownCount: number;
  comparable: boolean;
  lineCount: number;
  templateCount: number;
  services: string[];
  notes: string[];
};

/**
 * Finds what changed in the logs of an incident: new, vanished and bursting templates, and changed sequences of events.
 *
 * @returns findings, strongest first. No findings with a positive `lineCount` means that the logs were read and nothing
 *   changed.
 */
export async function logFindings(input: LogInput): Promise<LogAnswer> {
  const notes: string[] = [];
  const statements = new Statements();
  const pods = new Map<string, string>();
  const table = await readAll(input, statements, pods);
  if (table === null)
    return {
      findings: [],
      ownCount: 0,
      comparable: false,
      lineCount: 0,
      templateCount: 0,
      services: [],
      notes: ["no log records"],
    };
  if (table.dropped > 0)
    notes.push(`Causeway analyzed the first ${table.size} log records and skipped ${table.dropped}`);

  const { incident } = input;
  const settled = statements.settle();
  table.settle(settled.finalOf);
  const alarmNs =
    incident.alarmAtMs === null ? null : Number(BigInt(Math.round(incident.alarmAtMs)) * 1_000_000n - table.epochNano);
  const skew = timezoneSkew(table, alarmNs);
  if (skew !== null) notes.push(skew);
  const candidates = candidateSplits(table, alarmNs);
  const isComparable = isBaselineComparable(table, candidates);
  if (!isComparable) notes.push(INCOMPARABLE);
  const splits = isComparable ? candidates : [];
  const flows = changedFlows(listTransitions(table, "sequence"), splits, MAX_LOG_P);
  const acrossServices = changedFlows(listTransitions(table, "trace"), splits, MAX_LOG_P);
  const silences = silentCallees(acrossServices, flows, (event) => table.eventService[event] as number);
  const shifts = shiftedTemplates(
    countTemplates(table, splits),
    splits,
    partDurations(table, splits),
    MAX_LOG_P,
    (event) => {
      const { level, text } = settled.statements[table.eventTemplate[event] as number] as Statement;
      return severityOf(level, text);
    },
  );

  const writer = new FindingWriter({
    table,
    statements: settled.statements,
    mentions: new Mentions(table.servicesSeen(), pods),
    input,
  });
  const findings = [
    ...[...flows, ...silences].map((flow) => writer.ofFlow(flow)),
    ...shifts.map((shift) => writer.ofShift(shift)),
  ];
  findings.sort((a, b) => b.strength - a.strength || (a.summary < b.summary ? -1 : 1));
  if (findings.length > MAX_FINDINGS)
    notes.push(`Causeway kept the strongest ${MAX_FINDINGS} of ${findings.length} log findings`);
  return {
    findings: findings.slice(0, MAX_FINDINGS),
    ownCount: table.isOwn.filter(Boolean).length,
    comparable: splits.length > 0,
    lineCount: table.size + table.dropped,
    templateCount: new Set(table.eventTemplate).size,
    services: table.servicesInIncident(),
    notes,
  };
}

/** @returns null if there are no records. */
async function readAll(input: LogInput, statements: Statements, pods: Map<string, string>): Promise<EventTable | null> {
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
          const body = Buffer.from(record.body);
          table.add(record, statements.add(body, 0, body.length, record.level), isOwn, `${stream.origin}:${line}`);
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
