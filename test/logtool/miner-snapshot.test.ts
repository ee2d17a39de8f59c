import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { openLogTool } from "../../src/compose/log-tool.ts";
import { withMask } from "../../src/logtool/mine-logs.ts";

const dir = mkdtempSync(join(tmpdir(), "causeway-snapshot-"));
afterAll(() => rmSync(dir, { recursive: true }));
const path = (name: string): string => join(dir, name);
const file = (name: string, text: string): string => {
  writeFileSync(path(name), text);
  return path(name);
};
const assignedOf = (mined: Awaited<ReturnType<ReturnType<typeof openLogTool>["mine"]>>): string =>
  Buffer.concat([...(mined.assigned?.(true) ?? [])]).toString();
const once = { assign: true, jobs: 1 };

const parts = fc.constantFrom(
  "open",
  "close",
  "user",
  "admin",
  "10.0.0.1",
  "7",
  "rhost=",
  "blk_12",
  "true",
  "\tat a.B.c(B.java:1)",
  "Mon",
  "",
);
const text = fc
  .array(
    fc.array(parts, { maxLength: 6 }).map((words) => words.join(" ")),
    { maxLength: 40 },
  )
  .map((lines) => `${lines.join("\n")}\n`);

it("continues from a state as if it had mined all files at once: ids, templates, parameters, counts", async () => {
  await fc.assert(
    fc.asyncProperty(text, text, async (first, then) => {
      const [a, b] = [file("a.log", first), file("b.log", then)];
      const straight = await openLogTool().mine([a, b], once);
      await (await openLogTool().mine([a], once)).save(path("state.json"));
      const resumed = await openLogTool().mine([b], { ...once, from: path("state.json") });
      expect(resumed.templates).toEqual(straight.templates);
      expect(
        assignedOf(await openLogTool().mine([a], once)).split("\n").length + assignedOf(resumed).split("\n").length,
      ).toBe(assignedOf(straight).split("\n").length + 1);
      expect(assignedOf(straight).endsWith(assignedOf(resumed))).toBe(true);
    }),
    { numRuns: 40 },
  );
});
it("keeps the masks, and refuses others", async () => {
  const settings = { masks: withMask("FRUIT=apple|pear") };
  await (await openLogTool().mine([file("m.log", "sold apple\n")], { ...once, settings })).save(path("masked.json"));
  const { templates } = await openLogTool().mine([file("n.log", "sold pear\n")], {
    ...once,
    from: path("masked.json"),
  });
  expect(templates).toMatchObject([{ typed: "sold <FRUIT>", count: 2, parameters: [{ examples: ["apple", "pear"] }] }]);
  const other = openLogTool().mine([path("n.log")], {
    ...once,
    from: path("masked.json"),
    settings: { masks: withMask("FRUIT=plum") },
  });
  await expect(other).rejects.toMatchObject({ code: "CONFIG", message: expect.stringContaining("other masks") });
});
it("is readable only for its owner, because it contains raw lines", async () => {
  await (await openLogTool().mine([file("o.log", "a 1\n")], once)).save(path("own.json"));
  expect(statSync(path("own.json")).mode & 0o077).toBe(0);
});
it("refuses a folder that it cannot write to", async () => {
  const mined = await openLogTool().mine([file("p.log", "a 1\n")], once);
  await expect(mined.save(join(dir, "none", "state.json"))).rejects.toMatchObject({ code: "CONFIG" });
});

it("reads a state of format 1, with the old names of clusters and segments", async () => {
  const lines = file("old.log", "open 1\nopen 2\nclose all\n");
  await (await openLogTool().mine([lines], once)).save(path("new.json"));
  const written = JSON.parse(readFileSync(path("new.json"), "utf8")) as Record<string, unknown>;
  const { clusters, ...state } = written.state as { clusters: { segments: unknown }[] };
  const oldClusters = clusters.map(({ segments: units, ...cluster }) => ({ ...cluster, units }));
  const old = file(
    "old.json",
    JSON.stringify({ ...written, format: "causeway.miner/1", state: { ...state, looks: oldClusters } }),
  );
  const [fromOld, fromNew] = await Promise.all(
    [old, path("new.json")].map((from) => openLogTool().mine([lines], { ...once, from })),
  );
  expect(fromOld?.templates).toEqual(fromNew?.templates);
  expect(fromOld?.lines).toBe(6);
});
it("refuses an invalid state, and says why", async () => {
  await (await openLogTool().mine([file("q.log", "a 1\nb 2\n")], once)).save(path("good.json"));
  const good = readFileSync(path("good.json"), "utf8");
  const load = (content: string) => openLogTool().mine([path("q.log")], { ...once, from: file("bad.json", content) });
  const change = (edit: (saved: { state: Record<string, unknown> }) => void): string => {
    const saved = JSON.parse(good) as { state: Record<string, unknown> };
    edit(saved);
    return JSON.stringify(saved);
  };
  const bad: readonly (readonly [string, RegExp])[] = [
    [good.slice(0, 200), /cut off/],
    ["", /cut off/],
    ["[]", /not a valid miner state/],
    [
      good.replace("causeway.miner/2", "causeway.miner/3"),
      /has the format causeway.miner\/3, but this program reads causeway.miner\/2/,
    ],
    [change(({ state }) => (state.idCount = 1e12)), /contradict/],
    [change(({ state }) => (state.clusters = [])), /contradict/],
    [change(({ state }) => (state.aliases = [[2, 2]])), /contradict/],
    [change(({ state }) => (state.lineCount = -1)), /lineCount/],
  ];
  for (const [content, message] of bad)
    await expect(load(content)).rejects.toMatchObject({ code: "BAD_INPUT", message: expect.stringMatching(message) });
  await expect(openLogTool().mine([path("q.log")], { ...once, from: path("none.json") })).rejects.toMatchObject({
    code: "CONFIG",
  });
});
