import { expect, it } from "vitest";
import { mineIncidentLogs } from "../../src/logs/mined-logs.ts";
import { logSigns } from "../../src/logs/onset-signs.ts";
import { anIncident } from "../fakes.ts";

const START_MS = Date.parse("2026-03-01T09:00:00Z");
const MINUTE_MS = 60_000;
const ALL = { startMs: 0, endMs: Number.POSITIVE_INFINITY };

type Line = { atMs: number; body: string };
const every = (stepMs: number, fromMs: number, toMs: number, body: string): Line[] =>
  Array.from({ length: Math.ceil((toMs - fromMs) / stepMs) }, (_, at) => ({ atMs: fromMs + at * stepMs, body }));
const healthy = every(2000, START_MS, START_MS + 90 * MINUTE_MS, "INFO request served");

async function signsOf(lines: readonly Line[]) {
  const text = lines
    .toSorted((a, b) => a.atMs - b.atMs)
    .map(({ atMs, body }) => JSON.stringify({ timeUnixNano: `${atMs}000000`, service: "orders", body }))
    .join("\n");
  const chunks = (async function* () {
    yield Buffer.from(`${text}\n`);
  })();
  const own = [{ origin: "logs.jsonl", framing: "jsonl" as const, service: null, chunks }];
  const mined = await mineIncidentLogs({ own, shared: [], incident: anIncident() });
  return mined === null ? [] : logSigns(mined, ALL);
}

it("dates an error that was never written before, 40 minutes before the end", async () => {
  const onsetMs = START_MS + 50 * MINUTE_MS;
  const failing = every(3000, onsetMs, START_MS + 90 * MINUTE_MS, "ERROR no space left on device");
  expect(await signsOf([...healthy, ...failing])).toMatchObject([{ atMs: onsetMs, weight: 1.5, shape: "step" }]);
});

it("dates the rise of an error that was there before", async () => {
  const onsetMs = START_MS + 50 * MINUTE_MS;
  const usual = every(4 * MINUTE_MS, START_MS, onsetMs, "ERROR upstream timed out");
  const failing = every(3000, onsetMs, START_MS + 90 * MINUTE_MS, "ERROR upstream timed out");
  expect(await signsOf([...healthy, ...usual, ...failing])).toMatchObject([{ atMs: onsetMs, weight: 1.5 }]);
});

it("dates an error that nobody wrote before at its first burst, though the fault paused and came back worse", async () => {
  const onsetMs = START_MS + 50 * MINUTE_MS;
  const first = every(2500, onsetMs, onsetMs + 20_000, "ERROR upstream timed out");
  const later = every(3000, onsetMs + 5 * MINUTE_MS, START_MS + 90 * MINUTE_MS, "ERROR upstream timed out");
  expect(await signsOf([...healthy, ...first, ...later])).toMatchObject([{ atMs: onsetMs }]);
});

it("does not date a fault at a single earlier error of the same kind", async () => {
  const onsetMs = START_MS + 80 * MINUTE_MS;
  const failing = every(3000, onsetMs, START_MS + 90 * MINUTE_MS, "ERROR upstream timed out");
  const odd = { atMs: START_MS + 20 * MINUTE_MS, body: "ERROR upstream timed out" };
  expect(await signsOf([...healthy, odd, ...failing])).toMatchObject([{ atMs: onsetMs }]);
});

it("says when a burst of errors was over", async () => {
  const onsetMs = START_MS + 50 * MINUTE_MS;
  const failing = every(1000, onsetMs, onsetMs + 5 * MINUTE_MS, "ERROR upstream timed out");
  expect(await signsOf([...healthy, ...failing])).toMatchObject([
    { atMs: onsetMs, endMs: onsetMs + 5 * MINUTE_MS - 1000, shape: "burst" },
  ]);
});

it("gives an error that came once little weight", async () => {
  const [sign] = await signsOf([...healthy, { atMs: START_MS + 50 * MINUTE_MS, body: "ERROR odd reply" }]);
  expect(sign?.weight).toBeLessThan(0.2);
});

it.each([
  [
    "an error that comes by the clock",
    every(10 * MINUTE_MS, START_MS, START_MS + 90 * MINUTE_MS, "ERROR cleanup failed"),
  ],
  [
    "errors of a job that runs every 20 minutes",
    [0, 20, 40, 60, 80].flatMap((minute) =>
      every(500, START_MS + minute * MINUTE_MS, START_MS + minute * MINUTE_MS + 20_000, "ERROR row rejected"),
    ),
  ],
  ["information, however much", every(100, START_MS + 50 * MINUTE_MS, START_MS + 90 * MINUTE_MS, "INFO cache warmed")],
])("finds no sign in %s", async (_, lines) => {
  expect((await signsOf([...healthy, ...lines])).filter(({ weight }) => weight >= 0.2)).toEqual([]);
});
