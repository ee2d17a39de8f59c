import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { exportReader } from "../../../src/connectors/otlp/read-export.ts";
import { otlpReceiver } from "../../../src/connectors/otlp/receive.ts";
import { OTLP_STEPS } from "../../../src/connectors/sql/migrations.ts";
import { type OtlpLimits, sqlOtlpStore } from "../../../src/connectors/sql/otlp-blocks.ts";
import { openDatabase } from "../../../src/connectors/sqlite/open-database.ts";
import type { OtlpReceiver, OtlpSignal, OtlpStore } from "../../../src/domain/otlp.ts";

export const HOUR_MS = 3_600_000;
const KEYS = {
  log: ["resourceLogs", "scopeLogs", "logRecords"],
  trace: ["resourceSpans", "scopeSpans", "spans"],
  metric: ["resourceMetrics", "scopeMetrics", "metrics"],
} as const;

export const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } });
export const nanos = (ms: number): string => `${ms}000000`;

/** An export request with the records of some resources, as a sender writes it in JSON. */
export function message(
  signal: OtlpSignal,
  resources: readonly { resource: Readonly<Record<string, string>>; records: readonly unknown[] }[],
): Record<string, unknown> {
  const [top, middle, inner] = KEYS[signal];
  return {
    [top]: resources.map(({ resource, records }) => ({
      resource: { attributes: Object.entries(resource).map(([key, value]) => attribute(key, value)) },
      [middle]: [{ [inner]: records }],
    })),
  };
}

export const gaugeOf = (name: string, timeMs: number, value = 1) => ({
  name,
  gauge: { dataPoints: [{ timeUnixNano: nanos(timeMs), asDouble: value }] },
});
export const spanOfTest = (name: string, timeMs: number, more: object = {}) => ({
  traceId: timeMs.toString(16).padStart(32, "a"),
  spanId: timeMs.toString(16).padStart(16, "b"),
  name,
  startTimeUnixNano: nanos(timeMs),
  endTimeUnixNano: nanos(timeMs),
  ...more,
});

export type TestOtlp = {
  store: OtlpStore;
  receiver: OtlpReceiver;
  /** Sends a message as JSON. `atMs`: when it arrives. */
  send(signal: OtlpSignal, body: unknown, atMs: number): ReturnType<OtlpReceiver["receive"]>;
};

/** A store of its own in a new folder, and a receiver that fills it. */
export async function openTestOtlp(
  limits: OtlpLimits = { maxBytes: 1024 * 1024, maxAgeMs: 24 * HOUR_MS },
): Promise<TestOtlp> {
  const dir = await mkdtemp(join(tmpdir(), "causeway-otlp-"));
  const sql = await openDatabase(join(dir, "otlp.db"), { steps: OTLP_STEPS, mayLoseLatest: true });
  const store = sqlOtlpStore(sql, limits);
  onTestFinished(async () => {
    await store.close();
    await rm(dir, { recursive: true, force: true });
  });
  const readExport = exportReader(limits);
  const receiver = otlpReceiver(store, { read: async (request) => readExport(request), close: async () => undefined });
  return {
    store,
    receiver,
    send: (signal, body, atMs) =>
      receiver.receive({
        signal,
        isJson: true,
        body: Buffer.from(JSON.stringify(body)),
        sender: "test",
        receivedAtMs: atMs,
      }),
  };
}
