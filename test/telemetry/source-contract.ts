import { expect, it } from "vitest";
import type { TelemetrySource } from "../../src/domain/ports.ts";
import { type QueryFilter, queryFor, type TelemetrySignal } from "../../src/domain/query.ts";
import type { Alert, LogStream, Series, Span } from "../../src/domain/telemetry.ts";
import { nanosToMs } from "../../src/domain/time.ts";

/** The same records for every source: one each second from 1 s to 8 s, of `shop` and `cart` in turn. */
export const START_MS = 1_000;
export const END_MS = 8_000;
export const TIMES_MS = [1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000];
export const entityAt = (timeMs: number): string => (timeMs % 2_000 === 0 ? "cart" : "shop");
export const nameAt = (timeMs: number): string => (timeMs < 5_000 ? "cpu_usage" : "cpu_load");

/** A record of any signal, in the form that the contract compares. */
type Seen = { timeMs: number; entity: string; name: string };
export type Signals = Extract<TelemetrySignal, "log" | "metric" | "trace" | "alert">;

const READ: { [S in Signals]: (data: never) => Promise<Seen[]> } = {
  metric: async (all: Series[]) =>
    all.flatMap(({ entity, metric, timesMs }) => timesMs.map((timeMs) => ({ timeMs, entity, name: metric }))),
  trace: async (spans: Span[]) =>
    spans.map(({ startUnixNano, service, operation }) => ({
      timeMs: nanosToMs(startUnixNano),
      entity: service,
      name: operation,
    })),
  alert: async (alerts: Alert[]) =>
    alerts.map(({ timeUnixMs, entity, name }) => ({ timeMs: timeUnixMs ?? 0, entity, name })),
  log: async (streams: LogStream[]) => (await Promise.all(streams.map(linesOf))).flat(),
};

/** The lines of one stream, which hold `timeUnixNano`, `service` and `body` as JSON. */
async function linesOf({ chunks }: LogStream): Promise<Seen[]> {
  const bytes: Uint8Array[] = [];
  for await (const chunk of chunks) bytes.push(chunk);
  const lines = Buffer.concat(bytes).toString("utf8").split("\n");
  return lines
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as { timeUnixNano: string; service: string; body: string })
    .map(({ timeUnixNano, service, body }) => ({
      timeMs: nanosToMs(BigInt(timeUnixNano)),
      entity: service,
      name: body,
    }));
}

/**
 * The contract of every source: it applies the filters that it lists, reports those that it cannot apply, and leaves
 * nothing out without a report.
 *
 * @param open a source that holds the records of this file.
 */
export function keepsTheContract<S extends Signals>(title: string, open: () => Promise<TelemetrySource<S>>): void {
  const everything = { startMs: START_MS, endMs: END_MS };

  async function run(conditions: Parameters<typeof queryFor>[2] & { range?: typeof everything } = {}) {
    const source = await open();
    const { range = everything, ...rest } = conditions;
    const query = queryFor(source.signal, range, rest);
    const { data, coverage } = await source.query(query);
    const seen = await READ[source.signal](data as never);
    return { source, query, coverage, seen: seen.toSorted((a, b) => a.timeMs - b.timeMs) };
  }
  type Run = Awaited<ReturnType<typeof run>>;
  const applies = ({ source }: Run, filter: QueryFilter): boolean => source.capabilities.filters.includes(filter);
  const reports = ({ coverage }: Run, filter: QueryFilter): boolean =>
    coverage.gaps.some((gap) => gap.kind === "not_filtered" && gap.filter === filter);

  it(`${title}: returns every record of its range, and counts them in the coverage`, async () => {
    const all = await run();
    expect(all.seen.map(({ timeMs }) => timeMs)).toEqual(TIMES_MS);
    expect(all.coverage).toMatchObject({ source: all.source.name, query: all.query });
    expect(all.coverage.returned).toBeGreaterThan(0);
    expect(all.coverage.problems).toEqual([]);
  });

  it.each([
    ["range", { range: { startMs: 3_000, endMs: 4_000 } }, ({ timeMs }: Seen) => timeMs >= 3_000 && timeMs <= 4_000],
    ["entities", { entities: ["cart"] }, ({ entity }: Seen) => entity === "cart"],
    ["patterns", { patterns: ["cpu<*>age"] }, ({ name }: Seen) => name === "cpu_usage"],
  ] as const)(`${title}: applies %s, or reports that it does not`, async (filter, conditions, isWanted) => {
    const all = await run();
    const narrow = await run(conditions as Parameters<typeof run>[0]);
    const wanted = all.seen.filter(isWanted);
    expect(reports(narrow, filter)).toBe(!applies(narrow, filter));
    const seen = applies(narrow, filter) ? narrow.seen : narrow.seen.filter(isWanted);
    expect(seen).toEqual(wanted);
  });

  it(`${title}: applies a limit and reports the cut, or reports that it cannot`, async () => {
    const few = await run({ limit: 1 });
    expect(reports(few, "limit")).toBe(!applies(few, "limit"));
    const wasCut = few.coverage.gaps.some(({ kind }) => kind === "capped");
    expect(wasCut).toBe(applies(few, "limit"));
  });

  it(`${title}: returns nothing for an unknown shared recording, or refuses`, async () => {
    const read = run({ recording: "of another system" }).then(({ seen }) => seen);
    await expect(read.catch((error: { code?: string }) => error.code)).resolves.toSatisfy(
      (found) => found === "NOT_FOUND" || (Array.isArray(found) && found.length === 0),
    );
  });

  it(`${title}: lists what exists in a range, as far as it knows`, async () => {
    const source = await open();
    const { metadata } = source.capabilities;
    const found = await source.metadata({ range: null, recording: null, fields: metadata });
    const entities = ["cart", "shop"].map((id) => ({ id, kind: "service" }));
    expect(found.extent).toEqual(metadata.includes("extent") ? everything : null);
    expect(found.entities).toEqual(metadata.includes("entities") ? entities : []);
    expect(found.streams.length > 0).toBe(metadata.includes("streams"));
  });

  it(`${title}: stops when its caller aborts`, async () => {
    const source = await open();
    const stop = AbortSignal.abort(new Error("enough"));
    const reading = async () => {
      const { data } = await source.query(queryFor(source.signal, everything), { signal: stop });
      return READ[source.signal](data as never);
    };
    const seen = await reading().catch(() => "stopped");
    // A source in memory may answer before its caller aborts.
    expect(seen === "stopped" || Array.isArray(seen)).toBe(true);
  });
}
