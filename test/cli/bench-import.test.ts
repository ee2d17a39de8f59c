import { join } from "node:path";
import { expect, it } from "vitest";
import { writeTree } from "../bench/import/trees/made-tree.ts";
import { rcaevalTree } from "../bench/import/trees/rcaeval.ts";
import { tempDir } from "../compose/recorded-suite.ts";
import { causeway } from "./run-cli.ts";

it("imports a benchmark, and says what became of it", async () => {
  const [from, to] = [await writeTree(rcaevalTree()), join(await tempDir(), "suite")];
  const { code, stdout } = await causeway(["bench", "import", "rcaeval", from, to, "--entry", "gateway"]);
  expect(code).toBe(0);
  expect(stdout.replaceAll(to, "SUITE")).toBe(`1 case in SUITE
  cases with logs: 1
  cases with metrics: 1
  cases with traces: 1
  log records: 560
  samples: 1680
  spans: 560
Licence: none found. Ask the authors before you pass anything on.
Where it came from: SUITE/provenance.json
`);
});

it("refuses an unknown layout with the known ones, and a wrong tree with what was expected", async () => {
  const unknown = await causeway(["bench", "import", "other", ".", "suite"]);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain("rcaeval");
  const wrong = await causeway([
    "bench",
    "import",
    "rcaeval",
    await writeTree({ "a.txt": "" }),
    join(await tempDir(), "suite"),
  ]);
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toMatch(/not in the layout of rcaeval: no inject_time.txt[^]*<service>_<fault>/);
});
