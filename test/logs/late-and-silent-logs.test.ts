import { describe, expect, it } from "vitest";
import type { Incident } from "../../src/domain/incident.ts";
import { logFindings } from "../../src/logs/findings.ts";
import { anIncident } from "../fakes.ts";

const START_MS = Date.parse("2026-06-03T08:00:00Z");
const MINUTE_MS = 60_000;
const at = (minute: number): Date => new Date(START_MS + minute * MINUTE_MS);
const iso = (minute: number): string => at(minute).toISOString();
const spaced = (minute: number): string => iso(minute).replace("T", " ").replace("Z", "");

async function findingsOf(lines: readonly string[], incident: Partial<Incident>, observedFromMs: number | null = null) {
  const chunks = (async function* () {
    yield Buffer.from(`${lines.join("\n")}\n`);
  })();
  const own = [{ origin: "app.log", framing: "raw" as const, service: "app", chunks }];
  const input = { own, shared: [], incident: anIncident(incident), connector: "files", query: "logs", observedFromMs };
  return (await logFindings(input)).findings.map(({ kind, summary, evidence }) => ({
    kind,
    summary,
    ...evidence.facts,
  }));
}

/** One line of a healthy program every `everyMin` minutes. */
const healthy = (line: (minute: number) => string, untilMin: number, everyMin = 0.1): string[] =>
  Array.from({ length: Math.round(untilMin / everyMin) }, (_, n) => line(n * everyMin));
const inserted = (lines: readonly string[], more: readonly string[], untilMin: number, everyMin = 0.1): string[] => {
  const index = Math.round(untilMin / everyMin);
  return [...lines.slice(0, index), ...more, ...lines.slice(index)];
};

/** A product's harmless line, and the line of its failure. */
const PRODUCTS: readonly [string, (minute: number) => string, (minute: number) => string][] = [
  [
    "Kafka, a trace",
    (m) => `[${spaced(m).replace(".", ",")}] INFO [Log partition=orders-1] Rolled new log segment. (kafka.log.Log)`,
    (m) =>
      `[${spaced(m).replace(".", ",")}] ERROR Error while writing to checkpoint file (kafka.server.LogDirFailureChannel)\n` +
      "java.io.IOException: No space left on device\n\tat java.io.FileOutputStream.writeBytes(Native Method)",
  ],
  [
    "MySQL",
    (m) => `${iso(m)} 8 [Note] [MY-010914] [Server] Aborted nothing, all well`,
    (m) => `${iso(m)} 0 [ERROR] [MY-012592] [InnoDB] Operating system error number 28 in a file operation.`,
  ],
  [
    "RabbitMQ",
    (m) => `${spaced(m)}000+00:00 [info] <0.7.0> accepting AMQP connection <0.9.0>`,
    (m) => `${spaced(m)}000+00:00 [error] <0.7.0> publishers will be blocked until this alarm clears`,
  ],
  [
    "Redis",
    (m) => `1:M 03 Jun 2026 ${iso(m).slice(11, 23)} * 10 changes in 300 seconds. Saving...`,
    (m) => `1:M 03 Jun 2026 ${iso(m).slice(11, 23)} # Can't save in background: fork: Cannot allocate memory`,
  ],
  [
    "pino",
    (m) => `{"level":30,"time":${at(m).getTime()},"msg":"cart read"}`,
    (m) => `{"level":50,"time":${at(m).getTime()},"msg":"read ECONNRESET"}`,
  ],
  [
    "a common access log",
    (m) => `10.1.1.9 - - [03/Jun/2026:${iso(m).slice(11, 19)} +0000] "GET /q HTTP/1.1" 200 5`,
    (m) => `10.1.1.9 - - [03/Jun/2026:${iso(m).slice(11, 19)} +0000] "GET /q HTTP/1.1" 503 5`,
  ],
];

