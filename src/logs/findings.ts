import type { Finding } from "../domain/finding.ts";
import type { Incident } from "../domain/incident.ts";
import { givenBaseline, incidentEndMs, oldestFaultMs, splitOf } from "../domain/periods.ts";
import { candidateSplits, ownExtent, SLACK_NS } from "./candidate-splits.ts";
import type { EventTable } from "./event-table.ts";
import { changedFlows } from "./event-flow.ts";
import { errorHabit } from "./error-habit.ts";
import { FindingWriter } from "./finding-writer.ts";
import { Mentions } from "./mentions.ts";
import { countTemplates, partDurations } from "./template-counts.ts";
import { isBaselineComparable, showsNoQuiet } from "./baseline-comparable.ts";
import { silentCallees } from "./silent-callee.ts";
import { timezoneSkew, zonelessSkew } from "./timezone-skew.ts";
import { shiftedTemplates, uncomparedErrors } from "./template-shift.ts";
import { undatedFindings } from "./undated.ts";
import { type MinedLogs, mineIncidentLogs } from "./mined-logs.ts";
import type { LogInput } from "./log-input.ts";
import { listTransitions } from "./transitions.ts";

/** At most this many findings are returned. The weakest are dropped, and the notes say so. */
const MAX_FINDINGS = 200;
/** ln of the significance level of the whole family of tests. */
const MAX_LOG_P = Math.log(0.01);
const NS_PER_MS = 1e6;
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
export const logFindings = async (input: LogInput): Promise<LogAnswer> =>
  minedLogFindings(await mineIncidentLogs(input), input);

/** Like `logFindings`, of logs that were mined before. */
export function minedLogFindings(
  mined: MinedLogs | null,
  input: Pick<LogInput, "incident" | "connector" | "query" | "observedFromMs">,
): LogAnswer {
  const notes: string[] = [];
  if (mined === null)
    return {
      findings: [],
      ownCount: 0,
      comparable: false,
      lineCount: 0,
      templateCount: 0,
      services: [],
      notes: ["no log records"],
    };
  const { statements, pods } = mined;
  const { incident } = input;
  const undated = undatedFindings(mined.undated, { statements, severityOf: mined.severityOfStatement, input });
  const undatedCount = mined.undated.reduce((sum, { count }) => sum + count, 0);
  if (undatedCount > 0)
    notes.push(`${undatedCount} log records have no time: only their worst statements are reported, undated`);
  if (mined.table.size === 0)
    return {
      findings: undated,
      ownCount: undatedCount,
      comparable: false,
      lineCount: undatedCount,
      templateCount: mined.undated.length,
      services: [...new Set(mined.undated.map(({ service }) => service))].toSorted(),
      notes,
    };
  const nsOf = (ms: number): number => Number(BigInt(Math.round(ms)) * 1_000_000n - mined.table.epochNano);
  const alarmNs = incident.alarmAtMs === null ? null : nsOf(incident.alarmAtMs);
  const skew = timezoneSkew(mined.table, alarmNs);
  const note = skew ?? zonelessSkew(mined.table, alarmNs, mined.zoneless);
  if (note !== null) notes.push(note);
  const table = skew === null ? mined.table.filtered(isPartOf(incident, nsOf)) : mined.table;
  if (table.dropped > 0)
    notes.push(`Causeway analyzed the first ${table.size} log records and skipped ${table.dropped}`);

  const splitMs = splitOf(incident);
  const isDated = skew === null;
  const candidates = candidateSplits(table, {
    onsetNs: isDated && splitMs !== null ? nsOf(splitMs) : null,
    alarmNs: isDated ? alarmNs : null,
    oldestNs: isDated ? oldestOf(incident, nsOf) : null,
  });
  const isComparable = isBaselineComparable(table, candidates);
  if (!isComparable) notes.push(INCOMPARABLE);
  const splits = isComparable ? candidates : [];
  const flows = changedFlows(listTransitions(table, "sequence"), splits, MAX_LOG_P);
  const acrossServices = changedFlows(listTransitions(table, "trace"), splits, MAX_LOG_P);
  const silences = silentCallees(acrossServices, flows, (event) => table.eventService[event] as number);
  const counts = countTemplates(table, splits);
  const nearNs = (splitMs === null ? Number.NEGATIVE_INFINITY : nsOf(splitMs)) - SLACK_NS;
  const durations = partDurations(table, splits);
  const compared = shiftedTemplates(counts, splits, durations, MAX_LOG_P, mined.severityOf, nearNs);
  const known = new Set(compared.map(({ event }) => event));
  const uncompared =
    isComparable && showsNoQuiet(table, splits, mined.severityOf)
      ? uncomparedErrors(counts, mined.severityOf, silenceBefore(table, input))
      : [];
  const shifts = [...compared, ...uncompared.filter(({ event }) => !known.has(event))];
  const isHabit = errorHabit(counts, splits, durations, {
    severityOf: mined.severityOf,
    serviceOf: (event) => table.eventService[event] as number,
  });

  const writer = new FindingWriter({
    table,
    statements,
    mentions: new Mentions(table.servicesSeen(), pods),
    input,
  });
  const findings = [
    ...[...flows, ...silences].map((flow) => writer.ofFlow(flow)),
    ...shifts.map((shift) => writer.ofShift(shift, isHabit(shift))),
    ...undated,
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

/** The earliest time at which the fault may have begun, if neither the onset nor the quiet time is known. */
function oldestOf(incident: Incident, nsOf: (ms: number) => number): number | null {
  const { alarmAtMs, onset, window } = incident;
  if (alarmAtMs === null || onset != null || givenBaseline(incident) !== null) return null;
  return nsOf(oldestFaultMs(alarmAtMs, window));
}

/**
 * How long the system was observed before the first own line, by other sources or as the baseline that a person gave,
 * and how long the lines last. A log that is silent while all is well has its quiet time there.
 */
function silenceBefore(
  table: EventTable,
  { incident, observedFromMs }: Pick<LogInput, "incident" | "observedFromMs">,
): { quietNs: number; lastsNs: number } {
  const [firstNs, lastNs] = ownExtent(table);
  if (!(lastNs >= firstNs)) return { quietNs: 0, lastsNs: 0 };
  const fromMs = givenBaseline(incident)?.startMs ?? observedFromMs ?? null;
  const quietNs = fromMs === null ? 0 : (table.msOf(Math.round(firstNs)) - fromMs) * NS_PER_MS;
  return { quietNs: Math.max(0, quietNs), lastsNs: lastNs - firstNs };
}

/**
 * Leaves out what a person excluded by giving both sides, and what came after the incident: it would pass for time in
 * which nothing more happened.
 */
function isPartOf(incident: Incident, nsOf: (ms: number) => number): (timeNs: number, isOwn: boolean) => boolean {
  const [endMs, given] = [incidentEndMs(incident), givenBaseline(incident)];
  const endNs = Number.isFinite(endMs) ? nsOf(endMs) : Number.POSITIVE_INFINITY;
  const [fromNs, quietEndNs] = given === null ? [-Infinity, Infinity] : [nsOf(given.startMs), nsOf(given.endMs)];
  const windowNs = given === null || incident.window === null ? -Infinity : nsOf(incident.window.startMs);
  return (timeNs, isOwn) =>
    !isOwn || (timeNs <= endNs && timeNs >= fromNs && (timeNs <= quietEndNs || timeNs >= windowNs));
}
