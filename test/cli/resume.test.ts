import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { sqliteAnalysisStore } from "../../src/connectors/sqlite/analysis-store.ts";
import { Report } from "../../src/domain/report.ts";
import { tempDir, writeCase } from "../compose/recorded-suite.ts";
import { causeway } from "./run-cli.ts";
import { eventually } from "../eventually.ts";

const program = join(import.meta.dirname, "../../bin/causeway.js");

/** An analysis in another process that waits for metrics, which come through a pipe that nobody writes to. */
async function waiting() {
  const dir = await tempDir();
  const metrics = join(await writeCase(dir, "sick"), "metrics.csv");
  await rename(metrics, join(dir, "metrics.csv"));
  execFileSync("mkfifo", [metrics]);
  const env = { CAUSEWAY_HOME: join(dir, "home"), CAUSEWAY_DATA: dir };
  const child = spawn(process.execPath, [program, "analyze", "sick"], {
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: "ignore",
  });
  const store = await sqliteAnalysisStore(join(env.CAUSEWAY_HOME, "causeway.db"));
  const { id } = await eventually(async () => {
    const [record] = await store.listAnalyses();
    if (record) return record;
    throw new Error("not yet begun");
  });
  await store.close();
  const run = (...argv: string[]) => causeway(argv, { env });
  /** Afterwards the metrics are all there. */
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await once(child, "exit");
    await rm(metrics);
    await copyFile(join(dir, "metrics.csv"), metrics);
  };
  return { id, env, run, kill };
}

async function killed() {
  const { kill, ...left } = await waiting();
  await kill();
  return left;
}

it("goes on in another process after kill -9, to the same analysis and the question that it would have put", async () => {
  const { id, env, run } = await killed();
  const shown = await run("show", id);
  expect(shown).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(/has no report yet: it is not finished/),
  });
  expect(shown.stderr).toContain(`causeway analyze --resume ${id}`);

  const { stdout } = await promisify(execFile)(process.execPath, [program, "analyze", "--resume", id, "--json"], {
    env: { PATH: process.env.PATH ?? "", ...env },
  });
  const report = Report.parse(JSON.parse(stdout));
  expect(report).toMatchObject({
    analysis_id: id,
    incident_id: "sick",
    verdict: "root_cause",
    root_causes: [{ entity: "stock" }],
  });
  expect((await run("show", id)).stdout).toContain("is waiting for review");
  expect(await run("approve", report.actions[0]?.id ?? "", "--by", "ada")).toMatchObject({ code: 0 });
});

it("leaves an analysis to the process that works on it, and takes over as soon as that was killed", async () => {
  const { id, run, kill } = await waiting();
  const refused = await run("analyze", "--resume", id);
  expect(refused).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(new RegExp(`process \\d+ on .* works on analysis ${id}`)),
  });
  await kill();
  expect(Report.parse(JSON.parse((await run("analyze", "--resume", id, "--json")).stdout))).toMatchObject({
    analysis_id: id,
    verdict: "root_cause",
  });
});

it("begins anew under the same id where the checkpoints were lost", async () => {
  const { id, env, run } = await killed();
  for (const suffix of ["", "-wal", "-shm"])
    await rm(join(env.CAUSEWAY_HOME, `checkpoints.db${suffix}`), { force: true });
  expect(Report.parse(JSON.parse((await run("analyze", "--resume", id, "--json")).stdout))).toMatchObject({
    analysis_id: id,
    verdict: "root_cause",
  });
});

it("shows one that waits for review as it is, and knows no other", async () => {
  const dir = await tempDir();
  await writeCase(dir, "sick");
  const env = { CAUSEWAY_HOME: join(dir, "home"), CAUSEWAY_DATA: dir };
  const first = await causeway(["analyze", "sick", "--json"], { env });
  const { analysis_id: id } = Report.parse(JSON.parse(first.stdout));
  expect((await causeway(["analyze", "--resume", id, "--json"], { env })).stdout).toBe(first.stdout);
  expect(await causeway(["analyze", "--resume", "an-0"], { env })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("an-0"),
  });
});

it.each([[["analyze"]], [["analyze", "sick", "--resume", "an-0"]]])(
  "refuses %j: an incident or an analysis, one of them",
  async (argv) => {
    expect(await causeway(argv, { env: { CAUSEWAY_HOME: await tempDir() } })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("give an incident id, or --resume"),
    });
  },
);
