import { IncidentError } from "../../domain/errors.ts";
import { isoTime } from "../../domain/time.ts";
import { ENTRY, SHOP } from "../shop/plan.ts";
import type { RecordedCase } from "./case-files.ts";
import type { CasePlan } from "./cases.ts";
import type { RunRecord } from "./run-case.ts";
import type { Schedule } from "./schedule.ts";
import { logRecords, metricCsv, spanCsv } from "./telemetry-rows.ts";

/** The same for every case: a distinctive title would reveal the answer. */
const TITLE = "A customer reports that the shop is slow or failing";

/**
 * Describes a run in the scenario format. The alarm is the first alert at the entry after the fault, else the first
 * alert anywhere. In a run without fault, the alarm is a planned time.
 * @throws {IncidentError} REJECTED if a fault raised no alert: nobody could have noticed such an incident.
 */
export function describeCase(id: string, plan: CasePlan, run: RunRecord, schedule: Schedule): RecordedCase {
  const faulty = plan.entities.length > 0;
  const alarmMs = faulty ? alarmOf(plan, run) : run.startMs + schedule.healthyAlarmMs;
  const window = { startNanos: BigInt(run.startMs) * 1_000_000n, endNanos: BigInt(run.endMs) * 1_000_000n };
  const given = givenTimes(plan, run, alarmMs, schedule);
  return {
    id,
    scenario: {
      schema: "causeway.scenario/1",
      id,
      suite: "shop",
      system: "shop",
      title: TITLE,
      alarmAt: isoTime(given.alarmMs),
      window: { start: isoTime(given.windowMs), end: isoTime(run.endMs) },
      baseline: { start: isoTime(given.quietFromMs), end: isoTime(given.quietToMs) },
      entry: ENTRY,
      tasks: ["localization", "analysis"],
      answer: { entityKinds: ["service"], entities: SHOP.map(({ name }) => name).sort() },
    },
    oracle: {
      id,
      faulty,
      entities: faulty ? [plan.entities] : [],
      entityKind: "service",
      cause: plan.cause,
      category: null,
      onset: faulty ? isoTime(run.onsetMs) : null,
      notes: { what: plan.what, ...(faulty && { culpritCommit: run.culpritChange }) },
    },
    logs: logRecords(run.lines, window),
    metrics: metricCsv(run.scrapes, run.startMs, run.endMs),
    spans: spanCsv(run.spans, window),
    alerts: run.alerts,
    changes: run.changes,
  };
}

/** Time from the start of the window that a person gives to the alarm that the person remembers. Milliseconds. */
const REMEMBERED_LEAD_MS = 5000;

/** The times in the incident: those of the monitor, or those that a person believes. */
function givenTimes({ believed }: CasePlan, { startMs, onsetMs }: RunRecord, alarmMs: number, schedule: Schedule) {
  if (believed === undefined)
    return {
      alarmMs,
      windowMs: Math.max(startMs, alarmMs - schedule.windowLeadMs),
      quietFromMs: startMs,
      quietToMs: alarmMs,
    };
  const windowMs = onsetMs + believed.windowFromMs;
  return {
    alarmMs: windowMs + REMEMBERED_LEAD_MS,
    windowMs,
    quietFromMs: onsetMs + believed.quietFromMs,
    quietToMs: windowMs,
  };
}

function alarmOf(plan: CasePlan, { alerts, onsetMs }: RunRecord): number {
  const after = alerts.filter(({ timeUnixMs }) => timeUnixMs !== null && timeUnixMs >= onsetMs);
  const first = after.find(({ entity }) => entity === ENTRY) ?? after[0];
  if (first?.timeUnixMs != null) return first.timeUnixMs;
  throw new IncidentError("REJECTED", `the fault "${plan.word}" raised no alert`, {
    hint: "Record it again, for longer or with another --seed.",
  });
}
