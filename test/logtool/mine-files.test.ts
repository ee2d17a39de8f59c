import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, it } from "vitest";
import { openLogTool } from "../../src/compose/log-tool.ts";
import { logFiles } from "../../src/connectors/files/log-files.ts";
import { sessionKeyOf } from "../../src/logtool/session-key-of.ts";
import { openStretch, stretchesOf } from "../../src/logtool/stretches.ts";
import type { Problem } from "../../src/domain/ports.ts";

const { mine } = openLogTool();
const dir = mkdtempSync(join(tmpdir(), "causeway-mine-"));
afterAll(() => rmSync(dir, { recursive: true }));
const file = (name: string, bytes: string | Uint8Array): string => {
  writeFileSync(join(dir, name), bytes);
  return join(dir, name);
};
const lines = (from: number, n: number): string =>
  Array.from(
    { length: n },
    (_, i) =>
      `${["open", "close", "read"][(from + i) % 3]} file ${i} of ` +
      `user${String.fromCharCode(97 + (i % 26))} took ${i} ms\n`,
  ).join("");

it("returns the same ids and templates for any number of threads", async () => {
  const paths = [0, 1, 2, 3].map((i) => file(`part${i}.log`, lines(i, 500)));
  const assigned = async (jobs: number) =>
    Buffer.concat([...((await mine(paths, { assign: true, jobs })).assigned?.() ?? [])]).toString();
  const once = await assigned(1);
  expect(once.split("\n").length).toBe(2001);
  expect(await assigned(3)).toBe(once);
});
it("returns the same ids for any number of threads beyond the cluster limit, and counts dropped clusters", async () => {
  const word = (n: number): string =>
    Array.from({ length: 6 }, (_, i) => String.fromCharCode(97 + (Math.floor(n / 7 ** i) % 7) + i)).join("");
  const strange = (from: number) =>
    Array.from(
      { length: 7000 },
      (_, i) =>
        `${Array.from({ length: 2 + (i % 5) }, (_unused, at) => word((from + i) * 131 + at * 7919)).join(" ")}\n`,
    ).join("");
  const paths = [0, 1, 2].map((i) => file(`strange${i}.log`, strange(i * 7000)));
  const mined = await Promise.all([1, 3].map((jobs) => mine(paths, { assign: true, jobs })));
  const [one, three] = mined.map(({ assigned }) => Buffer.concat([...(assigned?.() ?? [])]).toString());
  expect(one === three).toBe(true);
  expect(one?.split("\n").length).toBe(21_001);
  expect(mined.map(({ evicted }) => evicted)).toEqual([mined[0]?.evicted, mined[0]?.evicted]);
  expect(mined[0]?.evicted).toBeGreaterThan(1000);
  expect(one).toContain("-1\t<*>\n");
});
it("lists every id that a line ever had under its final id", async () => {
  const names = ["root", "uucp", "ftp", "git", "mysql", "nobody"];
  const { templates, assigned } = await mine(
    [file("names.log", `${names.map((name) => `Failed password for ${name} from 10.0.0.1`).join("\n")}\nother line\n`)],
    { assign: true, jobs: 1 },
  );
  expect(templates.map(({ id, aliases, count }) => [id, aliases, count])).toEqual([
    [0, [1, 2, 3, 4, 5], 6],
    [6, [], 1],
  ]);
  const rows = Buffer.concat([...(assigned?.(true) ?? [])])
    .toString()
    .trim()
    .split("\n")
    .map((row) => row.split("\t").slice(0, 2).map(Number));
  expect(rows).toEqual([
    [0, 0],
    [0, 1],
    [0, 2],
    [0, 3],
    [0, 4],
    [0, 5],
    [6, 6],
  ]);
});
it("never splits a stack trace", async () => {
  const trace =
    "2024-03-05 10:00:00 ERROR a.b.C: boom\njava.lang.Error: x\n\tat a.B.c(B.java:1)\n\tat a.B.d(B.java:2)\n";
  const path = file("traces.log", trace.repeat(200));
  for (const bytes of [100, 777, 1000])
    for (const { start } of await stretchesOf(logFiles, [path], bytes)) expect(start % trace.length).toBe(0);
});
it("writes one line for each line, including empty ones", async () => {
  const { assigned } = await mine([file("gaps.log", "a 1\n\na 2")], { assign: true, jobs: 1 });
  expect(Buffer.concat([...(assigned?.() ?? [])]).toString()).toBe("0\ta <*>\n1\t\n0\ta <*>\n");
});
it("reads gz, and keeps the lines before a damaged part, which it reports", async () => {
  const whole = gzipSync(lines(0, 5000));
  const problems: Problem[] = [];
  const options = { assign: false, jobs: 1, onProblem: (problem: Problem) => problems.push(problem) };
  expect((await mine([file("whole.log.gz", whole)], options)).lines).toBe(5000);
  expect(problems).toEqual([]);
  expect((await mine([file("cut.log.gz", whole.subarray(0, whole.length - 40))], options)).lines).toBeGreaterThan(1000);
  expect(problems).toEqual([expect.objectContaining({ what: expect.stringContaining("damaged or cut off") })]);
});
it("names a missing file, in any thread", async () => {
  for (const jobs of [1, 2])
    await expect(mine([join(dir, "none.log"), join(dir, "none2.log")], { assign: false, jobs })).rejects.toMatchObject({
      code: "CONFIG",
    });
});
it("divides big files at the ends of lines, and loses nothing", async () => {
  const text = lines(0, 300);
  const path = file("big.log", text);
  const stretches = await stretchesOf(logFiles, [path], 1000);
  expect(stretches.length).toBeGreaterThan(5);
  let joined = "";
  for (const stretch of stretches) {
    let part = "";
    for await (const chunk of openStretch(logFiles, stretch)) part += Buffer.from(chunk).toString();
    expect(part.endsWith("\n")).toBe(true);
    joined += part;
  }
  expect(joined).toBe(text);
});
it("accepts a session key that would make a backtracking engine explode, and refuses an invalid one", () => {
  expect(sessionKeyOf("(a+)+$").find(`${"a".repeat(5000)}!`)).toEqual([]);
  expect(sessionKeyOf("id=([0-9]+)").find("id=7 id=8 id=7")).toEqual(["7", "8"]);
  expect(() => sessionKeyOf("(")).toThrow(/not a valid pattern/);
});
