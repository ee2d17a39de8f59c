import { expect, it } from "vitest";
import { HeaderReader } from "../../../src/logs/lines/line-header.ts";

function header(line: string) {
  const reader = new HeaderReader(Date.UTC(2024, 5, 1));
  const bytes = Buffer.from(line);
  reader.read(bytes, 0, bytes.length);
  const { ms, level, logger, host } = reader;
  return {
    message: bytes.subarray(reader.messageStart).toString(),
    time: Number.isNaN(ms) ? null : new Date(ms).toISOString(),
    level,
    logger,
    host,
  };
}

it.each([
  ["2024-03-05 10:11:12,345 - WARN  [main:Loader@77] - slow disk", "2024-03-05T10:11:12.345Z", "WARN"],
  ["2024-03-05T10:11:12.345678Z ERROR a.b.Store: slow disk", "2024-03-05T10:11:12.345Z", "ERROR"],
  ["2024-03-05T12:11:12+02:00 INFO a.b.Store: slow disk", "2024-03-05T10:11:12.000Z", "INFO"],
  ["2024/03/05 10:11:12 INFO a.b.Store: slow disk", "2024-03-05T10:11:12.000Z", "INFO"],
  ["24/03/05 10:11:12 INFO exec.Backend: slow disk", "2024-03-05T10:11:12.000Z", "INFO"],
  ["240305 101112 148 INFO dfs.Node$Responder: slow disk", "2024-03-05T10:11:12.000Z", "INFO"],
  ["20240305T101112Z INFO a.b.Store: slow disk", "2024-03-05T10:11:12.000Z", "INFO"],
  ["03-05 10:11:12.345  1702  2395 D DiskManager: slow disk", "2024-03-05T10:11:12.345Z", "debug"],
  ["Mar  5 10:11:12 web1 sshd(pam)[19937]: slow disk", "2024-03-05T10:11:12.000Z", null],
  ["<34>Mar  5 10:11:12 web1 sshd[12]: slow disk", "2024-03-05T10:11:12.000Z", "crit"],
  ['<34>1 2024-03-05T10:11:12.003Z web1 su 77 ID47 [ex@1 a="b"] slow disk', "2024-03-05T10:11:12.003Z", "crit"],
  ["<34>1 2024-03-05T10:11:12.003Z web1 su - - - slow disk", "2024-03-05T10:11:12.003Z", "crit"],
  ["[Tue Mar 05 10:11:12 2024] [error] slow disk", "2024-03-05T10:11:12.000Z", "error"],
  ["05/Mar/2024:10:11:12 +0000 INFO a.b.Store: slow disk", "2024-03-05T10:11:12.000Z", "INFO"],
  ["05-Mar-2024 10:11:12.345 INFO a.b.Store: slow disk", "2024-03-05T10:11:12.345Z", "INFO"],
  ["1709633472 INFO a.b.Store: slow disk", "2024-03-05T10:11:12.000Z", "INFO"],
  ["1709633472345 INFO a.b.Store: slow disk", "2024-03-05T10:11:12.345Z", "INFO"],
  [
    "- 1709633472 2024.03.05 R02-M1 2024-03-05-10.11.12.675872 R02-M1 RAS KERNEL INFO slow disk",
    "2024-03-05T10:11:12.000Z",
    "INFO",
  ],
  ["20240305-10:11:12:345|Store_Disk|30002312|slow disk", "2024-03-05T10:11:12.345Z", null],
  ["[03.05 10:11:12] store.exe *64 - slow disk", "2024-03-05T10:11:12.000Z", null],
  ["2024-03-05T10:11:12.345678901Z stdout F slow disk", "2024-03-05T10:11:12.345Z", null],
  ["10:11:12.345 INFO  t.c.Store#115 slow disk", "2024-05-31T10:11:12.345Z", "INFO"],
  ["2024-03-05 10:11:12, Info                  CBS    slow disk", "2024-03-05T10:11:12.000Z", "Info"],
])("reads %s", (line, time, level) => {
  expect(header(line)).toMatchObject({ message: "slow disk", time, level });
});
it.each([
  "slow disk",
  "1365301360 alignment exceptions",
  "error: no disk",
  "10.251.9.9:50010 served",
  "3 ddr errors",
  "",
  "[",
  "<",
])("reads %s as a message without a header", (line) => {
  expect(header(line)).toEqual({ message: line, time: null, level: null, logger: null, host: null });
});
it("distinguishes a call site from a plain logger", () => {
  const reader = new HeaderReader();
  const bytes = Buffer.from("10:11:12.345 INFO  t.c.Store#115 slow disk");
  reader.read(bytes, 0, bytes.length);
  expect([reader.logger, reader.isCallSite]).toEqual(["t.c.Store#115", true]);
});
it("reads host and program of a syslog line", () => {
  expect(header("Mar  5 10:11:12 web1 sshd[12]: slow disk")).toMatchObject({ host: "web1", logger: "sshd[12]" });
  expect(header("<34>1 2024-03-05T10:11:12.003Z web1 su 77 ID47 - slow disk")).toMatchObject({
    host: "web1",
    logger: "su",
  });
});
