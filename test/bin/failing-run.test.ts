import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");

/** Runs vitest as `npm test` does, with the shared Postgres, on one test. */
function exitStatusOf(expectation: string): number | null {
  const dir = mkdtempSync(join(root, "test/.run-"));
  try {
    writeFileSync(
      join(dir, "one.test.ts"),
      `import { expect, it } from "vitest";\nit("compares", () => { ${expectation} });\n`,
    );
    writeFileSync(
      join(dir, "vitest.config.ts"),
      `export default { test: { root: ${JSON.stringify(dir)}, globalSetup: ["../postgres/start.ts"] } };\n`,
    );
    const vitest = join(root, "node_modules/vitest/vitest.mjs");
    const args = [vitest, "run", "--config", join(dir, "vitest.config.ts")];
    return spawnSync(process.execPath, args, { cwd: dir, stdio: "ignore" }).status;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

it("ends a run with a failed test with an exit status other than 0, and a good one with 0", () => {
  expect(exitStatusOf("expect(1).toBe(2)")).toBe(1);
  expect(exitStatusOf("expect(1).toBe(1)")).toBe(0);
});
