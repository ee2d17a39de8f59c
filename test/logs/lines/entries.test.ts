import { expect, it } from "vitest";
import { EventReader } from "../../../src/logs/lines/event-reader.ts";
import { LineSplitter } from "../../../src/logs/lines/line-splitter.ts";

/** Time, level, logger, statement and number of lines of each event. Blank lines are left out. */
function eventsOf(text: string | Buffer) {
  const out: { at: string; level: string | null; logger: string | null; statement: string; lines: number }[] = [];
  let total = 0;
  const reader = new EventReader({ referenceMs: Date.UTC(2026, 5, 3), fold: true }, (event) => {
    total += event.lines;
    if (event.rawStart === event.rawEnd) return;
    out.push({
      at: Number.isNaN(event.ms) ? "none" : new Date(Math.floor(event.ms)).toISOString(),
      level: event.level,
      logger: event.logger,
      statement: Buffer.from(event.text.subarray(event.textStart, event.textEnd)).toString("utf8"),
      lines: event.lines,
    });
  });
  const splitter = new LineSplitter((bytes, start, end) => reader.push(bytes, start, end), { maxLineBytes: 1 << 16 });
  splitter.push(Buffer.from(text));
  const lines = splitter.end();
  reader.flush();
  expect(total, "each line belongs to one event").toBe(lines);
  return out;
}
const AT = "2026-06-02T08:15:30.250Z";
const MICROS = String(Date.parse(AT) * 1000);

const exported = (...fields: (string | Buffer)[]): Buffer =>
  Buffer.concat(
    [`__CURSOR=s=0a;i=1`, `__REALTIME_TIMESTAMP=${MICROS}`, ...fields].flatMap((field) => [
      Buffer.from(field),
      Buffer.from("\n"),
    ]),
  );
const binary = (name: string, value: string): Buffer => {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(value)));
  return Buffer.concat([Buffer.from(`${name}\n`), length, Buffer.from(value)]);
};

it("reads entries of the journal's export form, whose fields come in any order", () => {
  const mail = exported("MESSAGE=queue full: 80% used", "PRIORITY=4", "_SYSTEMD_UNIT=mail.service");
  const kernel = exported("_TRANSPORT=kernel", "SYSLOG_IDENTIFIER=kernel", "PRIORITY=2", "MESSAGE=mce: broken");
  expect(eventsOf(Buffer.concat([mail, Buffer.from("\n"), kernel]))).toEqual([
    { at: AT, level: "warn", logger: "mail.service", statement: "queue full: 80% used", lines: 6 },
    { at: AT, level: "crit", logger: "kernel", statement: "mce: broken", lines: 6 },
  ]);
});

it.each([
  ["several lines", "first\nPRIORITY is not a field\nthird"],
  ["a blank line inside", "first\n\nthird"],
  ["a length whose first byte is a line break", "first\nabcd"],
])("reads a binary field of the journal with %s", (_, value) => {
  const entry = exported(binary("MESSAGE", value), "PRIORITY=3", "SYSLOG_IDENTIFIER=app");
  const [event, ...others] = eventsOf(Buffer.concat([entry, Buffer.from("\n"), entry]));
  expect(event).toMatchObject({ at: AT, level: "error", logger: "app", statement: "first" });
  expect(others).toHaveLength(1);
});

it("goes on after a binary field whose colours were removed", () => {
  const entry = exported(binary("MESSAGE", "\u001b[31mred\u001b[0m"), "PRIORITY=3", "_SYSTEMD_UNIT=a.service");
  expect(eventsOf(entry)).toEqual([expect.objectContaining({ statement: "red", level: "error", logger: "a.service" })]);
});

it("reads the journal's verbose form", () => {
  const text = [
    "Tue 2026-06-02 10:15:30.250000 CEST [s=0a1b2c;i=9;b=77;m=1;t=2;x=3]",
    "    PRIORITY=3",
    "    SYSLOG_IDENTIFIER=backup",
    "    MESSAGE=cannot mount",
    "            second line",
    "    _PID=9",
    "Tue 2026-06-02 10:15:30.250000 CEST [s=0a1b2c;i=a;b=77;m=1;t=2;x=3]",
    "    MESSAGE=done",
  ].join("\n");
  expect(eventsOf(text)).toEqual([
    { at: AT, level: "error", logger: "backup", statement: "cannot mount", lines: 6 },
    { at: AT, level: null, logger: null, statement: "done", lines: 2 },
  ]);
});

it("joins each entry of MySQL's slow query log, with or without its time", () => {
  const text = [
    "# Time: 2026-06-02T08:15:30.250000Z",
    "# User@Host: web[web] @ app [10.2.0.1]  Id:    17",
    "# Schema: crm  QC_hit: No",
    "# Query_time: 7.5  Lock_time: 0.0 Rows_sent: 0  Rows_examined: 900000",
    "use crm;",
    "SET timestamp=1780388130;",
    "UPDATE person",
    "   SET seen = 1;",
    "# User@Host: web[web] @ app [10.2.0.1]  Id:    18",
    "# Query_time: 8.5  Lock_time: 0.0 Rows_sent: 0  Rows_examined: 900000",
    "SET timestamp=1780388131;",
    "DELETE FROM visit;",
    "# Time: 260602  8:15:33",
    "# User@Host: web[web] @ app [10.2.0.1]",
    "# Query_time: 9.5  Lock_time: 0.0 Rows_sent: 0  Rows_examined: 1",
    "SET timestamp=1780388133;",
    "COMMIT;",
  ].join("\n");
  expect(eventsOf(text).map(({ at, statement, lines }) => [at.slice(11, 19), statement, lines])).toEqual([
    ["08:15:30", expect.stringMatching(/^Query_time: 7.5 .* 900000: UPDATE person SET seen = 1;$/), 8],
    ["08:15:31", expect.stringMatching(/^Query_time: 8.5 .*: DELETE FROM visit;$/), 4],
    ["08:15:33", expect.stringMatching(/^Query_time: 9.5 .*: COMMIT;$/), 5],
  ]);
});

