import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findPrograms } from "../../../src/lab/trial/programs.ts";

function folderWith(...names: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "causeway-programs-"));
  for (const name of names) {
    writeFileSync(join(folder, name), "#!/bin/sh\n");
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

it("finds programs on the PATH, under the names of distributions too", () => {
  const folder = folderWith("kubectl", "prometheus", "prometheus-alertmanager");
  expect(findPrograms({ PATH: folder }, "/nowhere").alertmanager).toBe(join(folder, "prometheus-alertmanager"));
});
it("names all that are missing, and the variables that name them", () => {
  const missing = (): unknown => findPrograms({ PATH: folderWith("kubectl") }, "/nowhere");
  expect(missing).toThrow("the lab needs prometheus and alertmanager");
});
