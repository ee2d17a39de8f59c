import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, it } from "vitest";
import { sessionKeyOf } from "../../src/compose/log-verbs.ts";
import { mineLogFiles } from "../../src/compose/mine-logs.ts";
import { openStretch, stretchesOf } from "../../src/compose/open-log.ts";
import type { Problem } from "../../src/domain/ports.ts";

const dir = mkdtempSync(join(tmpdir(), "causeway-mine-"));
afterAll(() => rmSync(dir, { recursive: true }));
const file = (name: string, bytes: string | Uint8Array): string => {
  writeFileSync(join(dir, name), bytes);
  return join(dir, name);
};
const lines = (from: number, n: number): string => Array.from({ length: n }, (_, i) => `${["open", "close", "read"][(from + i) % 3]} file ${i} of user${String.fromCharCode(97 + (i % 26))} took ${i} ms\n`).join("");

it("gives the same ids and templates on any number of threads", async () => {
  const paths = [0, 1, 2, 3].map((i) => file(`part${i}.log`, lines(i, 500)));
  const assigned = async (jobs: number) => Buffer.concat([...((await mineLogFiles(paths, { assign: true, jobs })).assigned?.() ?? [])]).toString();
  const once = await assigned(1);
  expect(once.split("\n").length).toBe(2001);
  expect(await assigned(3)).toBe(once);
});
it("writes one line for each line, empty ones too", async () => {
  const { assigned } = await mineLogFiles([file("gaps.log", "a 1\n\na 2")], { assign: true, jobs: 1 });
  expect(Buffer.concat([...(assigned?.() ?? [])]).toString()).toBe("0\ta <*>\n1\t\n0\ta <*>\n");
});
it("reads gz, and keeps what comes before a damage that it names", async () => {
  const whole = gzipSync(lines(0, 5000));
  const problems: Problem[] = [];
  const options = { assign: false, jobs: 1, onProblem: (problem: Problem) => problems.push(problem) };
  expect((await mineLogFiles([file("whole.log.gz", whole)], options)).lines).toBe(5000);
  expect(problems).toEqual([]);
  expect((await mineLogFiles([file("cut.log.gz", whole.subarray(0, whole.length - 40))], options)).lines).toBeGreaterThan(1000);
  expect(problems).toEqual([expect.objectContaining({ what: expect.stringContaining("damaged or cut off") })]);
});
it("names a file that is not there, in whatever thread", async () => {
  for (const jobs of [1, 2]) await expect(mineLogFiles([join(dir, "none.log"), join(dir, "none2.log")], { assign: false, jobs })).rejects.toMatchObject({ code: "CONFIG" });
});
it("cuts big files at the ends of lines, and loses nothing", async () => {
  const text = lines(0, 300);
  const path = file("big.log", text);
  const stretches = await stretchesOf([path], 1000);
  expect(stretches.length).toBeGreaterThan(5);
  let joined = "";
  for (const stretch of stretches) {
    let part = "";
    for await (const chunk of openStretch(stretch)) part += Buffer.from(chunk).toString();
    expect(part.endsWith("\n")).toBe(true);
    joined += part;
  }
  expect(joined).toBe(text);
});
it("takes a session key that would make a backtracking engine explode, and refuses one that is none", () => {
  expect(sessionKeyOf("(a+)+$").find(`${"a".repeat(5000)}!`)).toEqual([]);
  expect(sessionKeyOf("id=([0-9]+)").find("id=7 id=8 id=7")).toEqual(["7", "8"]);
  expect(() => sessionKeyOf("(")).toThrow(/not a pattern/);
});
