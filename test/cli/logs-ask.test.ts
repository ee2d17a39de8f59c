import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { AskAnswer } from "../../src/domain/ask-answer.ts";
import { causeway } from "./run-cli.ts";

const dir = mkdtempSync(join(tmpdir(), "causeway-logs-ask-"));
afterAll(() => rmSync(dir, { recursive: true }));
const log = join(dir, "access.log");
const agents = ["curl/8.0", "Firefox/1", "Firefox/1", "kube-probe/1"];
writeFileSync(
  log,
  Array.from({ length: 40 }, (_, i) => {
    const agent = agents[i % 4] ?? "";
    const status = agent.startsWith("Firefox") && i % 3 === 0 ? 502 : 200;
    const clock = `08:${String(Math.floor(i / 10)).padStart(2, "0")}:${String((i * 6) % 60).padStart(2, "0")}`;
    return `10.0.0.${i % 5} - - [23/Nov/2026:${clock} +0000] "GET /p/${i} HTTP/1.1" ${status} ${i} "-" "${agent}"\n`;
  }).join(""),
);

it("answers a typed plan with counts, bars and lines", async () => {
  const { code, stdout } = await causeway(["logs", "ask", log, "logs where level >= error | count by user_agent"]);
  expect(code).toBe(0);
  expect(stdout).toContain("Matched     6 of 40 lines");
  expect(stdout).toMatch(/6 {2}█+ {2}Firefox\/1/);
  expect(stdout).toContain("access.log:7");
  expect(stdout).toMatch(/Over time {3}[·▁▂▃▄▅▆▇█]{24}/);
});

it("prints the answer as JSON of one form", async () => {
  const { stdout } = await causeway(["logs", "ask", log, "--json", "--plan", '{"select":"logs","by":["client"]}']);
  const answer = AskAnswer.parse(JSON.parse(stdout));
  expect(answer).toMatchObject({ schema_version: "causeway.answer/1", planned_by: "person", refusal: null });
  expect(answer.table?.rows).toHaveLength(5);
});

it("reads a plan from a file, and only prints it with --explain", async () => {
  const plan = join(dir, "plan.txt");
  writeFileSync(plan, "logs | p90(bytes) by userAgent | top 1\n");
  const { stdout } = await causeway(["logs", "ask", log, "--plan", plan, "--explain"]);
  expect(stdout).toBe("Plan        logs | p90(bytes) by user_agent | top 1\n");
});

it("refuses a plan that does not fit, with what is possible", async () => {
  const { code, stdout } = await causeway(["logs", "ask", log, "logs where statsu >= 500 | count by usr_agent"]);
  expect(code).toBe(1);
  expect(stdout).toContain('logs have no field "statsu"');
  expect(stdout).toContain("logs where status >= 500 | count by user_agent | top 20");
});

it("proposes a plan for a question when there is no model, and runs nothing", async () => {
  const { code, stdout } = await causeway(["logs", "ask", log, "which user agent has the most errors?"]);
  expect(code).toBe(1);
  expect(stdout).toContain("logs where level >= error | count by user_agent | top 20");
  expect(stdout).not.toContain("Matched");
});

it("says what is missing when there is a question and no file", async () => {
  const { code, stderr } = await causeway(["logs", "ask", "which user agent has the most errors?"]);
  expect(code).toBe(1);
  expect(stderr).toContain("Give the files first");
});
