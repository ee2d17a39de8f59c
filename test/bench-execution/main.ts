// Kills a worker at random points of an execution, and checks that nothing ran twice or was lost.
// Usage: npm run bench:execution -- [points] [seed]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brokenPromises, killAt } from "../app/execute/kill-at.ts";

const [points = 50, seed = 1] = process.argv.slice(2).map(Number);
/** Longer than the execution takes, so that some end before they are killed. Milliseconds. */
const LONGEST_MS = { begins: 1_500, claimed: 1_800 };

/** Numbers in [0, 1) that are the same for the same seed. @see Numerical Recipes, quick and dirty generators */
function randomFrom(start: number): () => number {
  let state = start >>> 0;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}

const random = randomFrom(seed);
const dir = mkdtempSync(join(tmpdir(), "causeway-kill-"));
const left = new Map<string, number>();
let broken = 0;
let changed = 0;
for (let point = 0; point < points; point += 1) {
  const from = point % 3 === 0 ? "begins" : "claimed";
  const after = await killAt(join(dir, String(point)), Math.round(random() * LONGEST_MS[from]), from);
  const why = brokenPromises(after);
  const state = after.left ?? "not claimed";
  left.set(state, (left.get(state) ?? 0) + 1);
  broken += why.length > 0 ? 1 : 0;
  changed += after.changes;
  if (why.length > 0) process.stdout.write(`after ${after.delayMs} ms: ${why.join("; ")}\n`);
}
rmSync(dir, { recursive: true, force: true });
process.stdout.write(
  `${points} kills: ${[...left].map(([state, count]) => `${count} ${state}`).join(", ")}; ` +
    `the change ran in ${changed} of them, never twice in one; ${broken} broke a promise\n`,
);
process.exitCode = broken === 0 ? 0 : 1;
