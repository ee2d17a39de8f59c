import { join } from "node:path";
import { expect, it } from "vitest";
import { tempDir } from "../../compose/recorded-suite.ts";
import { brokenPromises, killAt } from "./kill-at.ts";

it("never runs an action twice and never loses one, wherever its worker is killed", async () => {
  const dir = await tempDir();
  const delays = [0, 60, 120, 200, 300, 420, 560, 700];
  const after = await Promise.all(
    delays.map((delayMs, at) => killAt(join(dir, String(at)), delayMs, at === 0 ? "begins" : "claimed")),
  );
  expect(after.flatMap((one) => brokenPromises(one).map((why) => `after ${one.delayMs} ms: ${why}`))).toEqual([]);
  expect(new Set(after.map(({ left }) => left)).size).toBeGreaterThan(1);
});
