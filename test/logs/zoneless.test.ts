import { expect, it } from "vitest";
import type { LogStream } from "../../src/domain/telemetry.ts";
import { logFindings } from "../../src/logs/findings.ts";
import { anIncident } from "../fakes.ts";

const ALARM_MS = Date.parse("2026-03-02T10:00:00Z");
const stream = (service: string, lineAt: (iso: string) => string, fromMs: number): LogStream => ({
  origin: `${service}.log`,
  framing: "raw",
  service,
  chunks: (async function* () {
    for (let nth = 0; nth < 60; nth += 1)
      yield Buffer.from(`${lineAt(new Date(fromMs + nth * 60_000).toISOString())}\n`);
  })(),
});
const zoneless = (iso: string): string => `${iso.slice(0, 19).replace("T", " ")} INFO served a page`;
const utc = (iso: string): string => `${iso} INFO served a page`;
const notesOf = async (...own: LogStream[]): Promise<string[]> =>
  (
    await logFindings({
      own,
      shared: [],
      incident: { ...anIncident(), alarmAtMs: ALARM_MS, window: null },
      connector: "files",
      query: "logs",
    })
  ).notes.filter((note) => note.includes("zone"));
const HALF_HOUR = 1_800_000;
const TWO_HOURS = 7_200_000;

it("says once that a log without zones was read as UTC, if it is silent around the alarm and others are not", async () => {
  const shifted = ALARM_MS - HALF_HOUR - TWO_HOURS;
  const notes = await notesOf(
    stream("web", utc, ALARM_MS - HALF_HOUR),
    stream("db", zoneless, shifted),
    stream("mq", zoneless, shifted),
  );
  expect(notes).toEqual([
    "no line of db and 1 more is nearer to the alarm than 1 h 31 min; these lines state no zone, so they were " +
      "read as UTC or in the time zone of their source. Check their time zone.",
  ]);
});

it("says nothing if the times fit, or if the silent log states its zone", async () => {
  const at = ALARM_MS - HALF_HOUR;
  expect(await notesOf(stream("web", utc, at), stream("db", zoneless, at))).toEqual([]);
  expect(await notesOf(stream("web", utc, at), stream("db", utc, at - TWO_HOURS))).toEqual([]);
});
