import { expect, it } from "vitest";
import { IncidentError } from "../../src/domain/errors.ts";
import type { Incident } from "../../src/domain/incident.ts";
import type { Problem } from "../../src/domain/ports.ts";
import type { LogStream } from "../../src/domain/telemetry.ts";
import { logFindings } from "../../src/logs/findings.ts";

const START_MS = Date.parse("2026-01-05T10:00:00Z");
const incident = (over: Partial<Incident> = {}): Incident => ({
  id: "i1",
  title: "t",
  system: null,
  suite: null,
  alarmAtMs: START_MS + 120_000,
  window: { startMs: START_MS, endMs: START_MS + 300_000 },
  baseline: { window: null, shared: null },
  excludeBaseline: [],
  asOfMs: null,
  entry: null,
  target: null,
  vocabulary: null,
  ...over,
});

type Line = { atMs: number; service: string; body: string; trace?: string };
let order = 0;
const row = ({ atMs, service, body, trace }: Line): string =>
  JSON.stringify({
    timeUnixNano: String(BigInt(Math.round(atMs)) * 1_000_000n + BigInt((order += 1) % 1000)),
    service,
    pod: null,
    body,
    traceId: trace ?? null,
    spanId: trace === undefined ? null : `${trace}-${service}`,
  });

async function* bytes(text: string, failure?: Error): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < text.length; at += 65_536) yield Buffer.from(text.slice(at, at + 65_536));
  if (failure) throw failure;
}
const stream = (lines: readonly string[], failure?: Error): LogStream => ({
  origin: "logs.jsonl",
  framing: "jsonl",
  service: null,
  chunks: bytes(`${lines.join("\n")}\n`, failure),
});

/**
 * One request a second: the front calls the store, which reads and then writes; then the front answers. `write` false:
 * the request breaks off before the store writes.
 */
function requests(fromMs: number, count: number, { write = true, stay = true } = {}): Line[] {
  return Array.from({ length: count }, (_, i) => {
    const atMs = fromMs + i * 1000;
    const trace = `t${fromMs}-${i}`;
    return [
      { atMs, service: "front", body: `GET /cart/${i} begins`, trace },
      { atMs: atMs + 10, service: "store", body: `reading cart ${i}`, trace },
      ...(write ? [{ atMs: atMs + 20, service: "store", body: `writing cart ${i} took ${i % 7} ms`, trace }] : []),
      ...(write || stay ? [{ atMs: atMs + 30, service: "front", body: `GET /cart/${i} ends`, trace }] : []),
    ];
  }).flat();
}
const find = (
  own: LogStream[],
  shared: LogStream[] = [],
  over: Partial<Incident> = {},
  onProblem?: (problem: Problem) => void,
) =>
  logFindings({
    own,
    shared,
    incident: incident(over),
    connector: "files",
    query: "logs",
    ...(onProblem ? { onProblem } : {}),
  });

it("reports a new template with its numbers, the time it first appeared and an example line", async () => {
  const errors = Array.from({ length: 40 }, (_, i): Line => ({
    atMs: START_MS + 150_000 + i * 3000,
    service: "store",
    body: `ERROR connection to front refused after ${i} tries`,
  }));
  const { findings } = await find([
    stream([...requests(START_MS, 300), ...errors].sort((a, b) => a.atMs - b.atMs).map(row)),
  ]);
  const found = findings.find(({ kind }) => kind === "log.new-template");
  expect(found).toMatchObject({
    entity: { id: "store", kind: "service" },
    peer: "front",
    onsetMs: START_MS + 150_000,
    evidence: {
      template: "ERROR connection to front refused after <*> tries",
      facts: { countBefore: 0, severity: "error", firstSeen: "2026-01-05T10:02:30.000Z" },
    },
  });
  expect(found?.evidence.exemplar).toMatch(/^ERROR connection to front refused after \d+ tries$/);
  expect(found?.evidence.query).toMatch(/^logs logs\.jsonl:\d+$/);
});

it("reports a template that stopped, and not the ones that continue", async () => {
  const beats = (fromMs: number, n: number) =>
    Array.from({ length: n }, (_, i): Line => ({ atMs: fromMs + i * 1000, service: "clock", body: `heartbeat ${i}` }));
  const lines = [...requests(START_MS, 300), ...beats(START_MS, 150)].sort((a, b) => a.atMs - b.atMs);
  const { findings } = await find([stream(lines.map(row))]);
  expect(
    findings
      .filter(({ kind }) => kind === "log.vanished-template")
      .map(({ entity, evidence }) => [entity.id, evidence.template]),
  ).toEqual([["clock", "heartbeat <*>"]]);
});

