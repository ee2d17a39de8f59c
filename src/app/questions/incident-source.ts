import type { AskRead, AskReadOptions, AskRecord, AskSource, AskValue } from "../../ask/ask-source.ts";
import { LogRecordView } from "../../ask/log-record.ts";
import { templateReader } from "../../ask/log-files-source.ts";
import type { AskSelection } from "../../domain/ask-plan.ts";
import type { Incident } from "../../domain/incident.ts";
import { metricNameOf } from "../../domain/metric-name.ts";
import type { TelemetrySignal } from "../../domain/query.ts";
import type { Alert, Change, Series, Span } from "../../domain/telemetry.ts";
import { isoTime, nanosToMs } from "../../domain/time.ts";
import { readRecords } from "../../logs/lines/read-records.ts";
import { LineMiner } from "../../logs/templates/line-miner.ts";
import type { TelemetryHandle } from "../../telemetry/handle.ts";
import { FieldRecord } from "./field-record.ts";

/** The signal that each selection reads. */
export const SIGNAL_OF = {
  logs: "log",
  metrics: "metric",
  spans: "trace",
  alerts: "alert",
  changes: "change",
} as const satisfies Record<AskSelection, TelemetrySignal>;

type OnRecord = (record: AskRecord) => void;

/** The telemetry of an incident as records: what its analysis read, queried with the same plan. */
export function incidentSource(handle: TelemetryHandle, incident: Incident): AskSource {
  const selections = (Object.keys(SIGNAL_OF) as AskSelection[]).filter(
    (select) => handle.sourceNames(SIGNAL_OF[select]).length > 0,
  );
  return {
    selections,
    async read(select, options, onRecord): Promise<AskRead> {
      if (select === "logs") return readLogs(handle, incident, options, onRecord);
      const { signal } = options;
      if (select === "metrics")
        addSamples((await handle.readIncident("metric", incident, { signal }))?.own ?? [], onRecord);
      if (select === "spans") addSpans((await handle.readIncident("trace", incident, { signal }))?.own ?? [], onRecord);
      if (select === "alerts")
        addAlerts((await handle.readIncident("alert", incident, { signal }))?.own ?? [], onRecord);
      if (select === "changes")
        addChanges((await handle.readIncident("change", incident, { signal }))?.own ?? [], onRecord);
      return templateReader(null);
    },
  };
}

async function readLogs(
  handle: TelemetryHandle,
  incident: Incident,
  { templates, signal }: AskReadOptions,
  onRecord: OnRecord,
): Promise<AskRead> {
  const miner = templates ? new LineMiner() : null;
  const view = new LogRecordView();
  const referenceMs = incident.alarmAtMs ?? incident.window?.endMs ?? incident.asOfMs;
  const streams = (await handle.readIncident("log", incident, { signal }))?.own ?? [];
  for (const { origin, ...stream } of streams) {
    const take =
      (isTimed: boolean) =>
      ({ event, service, pod, timeUnixNano }: Parameters<Parameters<typeof readRecords>[1]>[0], line: number): void => {
        const template = miner === null ? -1 : miner.addEvent(event);
        view.set(event, { source: origin, service, pod, line }, template, isTimed ? nanosToMs(timeUnixNano) : NaN);
        onRecord(view);
      };
    await readRecords({ origin, ...stream }, take(true), { referenceMs, signal, onUndated: take(false) });
  }
  return templateReader(miner);
}

function addSamples(series: readonly Series[], onRecord: OnRecord): void {
  const record = new FieldRecord();
  for (const { entity, entityKind, metric, timesMs, values } of series) {
    const { base, labels } = metricNameOf(metric);
    const fixed: Record<string, AskValue> = {
      ...Object.fromEntries(labels),
      entity,
      entity_kind: entityKind,
      metric,
      name: base,
      series: `${entity}\n${metric}`,
    };
    for (const [at, ms] of timesMs.entries()) {
      const value = values[at];
      if (value === undefined) continue;
      onRecord(record.set(ms, { ...fixed, value }, () => `${entity} ${metric} at ${isoTime(ms)}`));
    }
  }
}

function addSpans(spans: readonly Span[], onRecord: OnRecord): void {
  const record = new FieldRecord();
  for (const {
    traceId,
    spanId,
    parentSpanId,
    service,
    pod,
    operation,
    startUnixNano,
    durationUs,
    status,
    kind,
    peer,
  } of spans) {
    const values = {
      service,
      pod,
      operation,
      duration_ms: durationUs / 1000,
      status: status === "" ? null : (status.split(":")[0] ?? null),
      status_text: status.includes(":") ? status.slice(status.indexOf(":") + 1).trim() : null,
      kind: kind ?? null,
      peer: peer ?? null,
      trace: traceId,
      span: spanId,
      parent: parentSpanId,
    };
    onRecord(record.set(nanosToMs(startUnixNano), values, () => `trace ${traceId}`));
  }
}

function addAlerts(alerts: readonly Alert[], onRecord: OnRecord): void {
  const record = new FieldRecord();
  for (const {
    timeUnixMs,
    entity,
    entityKind,
    signal,
    name,
    direction,
    peer,
    count,
    message,
    severity,
    labels,
  } of alerts) {
    const values = {
      ...labels,
      entity,
      entity_kind: entityKind,
      signal,
      name,
      direction,
      peer,
      count,
      message,
      severity: severity ?? null,
    };
    onRecord(record.set(timeUnixMs ?? NaN, values, () => `alert ${name} of ${entity}`));
  }
}

function addChanges(changes: readonly Change[], onRecord: OnRecord): void {
  const record = new FieldRecord();
  for (const { timeUnixMs, entity, kind, id, summary } of changes)
    onRecord(record.set(timeUnixMs, { entity, kind, id, summary }, () => `change ${id} of ${entity}`));
}
