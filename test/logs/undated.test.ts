import { expect, it } from "vitest";
import type { Problem } from "../../src/domain/ports.ts";
import type { LogStream } from "../../src/domain/telemetry.ts";
import { logFindings } from "../../src/logs/findings.ts";
import { anIncident } from "../fakes.ts";

const stream = (service: string, lines: readonly string[], framing: LogStream["framing"] = "raw"): LogStream => ({
  origin: `${service}.log`,
  framing,
  service,
  chunks: (async function* () {
    yield Buffer.from(`${lines.join("\n")}\n`);
  })(),
});
const repeated = (count: number, line: (nth: number) => string): string[] =>
  Array.from({ length: count }, (_, nth) => line(nth));

async function find(own: LogStream[], incident = anIncident()) {
  const problems: Problem[] = [];
  const answer = await logFindings({
    own,
    shared: [],
    incident,
    connector: "files",
    query: "logs",
    onProblem: (problem) => problems.push(problem),
  });
  return { ...answer, problems: problems.map(({ line, what }) => [line, what] as const) };
}

it.each([
  ["plain text", "Connection error: Failed to resolve 'db.shop' (Temporary failure in name resolution)", "error"],
  ["a level of its own", "ERROR: relation orders does not exist", "error"],
  ["a level in brackets", "[error] upstream prematurely closed connection", "error"],
  ["Python's logging", "CRITICAL:shop.cart:cannot write to /data: No space left on device", "fatal"],
  [".NET's console", "fail: Shop.Pay[0] payment gateway refused the request", "error"],
  ["logfmt", 'level=error msg="dial tcp 10.0.0.7:5432: connect: connection refused"', "error"],
])("reports the worst statements of a log without times, undated: %s", async (_what, line, severity) => {
  const { findings, notes } = await find([
    stream("web", [...repeated(40, (n) => `served page ${n}`), ...repeated(9, () => line)]),
  ]);
  expect(findings).toMatchObject([
    { kind: "log.undated", entity: { id: "web" }, onsetMs: null, evidence: { facts: { severity, countAfter: 9 } } },
  ]);
  expect(findings[0]?.summary).toMatch(/^web logs ".+" 9 times, undated: its lines have no time$/);
  expect(notes).toContain("49 log records have no time: only their worst statements are reported, undated");
});

it("says how many lines have a time, with one as an example, without secrets", async () => {
  const { problems, findings } = await find([
    stream(
      "web",
      repeated(8729, (n) => `login with password=hunter${n} ok`),
    ),
  ]);
  expect(problems[0]?.[0]).toBe(1);
  const [, whole] = problems.find(([line]) => line === null) ?? [];
  expect(whole).toMatch(
    /^0 of 8,729 lines have a time that could be read, such as "login with password=⟨secret⟩ ok"\./,
  );
  expect(whole).toContain("kubectl logs --timestamps");
  expect(findings).toEqual([]);
});

it("gives the first lines of a log the time of the first line that has one", async () => {
  const lines = ["starting web", "FATAL: cannot bind port 80", "2026-03-01T10:00:00Z INFO listening"];
  const { lineCount, findings, problems } = await find([stream("web", lines)]);
  expect(lineCount).toBe(3);
  expect(problems).toEqual([]);
  expect(findings.filter(({ kind }) => kind === "log.undated")).toEqual([]);
});

it("keeps an undated log weaker than one with times", async () => {
  const { findings } = await find([
    stream(
      "web",
      repeated(100_000, () => "FATAL: out of memory"),
    ),
  ]);
  expect(findings[0]?.strength).toBeLessThanOrEqual(3);
});

it("reports JSON lines without a time as well", async () => {
  const lines = repeated(5, (n) => JSON.stringify({ level: "error", msg: `cannot reach mail: attempt ${n}` }));
  const { findings } = await find([stream("mail", lines, "jsonl")]);
  expect(findings).toMatchObject([{ kind: "log.undated", evidence: { facts: { countAfter: 5 } } }]);
});

it.each([
  ["syslog", "Mar  2 10:00:00 web sshd[12]: fatal: cannot bind port 22"],
  ["klog", "F0302 10:00:00.000000       1 server.go:12] cannot bind port 22"],
  ["a time of day alone", "10:00:00.123 ERROR cannot bind port 22"],
])("dates no line by a time without a year that nothing tells: %s", async (_what, line) => {
  const nowhere = { ...anIncident(), alarmAtMs: null, window: null, asOfMs: null };
  const { findings } = await find(
    [
      stream(
        "web",
        repeated(5, () => line),
      ),
    ],
    nowhere,
  );
  expect(findings).toMatchObject([{ kind: "log.undated", onsetMs: null, evidence: { facts: { countAfter: 5 } } }]);
  const alarmAtMs = Date.parse("2026-03-02T10:05:00Z");
  expect(
    (
      await find(
        [
          stream(
            "web",
            repeated(5, () => line),
          ),
        ],
        { ...nowhere, alarmAtMs },
      )
    ).problems,
  ).toEqual([]);
});
