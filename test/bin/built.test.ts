import { execFile, execFileSync, spawn } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { HANG_MS } from "../hang.ts";
import { currentBuild } from "../../bin/built.js";
import { ask, startServer } from "../http/server.ts";
import { tempDir } from "../compose/recorded-suite.ts";

const root = join(import.meta.dirname, "../..");
/** The build that this run began with. */
const built = currentBuild(root) ?? "";

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

/** The published package: the build of this run without the source. */
async function publishedCopy() {
  const copy = await copyOf("runbooks", "fixtures");
  const name = basename(built);
  mkdirSync(join(copy.dir, "dist"));
  cpSync(join(root, "dist/current"), join(copy.dir, "dist/current"));
  const filter = (path: string): boolean => !path.endsWith("/compiled");
  cpSync(built, join(copy.dir, "dist", name), { recursive: true, filter });
  return { ...copy, program: join(copy.dir, "dist", name, "main.js") };
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

it("keeps no build of source that changed while it was built", async () => {
  const { dir, run } = await copyOf("src");
  const file = join(dir, "src/cli/run.ts");
  const before = readFileSync(file, "utf8");
  const building = run("logs", "--help");
  const edited = `${before}\nprocess.stdout.write('edited\\n');\n`;
  const dist = join(dir, "dist");
  await expect.poll(() => existsSync(dist), { timeout: HANG_MS, interval: 1 }).toBe(true);
  writeFileSync(file, edited); // the name of the build is known, its content is not read yet
  await building;
  writeFileSync(file, before);
  expect(await run("logs", "--help")).toMatch(/^Usage/);
});

it("builds again where a part of the build was lost", async () => {
  const { dir, run, builds } = await copyOf("src");
  await run("--help");
  const main = join(dir, "dist", builds()[0] ?? "", "main.js");
  rmSync(main);
  expect(await run("logs", "--help")).toMatch(/^Usage/);
  expect(existsSync(main)).toBe(true);
});

/** A Node of this host that is older than the program needs. */
const oldNode = ["/usr/bin/node", "/usr/local/bin/node"].find(
  (path) => existsSync(path) && /^v(?:20|21)\./.test(execFileSync(path, ["--version"], { encoding: "utf8" })),
);
it("shows the help of every command on Node 20", async ({ skip }) => {
  skip(oldNode === undefined, "this host has no Node 20 or 21 in /usr/bin or /usr/local/bin");
  const { dir, run } = await copyOf("src");
  await run("--help");
  for (const argv of [["--help"], ["slack", "--help"], ["logs", "mine", "--help"], ["bench", "--help"]]) {
    const options = { env: { PATH: process.env.PATH, CAUSEWAY_HOME: join(dir, "home") } };
    const { stdout } = await promisify(execFile)(oldNode ?? "", [join(dir, "bin/causeway.js"), ...argv], options);
    expect(stdout).toMatch(/^Usage/);
  }
});

it("builds each thread's entry beside the program", async () => {
  const threads = globSync("src/**/*-worker.ts", { cwd: root }).map((path) => basename(path, ".ts"));
  expect(threads).not.toEqual([]);
  expect(readdirSync(built)).toEqual(expect.arrayContaining([...threads, "main"].map((name) => `${name}.js`)));
});

it("runs the source where dist/ cannot be made", async () => {
  const { dir, run } = await copyOf("src");
  writeFileSync(join(dir, "dist"), "in the way");
  expect(await run("logs", "--help")).toContain("mine");
});

it("analyses from what is published: the build without the source", async () => {
  const { run, builds } = await publishedCopy();
  expect(await run("analyze", "shop-001")).toContain("ROOT CAUSE");
  expect(builds()).toEqual([basename(built)]);
});

it("describes its HTTP interface as the source does: zod was extended before any schema was made", async () => {
  const { dir, program } = await publishedCopy();
  const server = await startServer();
  const fromSource = await server.ask("/openapi.json");
  await server.stop();
  const child = spawn(process.execPath, [program, "serve", "--port", "0"], {
    env: { PATH: process.env.PATH, CAUSEWAY_HOME: join(dir, "home") },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  for await (const chunk of child.stderr) if ((stderr += String(chunk)).includes("listens on")) break;
  const answer = await ask(/listens on (\S+)/.exec(stderr)?.[1] ?? "", "/openapi.json");
  child.kill();
  expect(answer.text).toBe(fromSource.text);
});

it("keeps the licences of the dependencies that are in the build", async () => {
  const licences = readFileSync(join(built, "LICENSES.txt"), "utf8");
  expect(licences.match(/^== /gm)?.length).toBeGreaterThan(10);
});
