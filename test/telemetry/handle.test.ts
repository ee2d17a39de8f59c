import { expect, it } from "vitest";
import { IncidentError } from "../../src/domain/errors.ts";
import type { Incident } from "../../src/domain/incident.ts";
import type { AnySource } from "../../src/domain/ports.ts";
import { queryFor } from "../../src/domain/query.ts";
import type { LogStream, Series } from "../../src/domain/telemetry.ts";
import { openHandle } from "../../src/telemetry/handle.ts";
import { memorySource } from "../../src/telemetry/memory-source.ts";
import { LOOKBACK_MS } from "../../src/telemetry/plan.ts";
import { anIncident, sourceOf } from "../fakes.ts";

const MIN = 60_000;
const START_MS = 100 * MIN;
/** One sample a minute, from minute 0 to minute 200. */
const series = (entity: string, metric = "latency"): Series => {
  const timesMs = Array.from({ length: 201 }, (_, minute) => minute * MIN);
  return { entity, entityKind: "service", metric, timesMs, values: timesMs.map((timeMs) => timeMs / MIN) };
};
const windowed = (startMs: number, endMs: number): Incident => anIncident({ window: { startMs, endMs } });
const live = (source: AnySource): AnySource =>
  ({ ...source, capabilities: { ...source.capabilities, holds: "system" } }) as AnySource;

it("fetches nothing twice when the window is widened, and returns all of it", async () => {
  const metrics = sourceOf("metric", [series("shop"), series("cart")]);
  const telemetry = openHandle([metrics]);
  await telemetry.readIncident("metric", windowed(START_MS, START_MS + 10 * MIN));
  const wide = await telemetry.readIncident("metric", windowed(START_MS - 10 * MIN, START_MS + 10 * MIN));
  const again = await telemetry.readIncident("metric", windowed(START_MS - 10 * MIN, START_MS + 10 * MIN));
  expect(metrics.queries.map(({ range }) => [range.startMs / MIN, range.endMs / MIN])).toEqual([
    [100, 110],
    [90, 100],
  ]);
  expect(wide?.own.map(({ timesMs }) => timesMs.length)).toEqual([21, 21]);
  expect(wide?.own[0]?.values).toEqual(Array.from({ length: 21 }, (_, at) => 90 + at));
  expect(again?.own).toEqual(wide?.own);
});

it("reads a live system around the alarm, and not beyond the present", async () => {
  const plan = async (nowMs: number) => {
    const telemetry = openHandle([live(sourceOf("metric", [series("shop")]))], nowMs);
    const incident = anIncident({ window: null, alarmAtMs: START_MS });
    return ((await telemetry.plan("metric", incident))?.range.endMs ?? 0) / MIN;
  };
  expect(await plan(START_MS + 2 * MIN)).toBe(102);
  expect(await plan(START_MS + 500 * MIN)).toBe(130);
  expect(await plan(START_MS - MIN)).toBe(100);
});

it("reads the traces of all entities of a live system while no call edge is known", async () => {
  const traces = live(sourceOf("trace", []));
  const edges = [{ from: "gateway", to: "cart", kind: "calls" }];
  const topology = sourceOf("topology", { nodes: [], edges });
  const incident = anIncident({ window: null, alarmAtMs: START_MS, entry: "gateway" });
  const scope = async (sources: AnySource[]) => (await openHandle(sources).plan("trace", incident))?.entities;
  expect(await scope([traces])).toEqual([]);
  expect(await scope([traces, topology])).toEqual(["cart", "gateway"]);
});

it("answers a narrower query from memory", async () => {
  const metrics = sourceOf("metric", [series("shop"), series("cart"), series("cart", "errors")]);
  const telemetry = openHandle([metrics]);
  await telemetry.readIncident("metric", windowed(START_MS, START_MS + 10 * MIN));
  const whole = { startMs: START_MS, endMs: START_MS + 10 * MIN };
  const errors = await telemetry.query(queryFor("metric", whole, { names: ["errors"] }));
  expect(errors.data).toMatchObject([{ entity: "cart", metric: "errors" }]);
  const range = { startMs: START_MS + MIN, endMs: START_MS + 2 * MIN };
  const { data } = await telemetry.query(queryFor("metric", range, { entities: ["cart"], names: ["errors"] }));
  expect(data).toMatchObject([{ entity: "cart", metric: "errors", values: [101, 102] }]);
  expect(metrics.queries).toHaveLength(1);
});

it("shares one fetch among several callers, and one abort does not stop it", async () => {
  let finish: (all: Series[]) => void = () => undefined;
  let stopped: AbortSignal | undefined;
  const metrics = sourceOf("metric", (_, signal) => ((stopped = signal), new Promise((resolve) => (finish = resolve))));
  const telemetry = openHandle([metrics]);
  const incident = windowed(START_MS, START_MS + MIN);
  const impatient = new AbortController();
  const first = telemetry.readIncident("metric", incident, { signal: impatient.signal });
  const second = telemetry.readIncident("metric", incident, { signal: new AbortController().signal });
  await expect.poll(() => metrics.queries.length).toBe(1);
  impatient.abort(new Error("no patience"));
  await expect(first).rejects.toThrow("no patience");
  expect(stopped?.aborted).toBe(false);
  finish([series("shop")]);
  expect((await second)?.own).toHaveLength(1);
  expect(metrics.queries).toHaveLength(1);
});