it("does not report a burst when the whole load doubles", async () => {
  const twice = [
    ...requests(START_MS, 150),
    ...requests(START_MS + 150_000, 150),
    ...requests(START_MS + 150_500, 150),
  ].sort((a, b) => a.atMs - b.atMs);
  const { findings } = await find([stream(twice.map(row))]);
  expect(findings.filter(({ kind }) => kind === "log.bursting-template")).toEqual([]);
});

it("reports an event that no longer follows another, at the service where it happens, with its numbers", async () => {
  const lines = [...requests(START_MS, 150), ...requests(START_MS + 150_000, 150, { write: false, stay: false })];
  const { findings } = await find([stream(lines.map(row))]);
  const flows = findings.filter(({ kind }) => kind === "log.event-flow");
  expect(flows[0]?.entity.id).toBe("store");
  expect(flows[0]?.evidence).toMatchObject({
    template: "reading cart <*> → writing cart <*> took <*> ms",
    facts: { shareBefore: expect.closeTo(100, -1), shareAfter: 0, gained: "(end)" },
  });
  expect(Math.abs((flows[0]?.onsetMs ?? 0) - (START_MS + 150_000))).toBeLessThan(15_000);
});

it("blames the callee for a missing line if its caller behaves as before", async () => {
  const silent = requests(START_MS + 150_000, 150).filter(({ service }) => service === "front");
  const { findings } = await find([stream([...requests(START_MS, 150), ...silent].map(row))]);
  expect(findings.filter(({ kind }) => kind === "log.event-flow").map(({ entity }) => entity.id)).toContain("store");
});

it("finds the change without an alarm, and with one that is 90 s off", async () => {
  const lines = [...requests(START_MS, 150), ...requests(START_MS + 150_000, 150, { write: false, stay: false })].map(
    row,
  );
  for (const alarmAtMs of [null, START_MS + 60_000, START_MS + 240_000]) {
    const { findings } = await find([stream(lines)], [], { alarmAtMs });
    expect(findings[0]).toMatchObject({ entity: { id: "store" }, kind: "log.event-flow" });
  }
});

it("finds a fault that fills the whole window by comparing it with a recording of another time", async () => {
  const own = requests(START_MS, 150, { write: false, stay: false });
  const { findings } = await find([stream(own.map(row))], [stream(requests(START_MS - 3_600_000, 60).map(row))]);
  expect(findings[0]).toMatchObject({ entity: { id: "store" }, kind: "log.event-flow" });
});

it("finds nothing in a healthy recording, with or without another one to compare", async () => {
  const own = requests(START_MS, 300).map(row);
  expect((await find([stream(own)])).findings).toEqual([]);
  expect((await find([stream(own)], [stream(requests(START_MS - 3_600_000, 60).map(row))])).findings).toEqual([]);
});

it("skips records after asOfMs, and parts of the baseline that contain other faults", async () => {
  const late = Array.from({ length: 30 }, (_, i): Line => ({
    atMs: START_MS + 200_000 + i,
    service: "store",
    body: "ERROR out of luck",
  }));
  const lines = [...requests(START_MS, 300), ...late].sort((a, b) => a.atMs - b.atMs).map(row);
  const asOf = await find([stream(lines)], [], { asOfMs: START_MS + 199_000 });
  expect(asOf.findings).toEqual([]);
  const earlier = Array.from({ length: 30 }, (_, i): Line => ({
    atMs: START_MS - 3_500_000 + i,
    service: "store",
    body: "ERROR out of luck",
  }));
  const shared = [...requests(START_MS - 3_600_000, 60), ...earlier].sort((a, b) => a.atMs - b.atMs).map(row);
  const kinds = async (excludeBaseline: Incident["excludeBaseline"]) =>
    (await find([stream(lines)], [stream(shared)], { excludeBaseline })).findings.map(({ kind }) => kind);
  expect(await kinds([])).not.toContain("log.new-template");
  expect(await kinds([{ startMs: START_MS - 3_500_000, endMs: START_MS - 3_400_000 }])).toContain("log.new-template");
});

