import type { Execution, SymptomReading } from "../domain/execution.ts";
import { isoTime } from "../domain/time.ts";

const timeOf = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));
const symptomJson = (reading: SymptomReading | null) =>
  reading === null
    ? null
    : {
        state: reading.state,
        why: reading.why,
        value: reading.value,
        quiet: reading.quiet,
        incident: reading.incident,
        at: isoTime(reading.atMs),
      };

/** An execution as programs read it: on the command line and over HTTP. */
export const executionJson = (execution: Execution) => ({
  id: execution.id,
  action_id: execution.actionId,
  analysis_id: execution.analysisId,
  incident_id: execution.incidentId,
  title: execution.title,
  state: execution.state,
  by: execution.by.name,
  executor: execution.executor,
  script_sha256: execution.scriptSha256,
  started_at: isoTime(execution.startedAtMs),
  ended_at: timeOf(execution.endedAtMs),
  changed: execution.changed,
  reversible: execution.reversible,
  pinned: execution.pinned,
  runs: execution.runs.map((run) => ({
    part: run.part,
    started_at: isoTime(run.startedAtMs),
    ended_at: isoTime(run.endedAtMs),
    ended: run.ended,
    exit_code: run.exitCode,
    output: run.output,
    output_bytes: run.outputBytes,
  })),
  symptom: {
    before: symptomJson(execution.symptom.before),
    after: symptomJson(execution.symptom.after),
    after_rollback: symptomJson(execution.symptom.afterRollback),
  },
  refusal: execution.refusal,
  why: execution.why,
});
