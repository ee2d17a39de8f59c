import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Scenario } from "../../../src/domain/scenario.ts";
import { Alert, Change } from "../../../src/domain/telemetry.ts";
import { IsoTime } from "../../../src/domain/time.ts";
import { CASES } from "../../../src/lab/record/cases.ts";

const fixtures = join(import.meta.dirname, "../../../fixtures");
const MIB = 1024 * 1024;
const Oracle = z.object({
  id: z.string(),
  faulty: z.boolean(),
  entities: z.array(z.array(z.string()).min(1)),
  entityKind: z.literal("service"),
  cause: z.string().nullable(),
  category: z.null(),
  onset: IsoTime.nullable(),
  notes: z.looseObject({ culpritCommit: z.string().nullish() }),
});
const LogRecord = z.strictObject({
  timeUnixNano: z.string().regex(/^\d{19}$/),
  service: z.string().min(1),
  pod: z.string().min(1),
  body: z.string().regex(/^(DEBUG|INFO|WARN|ERROR) /),
  traceId: z.string().length(32).optional(),
  spanId: z.string().length(16).optional(),
});

const textOf = (id: string, file: string): string =>
  gunzipSync(readFileSync(join(fixtures, "cases", id, file))).toString();
const jsonLines = (id: string, file: string): unknown[] =>
  textOf(id, file)
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);
const csvRows = (id: string, file: string) => parse(textOf(id, file), { columns: true }) as Record<string, string>[];
const scenarioOf = (id: string) =>
  Scenario.parse(JSON.parse(readFileSync(join(fixtures, "cases", id, "scenario.json"), "utf8")));
const oracleOf = (id: string) =>
  Oracle.parse(JSON.parse(readFileSync(join(fixtures, "oracles", `${id}.json`), "utf8")));
const falls = (values: readonly (bigint | number)[]): number =>
  values.findIndex((value, i) => i > 0 && value < (values[i - 1] ?? value));

it("has a recording and an answer for every case of the lab", () => {
  const ids = CASES.map(({ id }) => id).sort();
  expect(
    readdirSync(join(fixtures, "cases"))
      .filter((id) => id.startsWith("shop-"))
      .sort(),
  ).toEqual(ids);
  expect(
    readdirSync(join(fixtures, "oracles"))
      .filter((name) => name.startsWith("shop-"))
      .sort(),
  ).toEqual(ids.map((id) => `${id}.json`));
});

describe.each(CASES)("$id", ({ id, entities, cause, change }) => {
  const incident = scenarioOf(id);
  const oracle = oracleOf(id);
  const services = incident.vocabulary?.entities ?? [];

  it("is smaller than a mebibyte", () => {
    const folder = join(fixtures, "cases", id);
    const bytes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MIB);
  });

  it("has the answer of the lab, with a fault between baseline and end", () => {
    expect(oracle).toMatchObject({
      id,
      faulty: entities.length > 0,
      cause,
      entities: entities.length > 0 ? [entities] : [],
    });
    expect(services).toEqual(expect.arrayContaining([...entities]));
    const { window, baseline, alarmAtMs } = incident;
    const order = [baseline.window?.startMs, window?.startMs, oracle.onset ?? alarmAtMs, alarmAtMs, window?.endMs].map(
      Number,
    );
    expect(falls(order)).toBe(-1);
  });

  it("does not reveal the answer in the scenario", () => {
    const scenario = readFileSync(join(fixtures, "cases", id, "scenario.json"), "utf8");
    expect(cause === null || !scenario.includes(cause)).toBe(true);
    expect(incident.title).toBe(scenarioOf("shop-001").title);
  });

  it("has log records ascending by nanosecond, inside the recording", () => {
    const records = z.array(LogRecord).parse(jsonLines(id, "logs.jsonl.gz"));
    const nanos = records.map(({ timeUnixNano }) => BigInt(timeUnixNano));
    expect(records.length).toBeGreaterThan(3000);
    expect(falls(nanos)).toBe(-1);
    expect(Number((nanos[0] ?? 0n) / 1_000_000n)).toBeGreaterThanOrEqual(incident.baseline.window?.startMs ?? Infinity);
    expect(new Set(records.map(({ service }) => service))).toEqual(new Set(services));
  });

  it("has spans of every service, ascending, with unique ids and parents that were recorded or lost in a crash", () => {
    const spans = csvRows(id, "traces.csv.gz");
    expect(Object.keys(spans[0] ?? {})).toEqual(
      "traceId,spanId,parentSpanId,service,pod,operation,startUnixNano,durationUs,status".split(","),
    );
    expect(falls(spans.map(({ startUnixNano }) => BigInt(startUnixNano ?? 0)))).toBe(-1);
    expect(new Set(spans.map(({ service }) => service))).toEqual(new Set(services));
    const ids = new Set(spans.map(({ spanId }) => spanId));
    expect(ids.size).toBe(spans.length);
    const orphans = spans.filter(({ parentSpanId }) => parentSpanId !== "" && !ids.has(parentSpanId));
    expect(orphans.length).toBeLessThanOrEqual(cause === "memory_exhaustion" ? 20 : 0);
    expect(spans.every(({ status = "" }) => status === "" || status === "OK" || status.startsWith("ERROR: "))).toBe(
      true,
    );
  });

  it("has finite samples of every service, ascending", () => {
    const samples = csvRows(id, "metrics.csv.gz");
    expect(Object.keys(samples[0] ?? {})).toEqual(["timeUnixMs", "entity", "entityKind", "metric", "value"]);
    expect(falls(samples.map(({ timeUnixMs }) => Number(timeUnixMs)))).toBe(-1);
    expect(
      samples.every(
        ({ value, entityKind }) => value !== "" && Number.isFinite(Number(value)) && entityKind === "service",
      ),
    ).toBe(true);
    expect(new Set(samples.map(({ entity }) => entity))).toEqual(new Set(services));
  });

  it("has alerts at the entry and elsewhere after a fault, and hardly any without", () => {
    const alerts = z.array(Alert).parse(jsonLines(id, "alerts.jsonl.gz"));
    expect(falls(alerts.map(({ timeUnixMs }) => Number(timeUnixMs)))).toBe(-1);
    const after = new Set(
      alerts.filter(({ timeUnixMs }) => Number(timeUnixMs) >= (oracle.onset ?? Infinity)).map(({ entity }) => entity),
    );
    expect(after.size).toBeGreaterThanOrEqual(oracle.faulty ? 2 : 0);
    expect(alerts.length).toBeLessThanOrEqual(oracle.faulty ? Infinity : 1);
  });

  it("has two harmless changes before the fault, and names the faulty change if there is one", () => {
    const changes = z.array(Change).parse(jsonLines(id, "changes.jsonl.gz"));
    const earlier = changes.filter(({ timeUnixMs }) => timeUnixMs < (oracle.onset ?? Infinity));
    expect(earlier).toHaveLength(2);
    expect(earlier.filter(({ entity }) => entities.includes(entity))).toEqual([]);
    const culprit = changes.find((one) => one.id === oracle.notes.culpritCommit);
    expect(culprit?.entity).toBe(change?.entity);
    expect(changes).toHaveLength(change ? 3 : 2);
  });
});