it("skips broken lines, names file and line, and analyses the rest", async () => {
  const problems: Problem[] = [];
  const lines = requests(START_MS, 300).map(row);
  lines.splice(
    3,
    0,
    "{not json",
    '{"timeUnixNano":"x","body":"b"}',
    '{"timeUnixNano":"1"}',
    "[1]",
    `{"body":"${"x".repeat(2_000_000)}"}`,
  );
  const { lineCount } = await find([stream(lines)], [], {}, (problem) => problems.push(problem));
  expect(lineCount).toBe(1200);
  expect(problems.map(({ line, what }) => [line, what.replace(/\d+/g, "N")])).toEqual([
    [4, "not JSON"],
    [5, "no time (timeUnixNano)"],
    [6, "no body"],
    [7, "not a JSON object"],
    [8, "skipped, because the line is longer than N bytes"],
    [null, expect.stringContaining('of N,N lines could be read, such as "{not json"')],
  ]);
  expect(problems.every(({ source }) => source === "logs.jsonl")).toBe(true);
});
it("reports the first five of many equal problems, then their number", async () => {
  const problems: Problem[] = [];
  await find(
    [stream([...requests(START_MS, 10).map(row), ...Array.from({ length: 90 }, () => "nonsense")])],
    [],
    {},
    (problem) => problems.push(problem),
  );
  expect(problems.length).toBe(7);
  expect(problems[5]?.what).toMatch(/^40 of 130 lines could be read, such as "nonsense"\. Send one JSON object a line/);
  expect(problems[6]).toEqual({ source: "logs.jsonl", line: null, what: "not JSON (90 lines in total)" });
});
it("keeps the records read before a stream fails", async () => {
  const problems: Problem[] = [];
  const cut = Object.assign(new Error("unexpected end of file"), { code: "Z_BUF_ERROR" });
  const { lineCount } = await find([stream(requests(START_MS, 10).map(row), cut)], [], {}, (problem) =>
    problems.push(problem),
  );
  expect(lineCount).toBe(40);
  expect(problems).toEqual([
    { source: "logs.jsonl", line: 40, what: "the stream ends here with an error: unexpected end of file" },
  ]);
});
it("rethrows an error of the source, so that the agent can retry", async () => {
  const down = new IncidentError("UNAVAILABLE", "down", { hint: "later" });
  await expect(find([stream([], down)])).rejects.toBe(down);
});
it("stops when aborted", async () => {
  const abort = new AbortController();
  abort.abort(new Error("enough"));
  await expect(
    logFindings({
      own: [stream(requests(START_MS, 10).map(row))],
      shared: [],
      incident: incident(),
      connector: "files",
      query: "logs",
      signal: abort.signal,
    }),
  ).rejects.toThrow("enough");
});
it("notes that there were no log records", async () => {
  expect(await find([stream([])])).toEqual({
    findings: [],
    ownCount: 0,
    comparable: false,
    lineCount: 0,
    templateCount: 0,
    services: [],
    notes: ["no log records"],
  });
});
it("counts the incident's own records apart from the baseline's, and says whether they can be compared", async () => {
  const rows = requests(START_MS, 10).map(row);
  expect(await find([stream([])], [stream(rows)])).toMatchObject({ findings: [], ownCount: 0, comparable: false });
  expect(await find([stream(rows)], [stream(rows)])).toMatchObject({ ownCount: rows.length, comparable: true });
});
it("reports no findings if the baseline has another log format than the incident", async () => {
  const shop = requests(START_MS, 200);
  const kinds = (rename: (body: string) => string) => [
    stream(
      shop.flatMap((line, i) => [
        row(line),
        row({
          ...line,
          body: rename(`step ${["alpha", "beta", "gamma", "delta", "epsilon"][i % 5]} of the order is done`),
        }),
      ]),
    ),
  ];
  const otherFormat = [
    stream(shop.map((line) => row({ ...line, body: JSON.stringify({ lvl: "I", message: line.body.split(" ")[0] }) }))),
  ];
  expect(
    await find(
      kinds((body) => body),
      otherFormat,
    ),
  ).toMatchObject({ findings: [], comparable: false, notes: [expect.stringContaining("too few message types")] });
  expect(
    await find(
      kinds((body) => body),
      kinds((body) => body),
    ),
  ).toMatchObject({ comparable: true, notes: [] });
});
it("reads the header of each raw line, and adds a stack trace to the line before it", async () => {
  const at = (ms: number) => new Date(ms).toISOString();
  const lines = [
    ...Array.from({ length: 300 }, (_, i) => `${at(START_MS + i * 1000)} INFO a.b.Store: reading cart ${i}`),
    ...Array.from(
      { length: 20 },
      (_, i) => `${at(START_MS + 250_000 + i)} ERROR a.b.Store: no connection ${i}\n\tat com.Store.read(Store.java:7)`,
    ),
  ];
  const raw: LogStream = {
    origin: "store.log",
    framing: "raw",
    service: "store",
    chunks: bytes(`${lines.join("\n")}\n`),
  };
  const { findings } = await find([raw]);
  expect(findings.map(({ kind, entity, evidence }) => [kind, entity.id, evidence.template])).toEqual([
    ["log.new-template", "store", "no connection <*>"],
  ]);
});
it("returns the same bytes for the same input", async () => {
  const lines = [...requests(START_MS, 150), ...requests(START_MS + 150_000, 150, { write: false })].map(row);
  expect(JSON.stringify(await find([stream(lines)]))).toBe(JSON.stringify(await find([stream(lines)])));
});
