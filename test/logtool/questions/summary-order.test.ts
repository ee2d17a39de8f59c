import { expect, it } from "vitest";
import { indexLogs } from "../../../src/logtool/questions/log-index.ts";
import { summarise } from "../../../src/logtool/questions/summary.ts";

const RANK = ["fatal", "error", "warn", "info"];
const rowsOf = async (text: string) =>
  summarise(await indexLogs([{ origin: "a.log", chunks: [Buffer.from(text)] }]), null).rows;

const JAVA = `2026-03-01T10:00:00Z INFO started in 3 s
2026-03-01T10:00:01Z WARN pool nearly used up
2026-03-01T10:00:02Z ERROR order 7 failed
java.lang.IllegalStateException: no stock
\tat shop.Orders.place(Orders.java:31)
\t... 12 more
2026-03-01T10:00:03Z FATAL out of memory
`;
const GO = `level=info ts=2026-03-01T10:00:00Z msg="listening"
panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x4a2b3c]

goroutine 1 [running]:
main.main()
\t/app/main.go:17 +0x1d
created by main.start
\t/app/main.go:9 +0x22
`;
const PYTHON = `2026-03-01 10:00:00,000 INFO app: ready
2026-03-01 10:00:01,000 ERROR app: job 12 failed
Traceback (most recent call last):
  File "/app/job.py", line 12, in run
    raise ValueError("bad row")
ValueError: bad row
2026-03-01 10:00:02,000 CRITICAL app: giving up
`;
const NODE = `{"level":30,"time":1772359200000,"msg":"listening"}
{"level":50,"time":1772359201000,"msg":"cannot charge","err":{"stack":"Error: declined\\n    at charge (/app/pay.js:3:9)"}}
{"level":60,"time":1772359202000,"msg":"out of retries"}
`;
const SYSLOG = `Mar  1 10:00:00 db systemd[1]: Started PostgreSQL.
Mar  1 10:00:01 db kernel: Out of memory: Killed process 311 (postgres)
Mar  1 10:00:02 db postgres[311]: ERROR:  could not write to file "base/1": No space left on device
`;

it.each([
  ["Java", JAVA, 4],
  ["Go", GO, 2],
  ["Python", PYTHON, 3],
  ["Node", NODE, 3],
  ["syslog", SYSLOG, 3],
])(
  "lists fatal, then error, warn, info of a short log without a quiet half, and no frame: %s",
  async (_w, text, count) => {
    const rows = await rowsOf(text);
    const ranks = rows.map(({ severity }) => RANK.indexOf(severity));
    expect(ranks).toEqual(ranks.toSorted());
    expect(rows[0]?.severity).toBe("fatal");
    expect(rows).toHaveLength(count);
    expect(rows.map(({ template }) => template).join("\n")).not.toMatch(
      /\bat shop|goroutine|created by|File "|pay\.js:/,
    );
  },
);

it("gives no time in 1970 to a date without a year", async () => {
  expect((await rowsOf(SYSLOG)).map(({ firstSeen }) => firstSeen)).toEqual([null, null, null]);
});
