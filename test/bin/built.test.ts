import { execFile, spawn } from "node:child_process";
import { appendFileSync, cpSync, globSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { ask, startServer } from "../http/server.ts";
import { tempDir } from "../compose/recorded-suite.ts";

const root = join(import.meta.dirname, "../..");

/** A copy of the package with these of its folders. Dependencies are those of this clone. */
async function copyOf(...names: string[]) {
  const dir = await tempDir();
  for (const name of ["bin", "package.json", ...names]) cpSync(join(root, name), join(dir, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(dir, "node_modules"));
  const run = async (...argv: string[]): Promise<string> => {
    const env = { PATH: process.env.PATH, CAUSEWAY_HOME: join(dir, "home") };
    const { stdout } = await promisify(execFile)(process.execPath, [join(dir, "bin/causeway.js"), ...argv], { env });
    return stdout;
  };
  const builds = (): string[] => readdirSync(join(dir, "dist")).filter((name) => name !== "current");
  return { dir, run, builds };
}

it("builds once where several start at the same time, and anew once the source has changed", async () => {
  const { dir, run, builds } = await copyOf("src");
  const logs = join(dir, "some.log");
  writeFileSync(logs, "10:00:00 INFO ready\n".repeat(10));
  const mined = await Promise.all([1, 2, 3].map(() => run("logs", "mine", logs, "--jobs", "2")));
  expect(mined).toEqual(Array(3).fill(expect.stringContaining("10 lines, 1 templates")));
  expect(builds()).toHaveLength(1);

  appendFileSync(join(dir, "src/cli/run.ts"), "\nprocess.stdout.write('changed\\n');\n");
  expect(await run("logs", "--help")).toMatch(/^changed\n/);
  expect(builds()).toHaveLength(2);
});

it("builds each thread's entry beside the program", async () => {
  const { run, builds, dir } = await copyOf("src");
  await run("--help");
  const built = readdirSync(join(dir, "dist", builds()[0] ?? ""));
  const threads = globSync("src/**/*-worker.ts", { cwd: root }).map((path) => basename(path, ".ts"));
  expect(threads).not.toEqual([]);
  expect(built).toEqual(expect.arrayContaining([...threads, "main"].map((name) => `${name}.js`)));
});

it("runs the source where dist/ cannot be made", async () => {
  const { dir, run } = await copyOf("src");
  writeFileSync(join(dir, "dist"), "in the way");
  expect(await run("logs", "--help")).toContain("mine");
});

it("analyses from what is published: the build without the source", async () => {
  const { dir, run, builds } = await copyOf("src", "runbooks", "fixtures");
  await run("--help");
  rmSync(join(dir, "src"), { recursive: true });
  const built = builds();
  expect(await run("analyze", "shop-001")).toContain("ROOT CAUSE");
  expect(builds()).toEqual(built);
});

it("describes its HTTP interface as the source does: zod was extended before any schema was made", async () => {
  const { dir, run, builds } = await copyOf("src", "runbooks", "fixtures");
  await run("--help");
  rmSync(join(dir, "src"), { recursive: true });
  const server = await startServer();
  const fromSource = await server.ask("/openapi.json");
  await server.stop();
  const program = join(dir, "dist", builds()[0] ?? "", "main.js");
  const child = spawn(process.execPath, [program, "serve", "--port", "0"], {
    env: { PATH: process.env.PATH, CAUSEWAY_HOME: join(dir, "home") },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  for await (const chunk of child.stderr) if ((said += String(chunk)).includes("listens on")) break;
  const answer = await ask(/listens on (\S+)/.exec(said)?.[1] ?? "", "/openapi.json");
  child.kill();
  expect(answer.text).toBe(fromSource.text);
});

it("keeps the licences of the dependencies that are in the build", async () => {
  const { dir, run, builds } = await copyOf("src");
  mkdirSync(join(dir, "dist"));
  await run("--help");
  const [licences = ""] = builds().map((name) => join(dir, "dist", name, "LICENSES.txt"));
  const { stdout } = await promisify(execFile)("grep", ["-c", "^== ", licences]);
  expect(Number(stdout)).toBeGreaterThan(10);
});
