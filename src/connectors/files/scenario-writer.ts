import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { createGzip, type Gzip } from "node:zlib";
import { IncidentError } from "../../domain/errors.ts";
import type { Incident } from "../../domain/incident.ts";
import { toolCall } from "../../domain/query-match.ts";
import type { Alert, Change, ClusterAnswer, Series, Span, Topology } from "../../domain/telemetry.ts";
import { PAST_ALERTS_FILE } from "./past-alert-file.ts";
import { isoTime, type TimeWindow } from "../../domain/time.ts";

/** The records of a scenario. A signal that is null was not recorded, and gets no file. */
export type ScenarioRecords = {
  /** True if logs were read, even if they hold no line. */
  hasLogs: boolean;
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
  /** Writes everything else, and closes the logs. @returns the names of the files. */
  finish(incident: Incident, records: ScenarioRecords): Promise<string[]>;
};

/** Writes a scenario folder. @throws {IncidentError} REJECTED if the folder has something in it. */
export async function openScenarioWriter(dir: string): Promise<ScenarioWriter> {
  await mkdir(dir, { recursive: true });
  if ((await readdir(dir)).length > 0)
    throw new IncidentError("REJECTED", `${dir} is not empty`, { hint: "Name a new folder for the recording." });
  const open = new Map<string, { gzip: Gzip; done: Promise<void> }>();
  const names: string[] = [];

  const fileOf = (name: string) => {
    const known = open.get(name);
    if (known !== undefined) return known;
    const gzip = createGzip();
    const file = { gzip, done: finished(gzip.pipe(createWriteStream(join(dir, `${name}.gz`)))) };
    open.set(name, file);
    names.push(`${name}.gz`);
    return file;
  };
  const append = async (name: string, chunk: Uint8Array): Promise<void> => {
    const file = fileOf(name);
    if (!file.gzip.write(chunk)) await once(file.gzip, "drain");
  };
  const lines = async (name: string, all: Iterable<string>): Promise<void> => {
    const { gzip } = fileOf(name);
    for (const line of all) if (!gzip.write(`${line}\n`)) await once(gzip, "drain");
  };
  const json = async (name: string, value: unknown): Promise<void> => {
    await writeFile(join(dir, name), `${JSON.stringify(value, null, 2)}\n`);
    names.push(name);
  };

  return {
    append,
    async finish(incident, { hasLogs, pastAlerts, metric, trace, alert, change, cluster, topology }) {
      await json("scenario.json", scenarioOf(incident));
      if (hasLogs && open.size === 0) fileOf("logs.jsonl");
      if (pastAlerts.length > 0) await json(PAST_ALERTS_FILE, pastAlerts);
      if (metric !== null) await lines("metrics.csv", metricLines(metric));
      if (trace !== null) await lines("traces.csv", spanLines(trace));
      if (alert !== null)
        await lines(
          "alerts.jsonl",
          alert.map((one) => JSON.stringify(one)),
        );
      if (change !== null)
        await lines(
          "changes.jsonl",
          change.map((one) => JSON.stringify(one)),
        );
      if (cluster !== null)
        await json("tool_cache.json", Object.fromEntries(cluster.map((one) => [toolCall(one), one.text])));
      if (topology !== null) await json("topology.json", topology);
      await Promise.all([...open.values()].map(({ gzip, done }) => (gzip.end(), done)));
      return names.toSorted();
    },
  };
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
