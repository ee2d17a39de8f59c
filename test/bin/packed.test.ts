import { type ChildProcess, execFile, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { ask } from "../http/server.ts";

const root = join(import.meta.dirname, "../..");
const OUTSIDE = join(import.meta.dirname, "no-outside.mjs");
const run = promisify(execFile);

type Installed = { dir: string; tarball: string; listed: string[] };
let work = "";
let installed: Installed;

/** Nothing of this process but what a shell has: no setting of Causeway. */
const bareEnv = (home: string, more: Record<string, string> = {}): Record<string, string> => ({
  PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ""}`, // `npx` takes the Node of this run
  HOME: home,
  ...more,
});

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "causeway-packed-"));
  installed = await packAndInstall(work);
});
afterAll(() => rm(work, { recursive: true, force: true }));

/** `npm pack` in a copy of this tree, because it builds anew, then an installation into an empty folder. */
async function packAndInstall(into: string): Promise<Installed> {
  const tree = join(into, "tree");
  const dir = join(into, "team");
  mkdirSync(dir);
  for (const name of ["bin", "src", "runbooks", "fixtures", "package.json", "README.md", "LICENSE"])
    cpSync(join(root, name), join(tree, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(tree, "node_modules"));
  // npm keeps its cache in the home folder, so it needs the real one
  const env = { ...process.env, PATH: bareEnv("").PATH };
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", into], { cwd: tree, env });
  const [packed] = Object.values(JSON.parse(stdout.slice(stdout.search(/^[[{]/m))) as Record<string, unknown>) as {
    filename: string;
    files: { path: string }[];
  }[];
  if (packed === undefined) throw new Error(`npm pack said: ${stdout}`);
  const tarball = join(into, packed.filename);
  writeFileSync(join(dir, "package.json"), "{}");
  await run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts", tarball], {
    cwd: dir,
    env,
  });
  return { dir, tarball, listed: packed.files.map(({ path }) => path) };
}

/** The installed program, started as a user does; what would leave the machine is recorded. */
type Watch = { until?: (child: ChildProcess, stderr: string) => Promise<unknown>; input?: string };
async function withoutOutside(argv: string[], { until, input }: Watch = {}) {
  const home = await mkdtemp(join(work, "home-"));
  const record = join(home, "outside.txt");
  const env = bareEnv(home, { NODE_OPTIONS: `--import=${OUTSIDE}`, CAUSEWAY_TEST_OUTSIDE: record });
  const child = spawn(process.execPath, [join(installed.dir, "node_modules/causeway/bin/causeway.js"), ...argv], {
    cwd: home,
    env,
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let [stdout, stderr] = ["", ""];
  let isReady = until === undefined;
  child.stdout.on("data", (chunk) => {
    stdout += String(chunk);
    if (input !== undefined && stdout.includes("\n")) child.stdin.end();
  });
  if (input !== undefined) child.stdin.write(input);
  child.stderr.on("data", (chunk) => {
    stderr += String(chunk);
    if (isReady || !stderr.includes("listens on")) return;
    isReady = true;
    void until?.(child, stderr).finally(() => child.kill("SIGTERM"));
  });
  const [code] = await new Promise<[number | null]>((resolve) => child.on("close", (status) => resolve([status])));
  return { code, stdout, stderr, outside: existsSync(record) ? readFileSync(record, "utf8") : "" };
}

describe("what `npm pack` makes", () => {
  it("is 10 MB or less, without source, tests or their fixtures", () => {
    expect(statSync(installed.tarball).size).toBeLessThanOrEqual(10_000_000);
    const tops = new Set(
      installed.listed.map((path) =>
        path
          .split("/")
          .slice(0, path.startsWith("fixtures/") ? 2 : 1)
          .join("/"),
      ),
    );
    const expected = [
      "LICENSE",
      "README.md",
      "bin",
      "dist",
      "fixtures/README.md",
      "fixtures/cases",
      "fixtures/oracles",
      "package.json",
      "runbooks",
    ];
    expect([...tops].sort()).toEqual(expected);
  });

  it("asks for the packages that the build loads at run time, and no others", () => {
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
    const dist = join(installed.dir, "node_modules/causeway/dist");
    const [build = ""] = readdirSync(dist).filter((name) => name !== "current");
    const code = readdirSync(join(dist, build))
      .filter((name) => name.endsWith(".js"))
      .map((name) => readFileSync(join(dist, build, name), "utf8"))
      .join("\n");
    const unused = Object.keys(manifest.dependencies).filter((name) => !code.includes(`"${name}`));
    expect(unused.filter((name) => !PAGE_PACKAGES.has(name))).toEqual([]);
  });

  it("lets `npx causeway` find the program", async () => {
    const { stdout } = await run("npx", ["--no-install", "causeway", "--version"], {
      cwd: installed.dir,
      env: bareEnv(work),
    });
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it("holds neither a compiler nor a package that is built into it", () => {
    const names = readdirSync(join(installed.dir, "node_modules"));
    for (const bundled of ["typescript", "@kubernetes", "@langchain", "openai", "rolldown"])
      expect(names).not.toContain(bundled);
  });
});

