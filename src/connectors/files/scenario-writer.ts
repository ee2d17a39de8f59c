import type { Incident } from "../../domain/incident.ts";
import { toolCall } from "../../domain/query-match.ts";
import type { Alert, Change, ClusterAnswer, Series, Span, Topology } from "../../domain/telemetry.ts";
import type { LineReading } from "../../domain/line-facts.ts";
import { LOG_READING_FILE } from "./log-reading-file.ts";
import { PAST_ALERTS_FILE } from "./past-alert-file.ts";
import { openWholeFolder } from "./whole-folder.ts";
import { isoTime, type TimeWindow } from "../../domain/time.ts";

/** The records of a scenario. A signal that is null was not recorded, and gets no file. */
export type ScenarioRecords = {
  /** True if logs were read, even if they hold no line. */
  hasLogs: boolean;
  /** What the owners say of raw logs, by the name of their file. */
  logReading: Readonly<Record<string, LineReading>>;
  /** The alert sets of past incidents, which show what is usual. */
  pastAlerts: readonly (readonly Alert[])[];
  metric: readonly Series[] | null;
  trace: readonly Span[] | null;
  alert: readonly Alert[] | null;
  change: readonly Change[] | null;
  cluster: readonly ClusterAnswer[] | null;
  topology: Topology | null;
};
export type ScenarioWriter = {
  append(name: string, chunk: Uint8Array): Promise<void>;
  /**
   * Writes everything else, and makes all files appear. Nothing is left of a recording that cannot be written.
   *
   * @returns the names of the files.
   * @throws {IncidentError} CONFIG if a file could not be written, now or before.
   */
  finish(incident: Incident, records: ScenarioRecords): Promise<string[]>;
  /** Removes what was written. */
  discard(): Promise<void>;
};

const SCENARIO_FILE = "scenario.json";

/**
 * Writes a scenario folder, whole or not at all.
 *
 * @throws {IncidentError} REJECTED if the folder has something in it; CONFIG if it cannot be written.
 */
export async function openScenarioWriter(dir: string): Promise<ScenarioWriter> {
  const folder = await openWholeFolder(dir);
  const lines = async (name: string, all: Iterable<string>): Promise<void> => {
    await folder.append(name, ""); // a file without a line says that nothing was found
    for (const line of all) await folder.append(name, `${line}\n`);
  };
  const json = (name: string, value: unknown): Promise<void> =>
    folder.write(name, `${JSON.stringify(value, null, 2)}\n`);
  let hasLogFile = false;

  async function writeAll(incident: Incident, records: ScenarioRecords): Promise<string[]> {
    const { hasLogs, logReading, pastAlerts, metric, trace, alert, change, cluster, topology } = records;
    await json(SCENARIO_FILE, scenarioOf(incident));
    if (hasLogs && !hasLogFile) await folder.append("logs.jsonl", "");
    if (Object.keys(logReading).length > 0) await json(LOG_READING_FILE, logReading);
    if (pastAlerts.length > 0) await json(PAST_ALERTS_FILE, pastAlerts);
    if (metric !== null) await lines("metrics.csv", metricLines(metric));
    if (trace !== null) await lines("traces.csv", spanLines(trace));
    if (alert !== null) await lines("alerts.jsonl", jsonLines(alert));
    if (change !== null) await lines("changes.jsonl", jsonLines(change));
    if (cluster !== null)
      await json("tool_cache.json", Object.fromEntries(cluster.map((one) => [toolCall(one), one.text])));
    if (topology !== null) await json("topology.json", topology);
    return folder.publish(SCENARIO_FILE);
  }

  return {
    append(name, chunk) {
      hasLogFile = true;
      return folder.append(name, chunk);
    },
    async finish(incident, records) {
      try {
        return await writeAll(incident, records);
      } catch (error) {
        await folder.discard();
        throw error;
      }
    },
    discard: () => folder.discard(),
  };
}

function* jsonLines(all: readonly unknown[]): Generator<string> {
  for (const one of all) yield JSON.stringify(one);
}

const scenarioOf = ({
  id,
  suite,
  system,
  title,
  alarmAtMs,
  window,
  baseline,
  entry,
  target,
  asOfMs,
  excludeBaseline,
}: Incident): object => ({
  schema: "causeway.scenario/1",
  id,
  suite,
  system,
  title,
  alarmAt: alarmAtMs === null ? null : isoTime(alarmAtMs),
  window: windowOf(window),
  baseline: windowOf(baseline.window),
  excludeBaseline: excludeBaseline.map(windowOf),
  asOf: asOfMs === null ? null : isoTime(asOfMs),
  entry,
  target,
});
const windowOf = (window: TimeWindow | null): object | null =>
  window && { start: isoTime(window.startMs), end: isoTime(window.endMs) };

function* metricLines(all: readonly Series[]): Generator<string> {
  yield "timeUnixMs,entity,entityKind,metric,value";
  for (const { entity, entityKind, metric, timesMs, values } of all) {
    const names = [entity, entityKind, metric].map(cell).join(",");
    for (const [at, timeMs] of timesMs.entries()) yield `${timeMs},${names},${values[at] ?? 0}`;
  }
}

function* spanLines(spans: readonly Span[]): Generator<string> {
  yield "traceId,spanId,parentSpanId,service,pod,operation,startUnixNano,durationUs,status";
  for (const { traceId, spanId, parentSpanId, service, pod, operation, startUnixNano, durationUs, status } of spans)
    yield [
      traceId,
      spanId,
      parentSpanId ?? "",
      service,
      pod ?? "",
      operation,
      String(startUnixNano),
      String(durationUs),
      status,
    ]
      .map(cell)
      .join(",");
}

/** @see RFC 4180 */
const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
