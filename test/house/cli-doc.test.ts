import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { EXIT } from "../../src/cli/exit-codes.ts";
import { CLI_DOC, freshCliDoc } from "./cli-doc-parts.ts";

it("documents every command and option as commander defines it (fix: npm run cli-doc)", async () => {
  expect(readFileSync(CLI_DOC, "utf8")).toBe(await freshCliDoc());
});

it("documents every exit code", () => {
  const documented = [...readFileSync(CLI_DOC, "utf8").matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
  expect(documented).toEqual(Object.values(EXIT));
});