/** Their files are sent to browsers; no code imports them. */
const PAGE_PACKAGES = new Set(["htmx.org", "uplot"]);

describe("the installed program, with no configuration", () => {
  it("runs the demo, and connects to nothing outside", async () => {
    const { code, stdout, outside } = await withoutOutside(["demo"]);
    expect(stdout).toContain("ROOT CAUSE");
    expect(code).toBe(0);
    expect(outside).toBe("");
  });

  it("serves, analyses an incident over HTTP, and connects to nothing outside", async () => {
    let status = "";
    const until = async (_: ChildProcess, printed: string): Promise<void> => {
      const url = /listens on (\S+)/.exec(printed)?.[1] ?? "";
      expect((await ask(url, "/readyz")).status).toBe(200);
      const page = await ask(url, "/");
      const assets = [...page.text.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? "");
      expect(assets.length).toBeGreaterThan(0);
      for (const path of assets) expect([path, (await ask(url, path)).status]).toEqual([path, 200]);
      const post = { method: "POST", json: {} };
      const { json } = await ask(url, "/v1/incidents/shop-002/analyses", post);
      await expect
        .poll(
          async () =>
            (status = String((await ask(url, `/v1/analyses/${String(json.analysis_id ?? json.id)}`)).json.status)),
        )
        .toMatch(/waiting_for_review|done|failed/);
    };
    const { code, outside, stderr } = await withoutOutside(["serve", "--port", "0"], { until });
    expect(`${status} ${stderr}`).toMatch(/waiting_for_review|done/);
    expect(code).toBe(0);
    expect(outside).toBe("");
  });

  it("serves its tools over MCP, and connects to nothing outside", async () => {
    const hello = {
      jsonrpc: "2.0",
      id: 1,
      method: "initialize",
      params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } },
    };
    const { stdout, outside } = await withoutOutside(["mcp"], { input: `${JSON.stringify(hello)}\n` });
    expect(JSON.parse(stdout.split("\n")[0] ?? "")).toMatchObject({
      id: 1,
      result: { serverInfo: { name: "causeway" } },
    });
    expect(outside).toBe("");
  });

  it("would be caught if it connected", async () => {
    const record = join(work, "control.txt");
    const env = bareEnv(work, { NODE_OPTIONS: `--import=${OUTSIDE}`, CAUSEWAY_TEST_OUTSIDE: record });
    const tries = [
      "fetch('http://192.0.2.1/')",
      "import('node:dns').then((dns) => dns.lookup('example.invalid', () => {}))",
    ];
    for (const code of tries) await run(process.execPath, ["-e", code], { env }).catch(() => undefined);
    expect(readFileSync(record, "utf8").trim().split("\n")).toEqual([
      "connect 192.0.2.1:80",
      "look-up example.invalid",
    ]);
  });
});

it("lists in its bill of materials what is installed and what is built in, and no tool", async () => {
  const { stdout } = await run(process.execPath, [join(root, "bin/sbom.js")], {
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, PATH: bareEnv("").PATH },
  });
  const bill = JSON.parse(stdout) as { bomFormat: string; components: { name: string; version: string }[] };
  const names = bill.components.map(({ name }) => name);
  expect(bill.bomFormat).toBe("CycloneDX");
  expect(names).toEqual(expect.arrayContaining(["better-sqlite3", "pg", "@langchain/langgraph", "hono", "zod"]));
  for (const tool of ["vitest", "rolldown", "typescript", "oxlint", "playwright-core"])
    expect(names).not.toContain(tool);
});
