import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Alert, Change } from "../../domain/telemetry.ts";

/** All files of one recorded case, as lines. */
export type RecordedCase = {
  id: string;
  scenario: object;
  oracle: object;
  logs: readonly string[];
  metrics: readonly string[];
  spans: readonly string[];
  alerts: readonly Alert[];
  changes: readonly Change[];
};

/**
 * Writes `cases/<id>/` and `oracles/<id>.json` under `outFolder`, replacing earlier ones.
 * @returns the size of each compressed file, in bytes.
 */
export async function writeCase(
  outFolder: string,
  { id, scenario, oracle, logs, metrics, spans, alerts, changes }: RecordedCase,
): Promise<Record<string, number>> {
  const folder = join(outFolder, "cases", id);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await mkdir(join(outFolder, "oracles"), { recursive: true });
  await writeFile(join(folder, "scenario.json"), json(scenario));
  await writeFile(join(outFolder, "oracles", `${id}.json`), json(oracle));

  const files = {
    "logs.jsonl.gz": logs,
    "metrics.csv.gz": metrics,
    "traces.csv.gz": spans,
    "alerts.jsonl.gz": alerts.map((alert) => JSON.stringify(alert)),
    "changes.jsonl.gz": changes.map((change) => JSON.stringify(change)),
  };
  const bytes: Record<string, number> = {};
  for (const [name, lines] of Object.entries(files)) {
    const packed = gzipLines(lines);
    bytes[name] = packed.length;
    await writeFile(join(folder, name), packed);
  }
  return bytes;
}

/**
 * Compresses lines. The same lines give the same bytes: zlib writes no time, and the byte for the operating system is
 * zeroed.
 */
export function gzipLines(lines: readonly string[]): Buffer {
  const packed = gzipSync(lines.map((line) => `${line}\n`).join(""), { level: 9 });
  packed[OS_BYTE] = UNKNOWN_OS;
  return packed;
}

/** @see RFC 1952, 2.3 */
const OS_BYTE = 9;
const UNKNOWN_OS = 255;

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
