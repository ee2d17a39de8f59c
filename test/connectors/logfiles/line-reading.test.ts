import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { healthResult } from "../../../src/app/doctor/check-source.ts";
import { ConfigFile } from "../../../src/config/file.ts";
import { openScenarioWriter } from "../../../src/connectors/files/scenario-writer.ts";
import { queryFor } from "../../../src/domain/query.ts";
import type { LogRecord } from "../../../src/domain/telemetry.ts";
import { isoTime, nanosToMs } from "../../../src/domain/time.ts";
import { readRecords } from "../../../src/logs/lines/read-records.ts";
import { zonedClock } from "../../../src/logs/lines/zoned-clock.ts";
import { telemetryRecorder } from "../../../src/telemetry/recorder.ts";
import { anIncident } from "../../fakes.ts";
import { folderWith, opened } from "../files/suite.ts";
import { logFolder } from "./folder.ts";

const BERLIN = { timeZone: "Europe/Berlin", serviceField: null };
const NOON = Date.UTC(2026, 5, 1, 12); // 14:00 in Berlin

type Source = ReturnType<ReturnType<typeof logFolder>["source"]>;
async function recordsOf(source: Source, conditions: Parameters<typeof queryFor>[2] = {}): Promise<LogRecord[]> {
  const range = { startMs: NOON - 60_000, endMs: NOON + 60_000 };
  const found: LogRecord[] = [];
  for (const stream of (await source.query(queryFor("log", range, conditions))).data)
    await readRecords(stream, (record) => void found.push({ ...record }), { referenceMs: NOON });
  return found;
}
const times = (records: readonly LogRecord[]): string[] =>
  records.map(({ timeUnixNano }) => isoTime(nanosToMs(timeUnixNano)));

const LOCAL = "2026-06-01 13:00:00 INFO before\n2026-06-01 14:00:00 ERROR db is gone\n2026-06-01 15:00:00 INFO after\n";

it("reads times without a zone in the time zone of the source, rotated and compressed files too", async () => {
  const { source } = logFolder({ "shop.log": LOCAL, "shop.log.1": LOCAL, "shop.log.2.gz": gzipSync(LOCAL) });
  const records = await recordsOf(source({ reading: BERLIN }));
  expect(records.map(({ body, service }) => [body, service])).toEqual(
    Array.from({ length: 3 }, () => ["2026-06-01 14:00:00 ERROR db is gone", "shop"]),
  );
  expect(new Set(times(records))).toEqual(new Set(["2026-06-01T12:00:00.000Z"]));
  expect(await recordsOf(source())).toEqual([]);
});

it("leaves times alone that state their zone", async () => {
  const { source } = logFolder({ "shop.log": "2026-06-01T12:00:00Z ERROR db is gone\n" });
  expect(times(await recordsOf(source({ reading: BERLIN })))).toEqual(["2026-06-01T12:00:00.000Z"]);
});

it("takes the service from a field of the line, before the usual ones, and from the path where it is missing", async () => {
  const line = (fields: object): string => `${JSON.stringify({ ts: isoTime(NOON), msg: "x", ...fields })}\n`;
  const { source } = logFolder({
    "all.log":
      line({ service: "host-7", ctx: { team: { app: "cart" } } }) +
      line({ ctx: { team: { app: "pay" } }, service: "host-7" }) +
      line({}) +
      `ts=${isoTime(NOON)} msg=x service=host-7 ctx.team.app=web\n`,
  });
  const reading = { timeZone: null, serviceField: "ctx.team.app" };
  const services = async (conditions = {}): Promise<string[]> =>
    (await recordsOf(source({ reading }), conditions)).map(({ service }) => service);
  expect(await services()).toEqual(["cart", "pay", "all", "web"]);
  expect(await services({ entities: ["pay"] })).toEqual(["pay"]);
  expect((await source({ reading }).check?.())?.advice.join(" ")).not.toContain("without a service");
});

it("keeps the time zone and the field in a recorded scenario, whose times are then the same", async () => {
  const { source } = logFolder({ "shop.log": LOCAL });
  const dir = join(folderWith({}), "case");
  const writer = await openScenarioWriter(dir);
  const recorder = telemetryRecorder(writer);
  const [recorded] = recorder.record([source({ reading: BERLIN })]);
  await recordsOf(recorded as Source);
  await writer.finish(anIncident(), recorder.read());
  const logs = readFileSync(join(dir, "shop.log.gz"));
  const { ask } = await opened({
    "shop.log.gz": logs,
    "log-reading.json": readFileSync(join(dir, "log-reading.json")),
  });
  const streams = await ask("log");
  expect(streams.map(({ reading }) => reading)).toEqual([BERLIN]);
});

it("says in doctor that lines without a zone do not fit the time at which their file was written", async () => {
  const { write, source } = logFolder();
  const local = isoTime(Date.now() + 2 * 3_600_000)
    .slice(0, 19)
    .replace("T", " ");
  write("shop.log", `${local} INFO served\n`);
  const advice = (await source().check?.())?.advice;
  expect(advice).toContainEqual(
    expect.stringMatching(
      /shop\.log state no time zone and were read as UTC, but the file was written 2 h before its newest line\. Set timezone/,
    ),
  );
  const health = await source().check?.();
  expect(health === undefined ? null : healthResult(health, Date.now()).state).toBe("warning");
  const fitting = logFolder({ "shop.log": `${isoTime(Date.now()).slice(0, 19).replace("T", " ")} INFO served\n` });
  expect((await fitting.source().check?.())?.advice).toEqual([]);
});

it.each([
  ["Europe/Berlin", "2026-01-05 13:00", "2026-01-05T12:00:00.000Z"],
  ["Europe/Berlin", "2026-07-05 14:00", "2026-07-05T12:00:00.000Z"],
  ["Europe/Berlin", "2026-03-29 03:10", "2026-03-29T01:10:00.000Z"],
  ["Asia/Kolkata", "2026-07-05 17:30", "2026-07-05T12:00:00.000Z"],
  ["America/New_York", "2026-11-01 03:00", "2026-11-01T08:00:00.000Z"],
  ["UTC", "2026-07-05 12:00", "2026-07-05T12:00:00.000Z"],
])("knows that %s shows %s at %s", (zone, local, utc) => {
  expect(isoTime(zonedClock(zone)(Date.parse(`${local.replace(" ", "T")}Z`)))).toBe(utc);
});

it("refuses a time zone that does not exist", () => {
  const parsed = ConfigFile.safeParse({ sources: [{ kind: "files", logs: "/x/*.log", timezone: "Berlin/Mitte" }] });
  expect(parsed.error?.issues.map(({ message }) => message).join()).toContain("such as Europe/Berlin");
});
