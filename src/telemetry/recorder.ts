import type { LineReading } from "../domain/line-facts.ts";
import type { AlertSource, AnySource, Telemetry, TelemetryData, TelemetrySource } from "../domain/ports.ts";
import { distinctChanges } from "../domain/distinct-changes.ts";
import { toolCall } from "../domain/query-match.ts";
import type { TelemetrySignal } from "../domain/query.ts";
import type { Alert, Change, LogStream } from "../domain/telemetry.ts";
import { OPERATIONS } from "./data-operations.ts";

/** Takes the bytes of logs. `name`: of a file of a scenario folder, without compression. */
export type LogSink = { append(name: string, chunk: Uint8Array): Promise<void> };
type KeptSignal = Exclude<TelemetrySignal, "log">;
/** What an analysis read. Null for a signal that no source answered. */
export type RecordedTelemetry = { [S in KeptSignal]: TelemetryData[S] | null } & {
  hasLogs: boolean;
  /** What the owners say of raw logs, by the name of their file. */
  logReading: Readonly<Record<string, LineReading>>;
  /** The alert sets of past incidents. */
  pastAlerts: Alert[][];
};
export type TelemetryRecorder = { record(telemetry: Telemetry): Telemetry; read(): RecordedTelemetry };

/** Keeps what the sources answer while an analysis reads them. Logs go to `logs` as they are read. */
export function telemetryRecorder(logs: LogSink): TelemetryRecorder {
  const kept: { [S in KeptSignal]: TelemetryData[S][] } = {
    metric: [],
    trace: [],
    alert: [],
    cluster: [],
    change: [],
    topology: [],
  };
  /** By source: what two sources report of one change is one change. */
  const changes = new Map<string, Change[]>();
  const logNames = new Set<string>();
  const readings = new Map<string, LineReading>();
  const past: Alert[][] = [];
  let hasLogs = false;

  /**
   * Yields a stream's chunks, and passes them on. A stream without times is the same for every range: it is kept once.
   */
  async function* passedOn(stream: LogStream): AsyncGenerator<Uint8Array> {
    const name = logFileOf(stream);
    if (stream.reading !== undefined && stream.framing === "raw") readings.set(name, stream.reading);
    const isKept = stream.untimed === true && logNames.has(stream.origin);
    logNames.add(stream.origin);
    for await (const chunk of stream.chunks) {
      if (!isKept) await logs.append(name, chunk);
      yield chunk;
    }
  }

  function recorded<S extends TelemetrySignal>(source: TelemetrySource<S>): TelemetrySource<S> {
    return {
      ...source,
      async query(query, options) {
        const answer = await source.query(query, options);
        if (source.signal === "log") {
          hasLogs = true;
          const streams = (answer.data as LogStream[]).map((stream) => ({ ...stream, chunks: passedOn(stream) }));
          return { ...answer, data: streams as unknown as TelemetryData[S] };
        }
        kept[source.signal as KeptSignal].push(answer.data as never);
        if (source.signal === "change")
          changes.set(source.name, [...(changes.get(source.name) ?? []), ...(answer.data as Change[])]);
        return answer;
      },
    };
  }

  function recordedAlerts(source: AlertSource): AlertSource {
    const { pastAlerts } = source;
    if (pastAlerts === undefined) return recorded(source);
    return {
      ...recorded(source),
      async pastAlerts(options) {
        const sets = await pastAlerts(options);
        past.push(...sets);
        return sets;
      },
    };
  }

  const joined = <S extends KeptSignal>(signal: S): TelemetryData[S] | null => {
    const parts: readonly TelemetryData[S][] = kept[signal];
    return parts.length === 0 ? null : OPERATIONS[signal].join(parts);
  };
  return {
    record: (telemetry) =>
      telemetry.map((source) =>
        source.signal === "alert" ? recordedAlerts(source) : (recorded<TelemetrySignal>(source) as AnySource),
      ),
    read: () => ({
      hasLogs,
      logReading: Object.fromEntries(readings),
      pastAlerts: past,
      metric: joined("metric"),
      trace: distinct(joined("trace"), ({ traceId, spanId, startUnixNano }) => `${traceId} ${spanId} ${startUnixNano}`),
      alert: distinct(joined("alert"), (alert) => JSON.stringify(alert)),
      change:
        joined("change") &&
        distinctChanges([...changes.values()].map((all) => distinct(all, (change) => JSON.stringify(change)) ?? [])),
      cluster: distinct(joined("cluster"), toolCall),
      topology: joined("topology"),
    }),
  };
}

const distinct = <R>(records: R[] | null, keyOf: (record: R) => string): R[] | null =>
  records && [...new Map(records.map((record) => [keyOf(record), record])).values()];

/** A raw stream is a file with the name of its service. */
const logFileOf = ({ framing, service, origin }: LogStream): string =>
  framing === "jsonl" ? "logs.jsonl" : `${(service ?? origin).replaceAll(/[^\w.@-]+/g, "_").slice(0, 120)}.log`;
