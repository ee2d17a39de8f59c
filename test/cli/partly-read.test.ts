import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { Report } from "../../src/domain/report.ts";
import { steady } from "../agent/fakes.ts";
import { tempDir, writeCase } from "../compose/recorded-suite.ts";
import { causeway } from "./run-cli.ts";

/** A quiet incident whose metrics a test damages. */
async function quiet(damage: (csv: string) => { name: string; bytes: string | Uint8Array }): Promise<Report> {
  const dir = await tempDir();
  const recorded = await writeCase(dir, "well", { series: steady });
  const { name, bytes } = damage(await readFile(join(recorded, "metrics.csv"), "utf8"));
  await rm(join(recorded, "metrics.csv"));
  await writeFile(join(recorded, name), bytes);
  return Report.parse(
    JSON.parse(
      (await causeway(["analyze", "well", "--json"], { env: { CAUSEWAY_HOME: join(dir, "home"), CAUSEWAY_DATA: dir } }))
        .stdout,
    ),
  );
}

it("calls it quiet when all was read", async () => {
  const report = await quiet((csv) => ({ name: "metrics.csv.gz", bytes: gzipSync(csv) }));
  expect(report).toMatchObject({ verdict: "no_incident", why: expect.not.stringContaining("in part") });
});

it("does not call it quiet when a file ends early, and names the data to get", async () => {
  const report = await quiet((csv) => ({ name: "metrics.csv.gz", bytes: gzipSync(csv).subarray(0, -12) }));
  expect(report).toMatchObject({
    verdict: "inconclusive",
    why: expect.stringMatching(/could not be checked completely: metrics\.$/),
    next_evidence: expect.arrayContaining([expect.stringContaining("Get the complete metrics")]),
  });
  expect(report.not_checked).toContainEqual({ source: "metrics", why: expect.stringContaining("damaged or cut off") });
});

it("calls it quiet when a line could not be read, and reports it in the verdict", async () => {
  const report = await quiet((csv) => ({ name: "metrics.csv", bytes: `${csv}\nnot a time,stock,service,cpu_usage,1` }));
  expect(report).toMatchObject({ verdict: "no_incident", why: expect.stringMatching(/Read only in part: metrics\.$/) });
});
