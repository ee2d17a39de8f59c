import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { runGroup } from "../../../src/connectors/executors/run-group.ts";
import { MAX_OUTPUT } from "../../../src/domain/executor.ts";
import { tempDir } from "../../compose/recorded-suite.ts";

const bash = execFileSync("bash", ["-c", "type -P bash"], { encoding: "utf8" }).trim();
const PATH = process.env.PATH ?? "";
let runs = 0;

const run = (script: string, more: Partial<Parameters<typeof runGroup>[0]> = {}) =>
  runGroup({
    bash,
    args: ["-c", script],
    cwd: "/",
    env: { PATH },
    marker: `test-${process.pid}-${(runs += 1)}`,
    timeoutMs: 20_000,
    graceMs: 300,
    signal: new AbortController().signal,
    ...more,
  });

const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
};

it("gives the status and what was printed on both streams", async () => {
  expect(await run("echo one; echo two >&2; exit 3")).toMatchObject({ ended: "exited", exitCode: 3, outputBytes: 8 });
});

it("inherits nothing but the environment that it is given", async () => {
  process.env.CAUSEWAY_TEST_SECRET = "hunter2";
  const { output } = await run("export -p");
  delete process.env.CAUSEWAY_TEST_SECRET;
  expect(output).not.toContain("hunter2");
  expect(output.match(/declare -x (\w+)/g)?.toSorted()).toEqual(
    ["CAUSEWAY_EXECUTION", "OLDPWD", "PATH", "PWD", "SHLVL"].map((name) => `declare -x ${name}`),
  );
});

it("kills a script that ignores TERM when its time is over", async () => {
  const { ended, output } = await run("trap '' TERM; echo $$; while :; do sleep 0.05; done", { timeoutMs: 400 });
  expect(ended).toBe("timed_out");
  expect(isAlive(Number(output))).toBe(false);
});

it("kills what a script leaves behind, in its group and in a session of its own", async () => {
  const { ended, output } = await run("sleep 300 & echo $!; setsid sleep 301 & echo $!; sleep 0.2");
  expect(ended).toBe("exited");
  const pids = output.trim().split("\n").map(Number);
  expect(pids).toHaveLength(2);
  await sleep(50);
  expect(pids.filter(isAlive)).toEqual([]);
});

it("ends the script when the caller stops it", async () => {
  const stop = new AbortController();
  const running = run("echo $$; sleep 300", { signal: stop.signal });
  await sleep(200);
  stop.abort();
  expect((await running).ended).toBe("stopped");
});

it("keeps the beginning and the end of much output", async () => {
  const { output, outputBytes } = await run("echo first; head -c 30000000 /dev/zero; echo; echo last");
  expect(outputBytes).toBeGreaterThan(30_000_000);
  expect(output.length).toBeLessThan(MAX_OUTPUT + 100);
  expect(output.startsWith("first\n")).toBe(true);
  expect(output.endsWith("\nlast\n")).toBe(true);
  expect(output).toMatch(/… \d+ bytes left out …/);
});

it("ends the script when the process that runs it is killed", async () => {
  const dir = await tempDir();
  const program = join(import.meta.dirname, "../../../src/connectors/executors/run-group.ts");
  const code = `import { runGroup } from ${JSON.stringify(program)};
    await runGroup({ bash: ${JSON.stringify(bash)}, args: ["-c", "echo $$ > ${dir}/pid; sleep 300"], cwd: "/",
      env: { PATH: ${JSON.stringify(PATH)} }, marker: "x", timeoutMs: 60000, graceMs: 200,
      signal: new AbortController().signal });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: "inherit" });
  const pid = async (): Promise<number> => {
    for (;;) {
      try {
        const read = Number(readFileSync(join(dir, "pid"), "utf8"));
        if (read > 0) return read;
      } catch {
        // not yet
      }
      await sleep(20);
    }
  };
  const script = await pid();
  expect(isAlive(script)).toBe(true);
  child.kill("SIGKILL");
  for (let tries = 0; isAlive(script) && tries < 200; tries += 1) await sleep(20);
  expect(isAlive(script)).toBe(false);
});
