import { expect, it } from "vitest";
import { changesOf } from "../../src/app/execute/report-change.ts";
import type { ExecutionRun } from "../../src/domain/execution.ts";

const run = (part: ExecutionRun["part"], startedAtMs: number): ExecutionRun => ({
  part,
  startedAtMs,
  endedAtMs: startedAtMs + 5,
  ended: "exited",
  exitCode: 0,
  output: "",
  outputBytes: 0,
});

it("an execution is one change, and its undoing another; reads are none", () => {
  const changes = changesOf(
    {
      id: "x1",
      runs: [run("check", 0), run("apply", 10), run("verify", 20), run("rollback", 30), run("verify", 40)],
      by: { surface: "cli", id: "ana", name: "Ana" },
    },
    { title: "Roll back cart", kind: "rollback", target: { id: "shop/cart", kind: "service" } },
  );
  expect(changes).toEqual([
    {
      timeUnixMs: 15,
      beganUnixMs: 10,
      entity: "shop/cart",
      kind: "deploy",
      id: "x1-apply",
      summary: "Causeway executed: Roll back cart",
      author: "Ana",
    },
    expect.objectContaining({ timeUnixMs: 35, id: "x1-rollback", summary: "Causeway undid: Roll back cart" }),
  ]);
});
