import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { cutObservation } from "../../../src/bench/orchestrated/cut-observation.ts";
import { openSessions, type Sessions } from "../../../src/bench/orchestrated/sessions.ts";
import { openCheckpoints } from "../../../src/compose/checkpoints.ts";
import { tempDir } from "../../compose/recorded-suite.ts";

const request = {
  desc: "Namespace: shop",
  instructions: "",
  apis: { exec_shell: "" },
  problemId: "x-detection-1",
  maxSteps: 60,
};
const conclude = async () => ({ submit: "submit()", calls: [], summary: "" });
const deployments = [
  "NAME READY UP-TO-DATE AVAILABLE AGE",
  ...Array.from({ length: 60 }, (_, at) => `svc-${at} 0/1 0 0 5m`),
];
const answerTo = (call: string): string =>
  call.includes("get deployments") ? deployments.map((row) => row.replaceAll(" ", "   ")).join("\n") : "nothing";

/** Acts from a step on. @returns the calls. */
async function act(sessions: Sessions, id: string, steps: { from: number; count: number }) {
  const calls: string[] = [];
  for (let step = steps.from; step < steps.from + steps.count; step += 1) {
    const observation = step === 0 ? "" : answerTo(calls.at(-1) ?? "");
    calls.push((await sessions.act(id, observation, step)).call);
  }
  return calls;
}

it("keeps one checkpoint of a session, and goes on from it after a restart", async () => {
  const path = join(await tempDir(), "sessions.db");
  const first = openCheckpoints(path);
  const before = openSessions({ conclude }, first.checkpointer, first.keepLatest);
  const { id } = await before.open(request);
  const calls = await act(before, id, { from: 0, count: 8 });
  let kept = 0;
  for await (const _ of first.checkpointer.list({ configurable: { thread_id: id } })) kept += 1;
  expect(kept).toBe(1);
  first.close();

  const second = openCheckpoints(path);
  onTestFinished(second.close);
  const after = openSessions({ conclude }, second.checkpointer, second.keepLatest);
  expect((await after.act(id, "sent again", 7)).call).toBe(calls.at(-1));
  calls.push(...(await act(after, id, { from: 8, count: 2 })));
  expect(new Set(calls).size).toBe(10);
  expect((await after.trace(id)).turns.map(({ call }) => call)).toEqual(calls);
});

it("cuts late observations of a session shorter, so that all of them stay small", () => {
  const sizes: number[] = [];
  for (let step = 0; step < 200; step += 1) sizes.push(cutObservation("x".repeat(600_000), sizes).length);
  expect(sizes[0]).toBe(500_009);
  expect(sizes.at(-1)).toBe(20_009);
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(12_000_000);
  expect(cutObservation(`a${"-".repeat(600_000)}z`, [])).toMatch(/^a-+\n… cut …\n-+z$/);
  expect(cutObservation("short", sizes)).toBe("short");
});