it.each([
  ["with AM and PM", "Jun 02, 2026 8:15:30 AM com.acme.Pay charge\nSEVERE: card lost", "SEVERE", "com.acme.Pay"],
  ["in German", "02.06.2026 08:15:30 com.acme.Pay <init>\nSCHWERWIEGEND: card lost", "error", "com.acme.Pay"],
  ["with a logger alone", "Jun 02, 2026 8:15:30 AM com.acme.Pay\nWARNING: card lost", "WARNING", "com.acme.Pay"],
  ["in Chinese", "Jun 02, 2026 8:15:30 AM org.Host deploy\n严重: card lost", "error", "org.Host"],
])("reads a header of two lines %s, with its trace", (_, header, level, logger) => {
  const text = `${header}\njava.io.IOException: disk full\n\tat a.B.c(B.java:1)\n${header}`;
  const common = { at: "2026-06-02T08:15:30.000Z", level, logger };
  expect(eventsOf(text)).toEqual([
    { ...common, statement: "card lost: java.io.IOException: disk full", lines: 4 },
    { ...common, statement: "card lost", lines: 2 },
  ]);
});

it("gives the lines below a lone time that time, and joins Oracle's errors", () => {
  const text = [
    "Tue Jun 02 08:15:30 2026",
    "Thread 1 cannot allocate new log, sequence 8",
    "Checkpoint not complete",
    "  Current log# 2 seq# 7 mem# 0: /u01/redo02.log",
    "Tue Jun 02 08:15:41 2026",
    "Errors in file /u01/diag/trace/crm_ora_9.trc  (incident=7):",
    "ORA-00600: internal error code, arguments: [kdsgrp1]",
    "ORA-01578: ORACLE data block corrupted (file # 7, block # 9)",
    "Tue Jun 02 08:15:52 2026",
    "ORA-1653: unable to extend table CRM.VISIT by 128 in tablespace USERS",
  ].join("\n");
  const errors =
    "Errors in file /u01/diag/trace/crm_ora_9.trc  (incident=7): ORA-00600: internal error code, arguments: ";
  expect(eventsOf(text).map(({ at, statement, lines }) => [at.slice(17, 19), statement, lines])).toEqual([
    ["30", "Thread 1 cannot allocate new log, sequence 8", 1],
    ["30", "Checkpoint not complete", 2],
    ["41", `${errors}[kdsgrp1]`, 3],
    ["52", "ORA-1653: unable to extend table CRM.VISIT by 128 in tablespace USERS", 1],
  ]);
});

it("keeps a message of several lines below a lone time whole, where other lines have header and message", () => {
  const text = [
    "2026-06-02 08:15:30 [worker] INFO up",
    "2026-06-02 08:15:31 ",
    "Usage: x",
    "second",
    "2026-06-02 08:15:32 [worker] INFO down",
  ].join("\n");
  expect(eventsOf(text).map(({ statement }) => statement)).toEqual(["up", "Usage: x", "down"]);
});

it.each([
  ["[ 4021.500000] md0: write failed", null, "kernel", "md0: write failed"],
  ["kern  :crit  : [ 4021.500000] md0: write failed", "crit", "kernel", "md0: write failed"],
  ["[ 4021.500000] db7 backup[88]: write failed", null, "backup[88]", "write failed"],
])("reads the time since the start, which orders lines and dates nothing: %s", (line, level, logger, statement) => {
  expect(eventsOf(line)).toEqual([{ at: "1970-01-01T01:07:01.500Z", level, logger, statement, lines: 1 }]);
});

it("folds the frames of an error of Rails, also those of gems and behind the id of a request", () => {
  const tag = "[0f0e0d0c-0b0a-4908-8706-050403020100] ";
  const text = [
    `${tag}Started GET "/x" for 10.0.0.1 at 2026-06-02 10:15:30 +0200`,
    `${tag}  `,
    `${tag}NoMethodError (undefined method 'id' for nil):`,
    `${tag}  `,
    `${tag}activerecord (7.1.2) lib/active_record/base.rb:9:in 'find'`,
    `${tag}app/models/visit.rb:7:in 'seen'`,
    `${tag}Completed 500 Internal Server Error in 7ms`,
  ].join("\n");
  const events = eventsOf(text);
  expect(events.map(({ statement }) => statement)).toEqual([
    `Started GET "/x" for 10.0.0.1 at 2026-06-02 10:15:30 +0200`,
    "NoMethodError (undefined method 'id' for nil):",
    "Completed 500 Internal Server Error in 7ms",
  ]);
  expect(events[0]?.at).toBe("2026-06-02T08:15:30.000Z");
});