describe.each(PRODUCTS)("%s", (_, usual, failing) => {
  it.each([1, 8, 20, 40])("reports an error that came once, %d min before the alarm", async (lag) => {
    const found = await findingsOf(inserted(healthy(usual, 120), [failing(90)], 90), {
      alarmAtMs: START_MS + (90 + lag) * MINUTE_MS,
    });
    expect(found).toEqual([expect.objectContaining({ kind: "log.new-template", countAfter: 1 })]);
  });

  it("reports the failure of a log that holds nothing else", async () => {
    const lines = Array.from({ length: 12 }, (_unused, n) => failing(n));
    const found = await findingsOf(lines, { alarmAtMs: START_MS + 10 * MINUTE_MS });
    expect(found).toEqual([expect.objectContaining({ kind: "log.new-template", countAfter: 12, quiet_seconds: 0 })]);
    expect(found[0]?.summary).toContain("no quiet time to compare with");
  });

  it("counts the silence of a log as quiet time where the baseline was given", async () => {
    const found = await findingsOf([failing(60), failing(61), failing(62)], {
      alarmAtMs: START_MS + 62 * MINUTE_MS,
      window: { startMs: START_MS + 55 * MINUTE_MS, endMs: START_MS + 65 * MINUTE_MS },
      baseline: { window: { startMs: START_MS, endMs: START_MS + 55 * MINUTE_MS }, shared: null },
    });
    expect(found).toEqual([expect.objectContaining({ countAfter: 3, quiet_seconds: 3600 })]);
  });

  it("reports a burst that was over ten minutes before the alarm, in a log of a day", async () => {
    const burst = Array.from({ length: 30 }, (_unused, n) => failing(120 + n * 0.1));
    const found = await findingsOf(inserted(healthy(usual, 1440, 0.2), burst, 120, 0.2), {
      alarmAtMs: START_MS + 133 * MINUTE_MS,
    });
    expect(found).toEqual([expect.objectContaining({ kind: "log.new-template", countAfter: 30 })]);
  });
});

it("takes odd errors for usual if the quiet time has some too", async () => {
  const [usual, failing] = [
    (m: number) => `${iso(m)} INFO page served`,
    (m: number, what: string) => `${iso(m)} ERROR ${what}`,
  ];
  const odd = inserted(healthy(usual, 180), [failing(30, "upstream reset the stream")], 30);
  const lines = inserted(odd, [failing(120, "image has no thumbnail, sent as it is")], 120);
  expect(await findingsOf(lines, { alarmAtMs: START_MS + 150 * MINUTE_MS })).toEqual([]);
});

it("does not report that errors stopped", async () => {
  const lines = [
    ...healthy((m) => `${iso(m)} INFO page served`, 60),
    ...healthy((m) => `${iso(60 + m)} INFO page served`, 60),
  ];
  const failing = healthy((m) => `${iso(m)} ERROR cache refused the value`, 60);
  const found = await findingsOf([...lines, ...failing].toSorted(), { alarmAtMs: START_MS + 60 * MINUTE_MS });
  expect(found.filter(({ kind }) => kind === "log.vanished-template")).toEqual([]);
});

describe("the lines of a start", () => {
  it.each([
    [
      "probes of a load balancer",
      (n: number) => `10.1.1.9 - - [03/Jun/2026:08:00:00 +0000] "GET /warm HTTP/1.1" 200 ${n}`,
      (m: number) => `10.1.1.9 - - [03/Jun/2026:${iso(m).slice(11, 19)} +0000] "GET /p HTTP/1.1" 200 7`,
    ],
    ["routes", () => `${iso(0)} INFO route added`, (m: number) => `${iso(m)} INFO route added`],
    [
      "logfmt",
      () => `ts=${iso(0)} level=info msg="rule loaded"`,
      (m: number) => `ts=${iso(m)} level=info msg="rule loaded"`,
    ],
    [
      "JSON",
      () => `{"time":"${iso(0)}","level":"info","msg":"bean mapped"}`,
      (m: number) => `{"time":"${iso(m)}","level":"info","msg":"bean mapped"}`,
    ],
    [
      "syslog",
      () => "<30>Jun  3 08:00:00 web app[7]: module loaded",
      (m: number) => `<30>Jun  3 ${iso(m).slice(11, 19)} web app[7]: module loaded`,
    ],
  ])("are not expected later: %s", async (_, starting, later) => {
    const lines = [
      ...Array.from({ length: 40 }, (_unused, n) => starting(n)),
      ...Array.from({ length: 14 }, (_unused, n) => later(0.3 + n * 0.12)),
    ];
    expect(await findingsOf(lines, { alarmAtMs: START_MS + 2.1 * MINUTE_MS })).toEqual([]);
  });
});
