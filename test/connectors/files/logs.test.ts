import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { log, opened, textOf } from "./suite.ts";

const MS = "1700000000000";
const lines = [
  log(`${MS}000000`, "first"),
  log(`${MS}000001`, "a nanosecond later"),
  log("1700000001000000000", "a second later"),
];

it.each(["logs.jsonl", "logs.jsonl.gz", "logs.jsonl.zst"])("returns the records of %s byte for byte", async (name) => {
  const { ask, problems } = await opened({ [name]: `${lines.join("\n")}\n` });
  const [stream] = await ask("log");
  expect(stream).toMatchObject({ origin: name, framing: "jsonl", service: null });
  expect(await textOf(stream)).toBe(`${lines.join("\n")}\n`);
  expect(problems()).toEqual([]);
});

it("applies a window to the nanosecond, and leaves an empty line for each skipped line", async () => {
  const { ask } = await opened({ "logs.jsonl": lines.join("\n") });
  const [stream] = await ask("log", { range: { startMs: 1_700_000_000_000, endMs: 1_700_000_000_000 } });
  expect(await textOf(stream)).toBe(`${lines[0]}\n\n\n`);
});

it.each([
  [
    "a later key inside a text",
    `{"timeUnixNano":"5","body":"\\"timeUnixNano\\":\\"9000000000\\"","service":"s"}`,
    true,
  ],
  ["a key that is not the first", '{"body":"x","timeUnixNano": 5}', true],
  ["an earlier key inside another object", '{"attributes":{"timeUnixNano":"5"},"timeUnixNano":"9000000000"}', false],
  ["the same key twice, where the last one counts", '{"timeUnixNano":"5","timeUnixNano":"9000000000"}', false],
  ["a key that only looks like it", '{"timeUnixNanos":"5","timeUnixNano":"9000000000"}', false],
  ["blanks around everything", ' { "timeUnixNano" :  "5" , "body":"x" } \r', true],
])("reads the time correctly with %s", async (_, line, known) => {
  const { ask, problems } = await opened({ "logs.jsonl": line }, { asOf: "1970-01-01T00:00:01Z" });
  const [stream] = await ask("log");
  expect((await textOf(stream)).trim()).toBe(known ? line.trim() : "");
  expect(problems()).toEqual([]);
});

it("reports each invalid line, and keeps the others in place", async () => {
  const { ask, problems } = await opened({
    "logs.jsonl": [lines[0], "not json", '{"body":"no time"}', '{"timeUnixNano":"5","body":"hal', "[1]", lines[2]].join(
      "\n",
    ),
  });
  const [stream] = await ask("log");
  expect(await textOf(stream)).toBe(`${lines[0]}\n\n\n\n\n${lines[2]}\n`);
  expect(problems()).toEqual([
    { source: "logs.jsonl", line: 2, what: "not a JSON object with a timeUnixNano" },
    { source: "logs.jsonl", line: 3, what: "not a JSON object with a timeUnixNano" },
    { source: "logs.jsonl", line: 4, what: "half a JSON object" },
    { source: "logs.jsonl", line: 5, what: "not a JSON object with a timeUnixNano" },
  ]);
});

it("reports five invalid lines of a kind, and counts the others", async () => {
  const { ask, problems } = await opened({ "logs.jsonl": `${"x\n".repeat(40)}${lines[0]}` });
  const [stream] = await ask("log");
  expect((await textOf(stream)).trim()).toBe(lines[0]);
  expect(problems().map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, null]);
  expect(problems().at(-1)?.what).toBe("not a JSON object with a timeUnixNano: and 35 more");
});

it("returns every whole line before the end of a truncated gz", async () => {
  const many = Array.from({ length: 20_000 }, (_, i) =>
    log(`17000000${String(i).padStart(11, "0")}`, `record ${(i * 2_654_435_761) % 1_000_003}`),
  );
  const packed = gzipSync(`${many.join("\n")}\n`);
  const { ask, problems } = await opened({
    "logs.jsonl.gz": packed.subarray(0, Math.floor(packed.length / 2)),
  });
  const [stream] = await ask("log");
  const given = (await textOf(stream)).trimEnd().split("\n");
  expect(given.length).toBeGreaterThan(8000);
  expect(given).toEqual(many.slice(0, given.length));
  expect(problems()).toEqual([
    { source: "logs.jsonl.gz", line: null, what: expect.stringMatching(/damaged or cut off/), isCut: true },
  ]);
});

