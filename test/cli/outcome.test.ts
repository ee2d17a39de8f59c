import { join } from "node:path";
import { expect, it } from "vitest";
import { Report } from "../../src/domain/report.ts";
import { tempDir } from "../compose/recorded-suite.ts";
import { causeway } from "./run-cli.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures");

it("learns from what became of a fix, and warns where it failed before", { timeout: 60_000 }, async () => {
  const env = { CAUSEWAY_HOME: await tempDir(), CAUSEWAY_DATA: FIXTURES };
  const run = (...argv: string[]) => causeway(argv, { env });
  const report = Report.parse(JSON.parse((await run("analyze", "shop-001", "--json")).stdout));
  const [action] = report.actions;
  const id = action?.id ?? "";

  expect(await run("outcome", id, "helped")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("was not approved, so it cannot have a result"),
  });
  await run("approve", id);
  expect((await run("outcome", id, "did-not-help", "--by", "kim", "--note", "still slow")).stdout).toBe(
    `Recorded: ${id} did not help. The memory keeps it as a fix that failed.\n`,
  );
  const remembered = async () => JSON.parse((await run("memory", "export")).stdout.trim().split("\n")[0] ?? "{}");
  expect(await remembered()).toMatchObject({
    outcome: "unknown",
    resolution: null,
    tried: [{ step: action?.title, result: "did_not_help", why: "still slow", by: "kim" }],
  });
  await run("outcome", id, "helped", "--by", "kim");
  expect(await remembered()).toMatchObject({ outcome: "confirmed", outcomeBy: "kim" });
  await run("outcome", id, "did-not-help", "--by", "kim");
  expect(await remembered()).toMatchObject({ outcome: "unknown", tried: [{ result: "did_not_help" }] });
  const lines = (await run("audit", "export", "--jsonl")).stdout.trim().split("\n");
  const effects = lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind === "result");
  expect(effects.map(({ payload }) => payload.effect)).toEqual(["did_not_help", "helped", "did_not_help"]);
});

it("keeps why an action was rejected", { timeout: 60_000 }, async () => {
  const env = { CAUSEWAY_HOME: await tempDir(), CAUSEWAY_DATA: FIXTURES };
  const run = (...argv: string[]) => causeway(argv, { env });
  const report = Report.parse(JSON.parse((await run("analyze", "shop-001", "--json")).stdout));
  const id = report.actions[0]?.id ?? "";
  const rejected = await run("reject", id, "--reason", "wrong_cause", "--note", "it was DNS", "--by", "kim", "--json");
  expect(JSON.parse(rejected.stdout)).toMatchObject({ decision: "rejected", reason: "wrong_cause" });
  const [remembered] = (await run("memory", "export")).stdout.trim().split("\n");
  expect(JSON.parse(remembered ?? "{}")).toMatchObject({
    outcome: "wrong",
    outcomeBy: "kim",
    tried: [{ result: "rejected", why: "wrong cause: it was DNS" }],
  });
});
