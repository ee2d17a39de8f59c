import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeCase } from "../compose/recorded-suite.ts";
import { startServer, type TestServer } from "../http/server.ts";
import { installServers } from "../servers/install-servers.ts";
import { NOTICE } from "../../src/mcp/untrusted.ts";
import { everyCall } from "./every-tool.ts";

const INSPECTOR = join(
  import.meta.dirname,
  "../servers/node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js",
);
const PROGRAM = join(import.meta.dirname, "../../bin/causeway.js");
const INCIDENT = "sick";
const ALL = Object.keys(everyCall("", "")).toSorted();

let dir: string;
let server: TestServer;
beforeAll(async () => {
  await installServers();
  dir = await mkdtemp(join(tmpdir(), "causeway-inspector-"));
  await writeCase(dir, INCIDENT);
  server = await startServer({ settings: { data: [dir] }, workers: 1, mcp: true });
});
afterAll(async () => {
  await server.stop();
  await rm(dir, { recursive: true, force: true });
});

type Result = Record<string, unknown>;

/** Runs the inspector's command line. It keeps what it keeps below `dir`. */
async function inspector(target: readonly string[], args: readonly string[]): Promise<Result> {
  const { stdout } = await promisify(execFile)(process.execPath, [INSPECTOR, "--cli", ...target, ...args], {
    env: { ...process.env, HOME: dir },
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(stdout) as Result;
}

const argument = ([name, value]: [string, unknown]): string =>
  `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`;

/** Calls every tool. @returns the names of those that the server lists */
async function callsEveryTool(target: readonly string[]): Promise<string[]> {
  const { tools } = (await inspector(target, ["--method", "tools/list"])) as { tools: { name: string }[] };
  const call = (name: string, args: Record<string, unknown>): Promise<Result> =>
    inspector(target, [
      "--method",
      "tools/call",
      "--tool-name",
      name,
      ...Object.entries(args).flatMap((pair) => ["--tool-arg", argument(pair)]),
    ]);
  const analysed = await call("analyze_incident", { incident_id: INCIDENT, wait_seconds: 300 });
  const analysis = (analysed.structuredContent as Result).analysis_id;
  expect(analysis).toEqual(expect.stringMatching(/^an-/));
  const calls = everyCall(INCIDENT, String(analysis));
  for (const [name, args] of Object.entries(calls)) {
    if (name === "analyze_incident") continue;
    const result = await call(name, args);
    expect([name, result]).toMatchObject([name, { structuredContent: { notice: NOTICE } }]);
  }
  return tools.map(({ name }) => name).toSorted();
}

it("the inspector's command line lists and calls every tool over HTTP", async () => {
  expect(await callsEveryTool([`${server.url}/mcp`, "--transport", "http"])).toEqual(ALL);
});

it("the inspector's command line lists and calls every tool over stdio", async () => {
  const home = join(dir, "home");
  const listed = await callsEveryTool([process.execPath, PROGRAM, "mcp", "--data", dir, "-e", `CAUSEWAY_HOME=${home}`]);
  expect(listed).toEqual(ALL);
});
