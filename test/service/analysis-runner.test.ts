import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import type { NodeName } from "../../src/agent/nodes-table.ts";
import { type AnalysisRunner, createAnalysisRunner } from "../../src/service/analysis-runner.ts";
import { silentLog } from "../agent/fakes.ts";
import { HANG_MS } from "../hang.ts";
import type { ComputingWorkerData } from "./computing-worker.ts";

const limits = { silentMs: 60_000, drainMs: 1, wholeMs: HANG_MS };
const never = new AbortController().signal;

/** A runner whose threads compute without end in the step `computes`, and whose time passes when the test says so. */
function runnerOf(computes: NodeName | null) {
  const blocked = new Int32Array(new SharedArrayBuffer(4));
  const ticks = new Set<() => void>();
  const runner: AnalysisRunner = createAnalysisRunner(
    {
      entry: new URL("./computing-worker.ts", import.meta.url),
      workerData: { computes, blocked } satisfies ComputingWorkerData,
    },
    {
      limits,
      log: silentLog,
      every(_ms, tick) {
        ticks.add(tick);
        return () => void ticks.delete(tick);
      },
    },
  );
  return {
    runner,
    /** How often the step began to compute. */
    timesBlocked: () => Atomics.load(blocked, 0),
    /** Resolves when the step computes for the time number `times`. */
    async computing(times: number): Promise<void> {
      while (Atomics.load(blocked, 0) < times) await Atomics.waitAsync(blocked, 0, times - 1).value;
      for (let turns = 0; turns < 3; turns += 1) await turn(); // what the thread sent before has come
    },
    /** Lets more time pass than a thread may be silent. */
    passTime(): void {
      for (let beats = 0; beats < 100; beats += 1) for (const tick of ticks) tick();
    },
  };
}

it("ends the thread of a step that computes without end, tries it once more, and reports it as not checked", async () => {
  const { runner, computing, passTime, timesBlocked } = runnerOf("read-cluster");
  const running = runner.run("an-1", { signal: never, drain: never });
  for (const times of [1, 2]) {
    await computing(times);
    passTime();
  }
  expect(await running).toMatchObject({ kind: "ended", status: "done", counts: { failedSources: ["cluster"] } });
  expect(timesBlocked()).toBe(2);
  await runner.close();
});

it("fails with the name of the step if no report can do without it", async () => {
  const { runner, computing, passTime, timesBlocked } = runnerOf("rank-causes");
  const running = runner.run("an-1", { signal: never, drain: never });
  for (const times of [1, 2]) {
    await computing(times);
    passTime();
  }
  expect(await running).toMatchObject({
    kind: "failed",
    code: "REJECTED", // no worker tries it again
    message: "the step rank-causes was ended twice because it did not end in time",
  });
  expect(timesBlocked()).toBe(2);
  await runner.close();
});

it("leaves the analysis to the next process if a step computes on when the process ends", async () => {
  const { runner, computing } = runnerOf("walk-traces");
  const drain = new AbortController();
  const running = runner.run("an-1", { signal: never, drain: drain.signal });
  await computing(1);
  drain.abort();
  expect(await running).toEqual({ kind: "left" });
  await runner.close();
});

it("lets a thread load the program for as long as it takes, and ends none that answers", async () => {
  const { runner, passTime } = runnerOf(null);
  const running = runner.run("an-1", { signal: never, drain: never });
  passTime(); // nothing has come from the thread yet
  expect(await running).toMatchObject({ kind: "ended", counts: { failedSources: [] } });
  await runner.close();
});
