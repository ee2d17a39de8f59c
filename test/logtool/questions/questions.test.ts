import { expect, it } from "vitest";
import { askLogs, LogQuery } from "../../../src/logtool/questions/ask.ts";
import { diffSources } from "../../../src/logtool/questions/diff.ts";
import { indexLogs } from "../../../src/logtool/questions/log-index.ts";
import { readParameters } from "../../../src/logs/templates/parameters.ts";
import { summarise } from "../../../src/logtool/questions/summary.ts";
import { type MinedTemplate, TemplateMiner } from "../../../src/logs/templates/template-miner.ts";
import { watchLines } from "../../../src/logtool/questions/watch.ts";

const at = (second: number) => new Date(Date.parse("2024-03-05T10:00:00Z") + second * 1000).toISOString();
const source = (origin: string, lines: readonly string[]) => ({
  origin,
  chunks: [Buffer.from(`${lines.join("\n")}\n`)],
});
const quiet = Array.from({ length: 120 }, (_, i) => `${at(i)} INFO a.b.Cart: served cart ${i} in ${i % 9} ms`);
const broken = Array.from({ length: 30 }, (_, i) => `${at(90 + i)} ERROR a.b.Store: no connection to 10.0.0.${i}`);
const log = () => indexLogs([source("a.log", [...quiet, ...broken])]);
const ask = async (query: unknown) => askLogs(await log(), LogQuery.parse(query));

it("counts by template, most frequent first, with the first line of each", async () => {
  expect((await ask({})).map(({ group, count, reference }) => [group, count, reference])).toEqual([
    ["served cart <*> in <*> ms", 120, "a.log:1"],
    ["no connection to <*>", 30, "a.log:121"],
  ]);
});
it("filters by severity, text, logger and time, and returns nothing if nothing matches", async () => {
  expect((await ask({ where: { severity: "error" } })).map(({ group }) => group)).toEqual(["no connection to <*>"]);
  expect((await ask({ where: { text: "CART" } })).length).toBe(1);
  expect((await ask({ where: { logger: "a.b.Store" }, groupBy: "logger" })).map(({ count }) => count)).toEqual([30]);
  expect(
    (await ask({ where: { window: { endMs: Date.parse(at(9)) } }, groupBy: "none" })).map(({ count }) => count),
  ).toEqual([10]);
  expect(await ask({ where: { text: "nowhere" } })).toEqual([]);
});
it("groups by minute, with rates and first and last times", async () => {
  expect((await ask({ groupBy: "minute", measure: "first" })).map(({ group, count }) => [group, count])).toEqual([
    ["2024-03-05T10:00:00.000Z", 60],
    ["2024-03-05T10:01:00.000Z", 90],
  ]);
  const [row] = await ask({ where: { severity: "error" }, measure: "rate" });
  expect(row).toMatchObject({ firstSeen: at(90), lastSeen: at(119), perMinute: expect.closeTo(30 / (29 / 60), 5) });
});
it("compares two windows, with a positive g2 for new lines", async () => {
  const [first] = await ask({
    measure: "diff",
    against: { endMs: Date.parse(at(59)) },
    where: { window: { startMs: Date.parse(at(60)) } },
  });
  expect(first).toMatchObject({ group: "no connection to <*>", before: 0, count: 30 });
  expect(first?.g2).toBeGreaterThan(10);
});
it("refuses an unknown query", () => {
  expect(LogQuery.safeParse({ groupBy: "colour" }).success).toBe(false);
});

it("finds new and vanished templates between two logs, and nothing between equal ones", async () => {
  const pair = await indexLogs([
    source("a", [...quiet, ...quiet.map((line) => line.replace("served", "priced"))]),
    source("b", [...quiet, ...broken]),
  ]);
  expect(diffSources(pair, 1).map(({ kind, template }) => [kind, template])).toEqual(
    expect.arrayContaining([
      ["new", "no connection to <*>"],
      ["vanished", "priced cart <*> in <*> ms"],
    ]),
  );
  expect(diffSources(await indexLogs([source("a", quiet), source("b", quiet)]), 1)).toEqual([]);
});

it("puts the fault first in a summary of 300,000 lines, in under 10,000 characters", async () => {
  const noise = Array.from(
    { length: 300_000 },
    (_, i) =>
      `${at(Math.floor(i / 300))} INFO a.b.Mod${i % 40}: ` +
      `${["read", "wrote", "kept", "moved"][i % 4]} item ${i} of ${"abcdefghij"[i % 10]} store`,
  );
  noise.splice(290_000, 0, ...Array.from({ length: 12 }, () => `${at(970)} ERROR a.b.Pool: pool exhausted after 30 s`));
  const { text, rows, lines } = summarise(await indexLogs([source("big.log", noise)]), null);
  expect(lines).toBe(300_012);
  expect(text.length).toBeLessThan(10_000);
  expect(rows[0]).toMatchObject({
    template: "pool exhausted after <*> s",
    severity: "error",
    count: 12,
    reference: "big.log:290001",
  });
});

it("finds the types of parameters and keeps a few of their values", () => {
  const miner = new TemplateMiner();
  for (let i = 0; i < 64; i += 1) {
    const line = Buffer.from(
      `from 10.0.0.${i} port ${4000 + i} open=${i % 2 === 0} id 123e4567-e89b-12d3-a456-4266141740${i + 10}`,
    );
    miner.add(line, 0, line.length);
  }
  const { typedText, parameters } = readParameters(miner.resolve().templates[0] as MinedTemplate);
  expect(typedText).toBe("from <IP> port <NUM> open=<BOOL> id <UUID>");
  expect(parameters[1]).toMatchObject({ type: "NUM", least: 4000 });
  expect(parameters.every(({ examples }) => examples.length <= 5)).toBe(true);
});

it("reports a new template and a burst as lines arrive, and nothing else", async () => {
  const lines = [
    ...Array.from({ length: 3000 }, (_, i) => (i % 100 === 0 ? `retry ${i}` : `served ${i} carts`)),
    "disk full on node 7",
    ...Array.from({ length: 200 }, (_, i) => `retry ${i}`),
  ];
  const seen: string[] = [];
  await watchLines(source("x", lines).chunks as unknown as AsyncIterable<Uint8Array>, ({ kind, template }) =>
    seen.push(`${kind}: ${template}`),
  );
  expect(seen).toEqual(["new-template: disk full on node <*>", "burst: retry <*>"]);
});