it("returns the lines before damage in the middle of a gz, and ends", async () => {
  const many = Array.from({ length: 20_000 }, (_, i) =>
    log(`17000000${String(i).padStart(11, "0")}`, `record ${(i * 2_654_435_761) % 1_000_003}`),
  );
  const packed = gzipSync(`${many.join("\n")}\n`);
  packed.fill(0xff, packed.length / 2, packed.length / 2 + 2000);
  const { ask, problems } = await opened({ "logs.jsonl.gz": packed });
  const [stream] = await ask("log");
  const given = (await textOf(stream)).trimEnd().split("\n");
  expect(given.slice(0, 5000)).toEqual(many.slice(0, 5000));
  expect(problems().map(({ what }) => what)).toContainEqual(expect.stringMatching(/damaged or cut off/));
});

it.each([
  ["logs.jsonl", new Uint8Array(), /^empty$/],
  ["logs.jsonl.gz", new Uint8Array(), /^empty, not even gzip$/],
  ["logs.jsonl.gz", gzipSync(""), /^empty$/],
  ["logs.jsonl.gz", Buffer.from("this is no gzip"), /damaged or cut off/],
])("reports an empty %s", async (name, bytes, what) => {
  const { ask, problems } = await opened({ [name]: bytes });
  const [stream] = await ask("log");
  expect(await textOf(stream)).toBe("");
  expect(problems()).toMatchObject([{ source: name, line: null, what: expect.stringMatching(what) }]);
});

it("reads several gz members and trailing zeros", async () => {
  const packed = Buffer.concat([gzipSync(`${lines[0]}\n`), gzipSync(`${lines[1]}\n`), Buffer.alloc(512)]);
  const { ask, problems } = await opened({ "logs.jsonl.gz": packed });
  const [stream] = await ask("log");
  expect(await textOf(stream)).toBe(`${lines[0]}\n${lines[1]}\n`);
  expect(problems()).toEqual([]);
});

it("skips a line of 200 MB, and keeps the count of lines", async () => {
  const bytes = Buffer.concat([
    Buffer.from(`${lines[0]}\n`),
    Buffer.alloc(200 * 1024 * 1024, "x"),
    Buffer.from(`\n${lines[1]}\nbroken\n`),
  ]);
  const { ask, problems } = await opened({ "logs.jsonl": bytes });
  const [stream] = await ask("log");
  const given = await textOf(stream);
  expect(given).toBe(`${lines[0]}\n\n${lines[1]}\n\n`);
  expect(problems()).toEqual([
    { source: "logs.jsonl", line: 2, what: "a line longer than 8 MiB was skipped" },
    { source: "logs.jsonl", line: 4, what: "not a JSON object with a timeUnixNano" },
  ]);
});

it("reports a line that is not UTF-8, and still returns it", async () => {
  const bytes = Buffer.concat([
    Buffer.from(`${lines[0]}\n{"timeUnixNano":"5","body":"`),
    Buffer.from([0xff, 0xfe]),
    Buffer.from('"}\n'),
  ]);
  const { ask, problems } = await opened({ "logs.jsonl": bytes });
  const [stream] = await ask("log");
  expect((await textOf(stream)).split("\n")).toHaveLength(3);
  expect(problems()).toEqual([{ source: "logs.jsonl", line: 2, what: expect.stringContaining("not UTF-8") }]);
});

it("gives a team's log files raw, with the name of the file as service", async () => {
  const { ask, problems } = await opened({
    "web.log": "GET /\n",
    "logs/orders.log.gz": "started\nfailed",
    "logs/notes.txt": "no log",
  });
  const streams = await ask("log", { range: { startMs: 0, endMs: 1 } });
  expect(streams.map(({ origin, framing, service }) => [origin, framing, service])).toEqual([
    ["web.log", "raw", "web"],
    ["logs/orders.log.gz", "raw", "orders"],
  ]);
  expect(await Promise.all(streams.map(textOf))).toEqual(["GET /\n", "started\nfailed"]);
  expect(problems()).toEqual([]);
});

it("skips raw logs with asOf set, and says so", async () => {
  const { ask, problems } = await opened({ "web.log": "GET /\n" }, { asOf: "2026-01-01T00:00:00Z" });
  expect(await ask("log")).toEqual([]);
  expect(problems()).toEqual([{ source: "web.log", line: null, what: expect.stringContaining("skipped") }]);
});

it("stops reading on abort", async () => {
  const { ask } = await opened({ "logs.jsonl": `${lines[0]}\n`.repeat(50_000) });
  const given = new AbortController();
  const [stream] = await ask("log", { signal: given.signal });
  const read = async (): Promise<void> => {
    for await (const chunk of stream?.chunks ?? []) if (chunk.length > 0) given.abort(new Error("enough"));
  };
  await expect(read()).rejects.toThrow("enough");
});