it("stops a fetch when all callers have aborted", async () => {
  let stopped: AbortSignal | undefined;
  const metrics = sourceOf("metric", (_, signal) => ((stopped = signal), new Promise(() => undefined)));
  const telemetry = openHandle([metrics]);
  const caller = new AbortController();
  const read = telemetry.readIncident("metric", windowed(0, MIN), { signal: caller.signal });
  await expect.poll(() => stopped !== undefined).toBe(true);
  caller.abort(new Error("time is up"));
  await expect(read).rejects.toThrow("time is up");
  expect(stopped?.aborted).toBe(true);
});

it("fetches again after a failure", async () => {
  let isDown = true;
  const metrics = sourceOf("metric", async () => {
    if (isDown) throw new IncidentError("UNAVAILABLE", "it is down", { hint: "Wait." });
    return [series("shop")];
  });
  const telemetry = openHandle([metrics]);
  await expect(telemetry.readIncident("metric", windowed(0, MIN))).rejects.toThrow("it is down");
  isDown = false;
  expect((await telemetry.readIncident("metric", windowed(0, MIN)))?.own).toHaveLength(1);
});

async function* chunk(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
const stream = (text: string, untimed = false): LogStream => ({
  origin: "web.log",
  framing: "raw",
  service: "web",
  ...(untimed && { untimed }),
  chunks: chunk(text),
});
const textOf = async (streams: readonly LogStream[] | undefined): Promise<string> => {
  let text = "";
  for (const { chunks } of streams ?? []) for await (const bytes of chunks) text += Buffer.from(bytes).toString("utf8");
  return text;
};

it("returns log lines again without a second query, also when the window is widened", async () => {
  const logs = sourceOf("log", async ({ range }) => [stream(`${range.startMs}\n`)]);
  const source = { ...logs, capabilities: { ...logs.capabilities, filters: ["range"] as const } };
  const ranged: AnySource = {
    ...source,
    query: async (query, options) => {
      const answer = await logs.query(query, options);
      return { ...answer, coverage: { ...answer.coverage, gaps: [] } };
    },
  };
  const telemetry = openHandle([ranged]);
  const narrow = windowed(START_MS, START_MS + MIN);
  expect(await textOf((await telemetry.readIncident("log", narrow))?.own)).toBe("6000000\n");
  expect(await textOf((await telemetry.readIncident("log", narrow))?.own)).toBe("6000000\n");
  const wide = await telemetry.readIncident("log", windowed(START_MS - MIN, START_MS + MIN));
  expect(await textOf(wide?.own)).toBe("5940000\n6000000\n");
  expect(logs.queries).toHaveLength(2);
});

it("queries a log again if its lines were not read to the end", async () => {
  const logs = sourceOf("log", async () => [stream("a\n", true)]);
  const telemetry = openHandle([logs]);
  const read = await telemetry.readIncident("log", windowed(0, MIN));
  for await (const _ of read?.own[0]?.chunks ?? []) break;
  expect(await textOf((await telemetry.readIncident("log", windowed(0, MIN)))?.own)).toBe("a\n");
  expect(logs.queries).toHaveLength(2);
});

it("does not read a log twice if the source does not know its times", async () => {
  const logs = sourceOf("log", async () => [stream("a\n", true)]);
  const telemetry = openHandle([logs]);
  for (const fromMs of [10 * MIN, 5 * MIN]) {
    const read = await telemetry.readIncident("log", windowed(fromMs, 20 * MIN));
    expect(await textOf(read?.own)).toBe("a\n");
  }
  expect(logs.queries).toHaveLength(1);
});

it("joins several sources of a signal, and reports which one refused", async () => {
  const refusal = new IncidentError("REJECTED", "no right", { hint: "Ask." });
  const eu = memorySource("metric", "eu", async () => [series("shop")]);
  const us = memorySource("metric", "us", async () => Promise.reject(refusal));
  const read = await openHandle([eu, us]).readIncident("metric", windowed(0, MIN));
  expect(read).toMatchObject({ source: "eu, us", query: { sources: ["eu", "us"] }, own: [{ entity: "shop" }] });
  expect(read?.coverage).toMatchObject([
    { source: "eu", returned: 1, gaps: [] },
    { source: "us", returned: 0, gaps: [{ kind: "refused", why: "no right (Ask.)" }] },
  ]);
});

it("refuses two sources with the same name", () => {
  expect(() => openHandle([sourceOf("metric", []), sourceOf("metric", [])])).toThrow(
    /two sources have the same name: metric source "fake"/,
  );
});

it("queries a live system around the alarm, for the entities of the alerts and their dependencies", async () => {
  const metrics = sourceOf("metric", [series("shop")]);
  const spans = sourceOf("trace", []);
  const alarmAtMs = 1_000 * MIN;
  const alert = { timeUnixMs: alarmAtMs, entity: "shop", entityKind: "service", signal: "metric", name: "slow" };
  const telemetry = openHandle([
    live(metrics),
    live(spans),
    sourceOf("alert", [{ ...alert, direction: null, peer: null, count: 1, message: null }]),
    sourceOf("topology", {
      nodes: [],
      edges: ["shop>cart", "cart>stock", "stock>disk", "mail>post"].map((edge) => {
        const [from = "", to = ""] = edge.split(">");
        return { from, to, kind: "calls" };
      }),
    }),
  ]);
  await telemetry.readIncident("trace", anIncident({ alarmAtMs }));
  expect(spans.queries).toMatchObject([
    { range: { startMs: alarmAtMs - LOOKBACK_MS }, entities: ["cart", "shop", "stock"] },
  ]);
  await telemetry.readIncident("metric", anIncident({ alarmAtMs })); // all of them, the nearest first
  expect(metrics.queries).toMatchObject([{ entities: [], near: ["shop", "cart", "stock", "disk"] }]);
  expect(LOOKBACK_MS).toBeGreaterThanOrEqual(60 * MIN);
});
