import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { isoTime } from "../../src/domain/time.ts";
import type { Series } from "../../src/domain/telemetry.ts";
import { incident, spiking, topology } from "../agent/fakes.ts";

/** A folder that is gone when the test is over. */
export async function tempDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "causeway-test-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

const csvOf = (series: readonly Series[]): string =>
  [
    "timeUnixMs,entity,entityKind,metric,value",
    ...series.flatMap(({ entity, entityKind, metric, timesMs, values }) =>
      timesMs.map((timeMs, at) => `${timeMs},${entity},${entityKind},${metric},${values[at]}`),
    ),
  ].join("\n");

const iso = ({ startMs, endMs }: { startMs: number; endMs: number }) => ({
  start: isoTime(startMs),
  end: isoTime(endMs),
});

/** Writes one case in the scenario format: stock is starved of CPU, unless told otherwise. */
export async function writeCase(
  suite: string,
  id: string,
  { series = spiking, answer, files = {} }: { series?: Series[]; answer?: object; files?: Record<string, string> } = {},
): Promise<string> {
  const dir = join(suite, "cases", id);
  await mkdir(dir, { recursive: true });
  const { title, system, alarmAtMs, window, baseline, entry } = incident;
  const scenario = {
    schema: "causeway.scenario/1",
    id,
    suite: "test",
    system,
    title,
    alarmAt: alarmAtMs === null ? null : isoTime(alarmAtMs),
    entry,
    window: window && iso(window),
    baseline: baseline.window && iso(baseline.window),
    ...(answer ? { answer } : {}),
  };
  const all = {
    "scenario.json": JSON.stringify(scenario),
    "metrics.csv": csvOf(series),
    "topology.json": JSON.stringify(topology),
    ...files,
  };
  for (const [name, text] of Object.entries(all)) await writeFile(join(dir, name), text);
  return dir;
}
