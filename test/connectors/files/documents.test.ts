import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { opened } from "./suite.ts";

it("reads the topology", async () => {
  const { ask } = await opened({
    "topology.json": '{"nodes":[{"id":"a"}],"edges":[{"from":"a","to":"b","kind":"runs_on"}],"made":"by hand"}',
  });
  expect(await ask("topology")).toEqual({
    nodes: [{ id: "a", kind: "service" }],
    edges: [{ from: "a", to: "b", kind: "runs_on" }],
  });
});

it("reads a topology with only edges, and one with only nodes", async () => {
  const topology = async (text: string) => (await opened({ "topology.json": text })).ask("topology");
  expect(await topology('{"edges":[{"from":"a","to":"b"}]}')).toEqual({
    nodes: [],
    edges: [{ from: "a", to: "b", kind: "calls" }],
  });
  expect(await topology('{"nodes":[{"id":"a","kind":"pod"}]}')).toEqual({
    nodes: [{ id: "a", kind: "pod" }],
    edges: [],
  });
});

it.each([
  ['{"nodes":[', /^topology.json: not JSON/],
  ["", /^topology.json: empty/],
  ['{"nodes":[{"id":""}],"edges":[]}', /nodes\[0\]\.id/],
  ['{"services":[]}', /neither nodes nor edges/],
])("refuses the topology %j, naming the file and the reason", async (text, reason) => {
  const { ask } = await opened({ "topology.json": text });
  await expect(ask("topology")).rejects.toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringMatching(reason),
  });
});

it("refuses a truncated document", async () => {
  const packed = gzipSync(JSON.stringify({ "GetPods:{}": "x".repeat(1000) }));
  const { ask } = await opened({ "tool_cache.json.gz": packed.subarray(0, packed.length - 12) });
  await expect(ask("cluster")).rejects.toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringMatching(/tool_cache.json.gz: damaged or cut off/),
  });
});

it("returns the recorded outputs of diagnostic tools with their arguments", async () => {
  const cache = {
    'GetLogs:{"pod":"web:1","tail":5}': "line\n",
    Version: "1.30",
    "Broken:{": "x",
    "List:[]": "x",
    'Json:{"a":1}': { b: 2 },
  };
  const { ask, problems } = await opened({ "tool_cache.json.gz": JSON.stringify(cache) });
  expect(await ask("cluster")).toEqual([
    { tool: "GetLogs", args: { pod: "web:1", tail: 5 }, text: "line\n" },
    { tool: "Version", args: {}, text: "1.30" },
    { tool: "Json", args: { a: 1 }, text: '{"b":2}' },
  ]);
  expect(problems().map(({ what }) => what)).toEqual([expect.stringMatching(/Broken/), expect.stringMatching(/List/)]);
});

it("reads alerts and changes line by line, names invalid lines, and keeps unknown fields of a change", async () => {
  const { ask, problems } = await opened({
    "alerts.jsonl":
      '{"timeUnixMs":5,"entity":"shop","name":"slow","direction":"up"}\n\nnonsense\n' +
      '{"timeUnixMs":6,"name":"no entity"}\n',
    "changes.jsonl":
      '{"timeUnixMs":5,"entity":"shop","kind":"rename","id":"c1","author":"kim"}\n' +
      '{"timeUnixMs":9,"entity":"shop","kind":"deploy","id":"c2"}\n',
  });
  expect(await ask("alert")).toEqual([
    {
      timeUnixMs: 5,
      entity: "shop",
      entityKind: "service",
      signal: "metric",
      name: "slow",
      direction: "up",
      peer: null,
      count: 1,
      message: null,
    },
  ]);
  expect(problems().map(({ line, what }) => [line, what])).toEqual([
    [3, "not a valid record: not a JSON object"],
    [4, expect.stringMatching(/^not a valid record: entity: /)],
  ]);
  expect(await ask("change", { range: { startMs: 0, endMs: 5 } })).toEqual([
    { timeUnixMs: 5, entity: "shop", kind: "other", id: "c1", summary: null, author: "kim" },
  ]);
});

it("treats an empty file of alerts as quiet", async () => {
  const { ask, problems } = await opened({ "alerts.jsonl": "" });
  expect(await ask("alert")).toEqual([]);
  expect(problems()).toEqual([]);
});
