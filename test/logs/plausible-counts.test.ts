import { expect, it } from "vitest";
import type { Incident } from "../../src/domain/incident.ts";
import { logFindings } from "../../src/logs/findings.ts";
import { anIncident } from "../fakes.ts";

const START_MS = Date.parse("2026-03-01T09:00:00Z");
const MINUTE_MS = 60_000;
type Line = { atMs: number; body: string; service?: string };

const every = (stepMs: number, fromMin: number, toMin: number, body: string, service = "orders"): Line[] =>
  Array.from({ length: Math.ceil(((toMin - fromMin) * MINUTE_MS) / stepMs) }, (_, at) => ({
    atMs: START_MS + fromMin * MINUTE_MS + at * stepMs,
    body,
    service,
  }));

async function findingsOf(lines: readonly Line[], incident: Partial<Incident>, observedFromMs: number | null = null) {
  const text = lines
    .toSorted((a, b) => a.atMs - b.atMs)
    .map(({ atMs, body, service = "orders" }) => JSON.stringify({ timeUnixNano: `${atMs}000000`, service, body }))
    .join("\n");
  const chunks = (async function* () {
    yield Buffer.from(`${text}\n`);
  })();
  const own = [{ origin: "logs.jsonl", framing: "jsonl" as const, service: null, chunks }];
  const input = { own, shared: [], incident: anIncident(incident), connector: "files", query: "logs", observedFromMs };
  return (await logFindings(input)).findings;
}
const kinds = (findings: Awaited<ReturnType<typeof findingsOf>>): string[] =>
  findings.map(({ kind, evidence: { template } }) => `${kind} ${template}`);

it("reports errors of the window that a person gave, whatever was logged for hours after it", async () => {
  const at = (minute: number): number => START_MS + minute * MINUTE_MS;
  const findings = await findingsOf(
    [...every(4000, 0, 1200, "INFO request processed"), ...every(3500, 73, 74.5, "ERROR session store refused")],
    {
      alarmAtMs: at(73),
      window: { startMs: at(70), endMs: at(80) },
      baseline: { window: { startMs: at(0), endMs: at(70) }, shared: null },
    },
  );
  expect(kinds(findings)).toEqual(["log.new-template ERROR session store refused"]);
  expect(findings[0]?.evidence.facts).toMatchObject({ countBefore: 0, countAfter: 26 });
});

it("ends the incident an hour after the alarm if no window is given", async () => {
  const findings = await findingsOf(
    [
      ...every(4000, 0, 1200, "INFO request processed"),
      ...every(3500, 73, 74.5, "ERROR session store refused"),
      ...every(1000, 600, 660, "INFO nightly export wrote a row"),
    ],
    { alarmAtMs: START_MS + 73 * MINUTE_MS },
  );
  expect(kinds(findings)).toEqual(["log.new-template ERROR session store refused"]);
});

it("expects none of the lines that a program writes when it starts", async () => {
  const starting = Array.from({ length: 40 }, (_, n) => `INFO module ${"abcdefgh"[n % 8]} loaded`);
  const findings = await findingsOf(
    [...starting.map((body, n) => ({ atMs: START_MS + n, body })), ...every(1000, 0, 60, "INFO request processed")],
    { alarmAtMs: START_MS + 30 * MINUTE_MS },
  );
  expect(findings).toEqual([]);
});

it("never expects more lines than the time could hold", async () => {
  const findings = await findingsOf(
    [...every(100, 0, 2, "INFO cache lookup"), ...every(1000, 0, 90, "INFO request processed")],
    { alarmAtMs: START_MS + 2 * MINUTE_MS },
  );
  for (const { evidence } of findings) expect(Number(evidence.facts.expected)).toBeLessThanOrEqual(1200 * 10);
});

it("reports the last words of a program whose log is too short to have a quiet time", async () => {
  const findings = await findingsOf(
    [
      { atMs: START_MS, body: "INFO starting worker" },
      { atMs: START_MS + 400, body: "FATAL panic: index out of range" },
    ],
    { alarmAtMs: START_MS + MINUTE_MS },
  );
  expect(kinds(findings)).toEqual(["log.new-template FATAL panic: index out of range"]);
  expect(findings[0]?.summary).toContain("no quiet time to compare with");
  expect(Object.values(findings[0]?.evidence.facts ?? {}).filter((fact) => typeof fact === "number")).toSatisfy(
    (numbers: number[]) => numbers.every(Number.isFinite),
  );
});

it("takes the silence of a log for quiet time where other sources observed the system", async () => {
  const lines = [{ atMs: START_MS + 40 * MINUTE_MS, body: "ERROR could not extend file: No space left on device" }];
  const incident = { alarmAtMs: START_MS + 45 * MINUTE_MS };
  const [alone] = await findingsOf(lines, incident);
  const [observed] = await findingsOf(lines, incident, START_MS);
  expect(alone?.evidence.facts).toMatchObject({ quiet_seconds: 0 });
  expect(observed?.evidence.facts).toMatchObject({ quiet_seconds: 2400 });
  expect(observed?.summary).toContain("for the first time: once");
});

it("reports an error that came once as a weak sign, and one that came often as a strong one", async () => {
  const healthy = every(1000, 0, 45, "INFO request processed");
  const incident = { alarmAtMs: START_MS + 40 * MINUTE_MS };
  const once = { atMs: START_MS + 40.5 * MINUTE_MS, body: "ERROR getaddrinfo ENOTFOUND db.internal" };
  const [rare] = await findingsOf([...healthy, once], incident);
  const often = every(2000, 40, 45, "ERROR getaddrinfo ENOTFOUND db.internal");
  const [strong] = await findingsOf([...healthy, ...often], incident);
  expect(rare?.evidence.facts).toMatchObject({ rare: "yes", countAfter: 1 });
  expect(strong?.evidence.facts.rare).toBeUndefined();
  expect(rare?.strength).toBeLessThan((strong?.strength ?? 0) / 10);
});

it("counts a request line at error level apart from the same line at information level", async () => {
  const [found] = await findingsOf(
    [...every(1000, 0, 60, "INFO POST /orders 200 12ms"), ...every(2000, 40, 60, "ERROR POST /orders 500 12ms")],
    { alarmAtMs: START_MS + 41 * MINUTE_MS },
  );
  expect(found).toMatchObject({ kind: "log.new-template", evidence: { facts: { severity: "error", countBefore: 0 } } });
});
