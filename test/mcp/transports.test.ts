import { join } from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { NOTICE } from "../../src/mcp/untrusted.ts";
import { writeCase } from "../compose/recorded-suite.ts";
import { startServer, type TestServer } from "../http/server.ts";
import { everyCall, structured } from "./every-tool.ts";

const NEWEST = { versionNegotiation: { mode: "auto" as const } };
const CLIENTS = [
  ["2026-07-28", NEWEST],
  ["2025-11-25", {}],
] as const;
const INCIDENT = "sick";

let data: string;
let server: TestServer;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "causeway-mcp-"));
  await writeCase(data, INCIDENT);
  server = await startServer({ settings: { data: [data] }, workers: 1, mcp: true });
});
afterAll(async () => {
  await server.stop();
  await rm(data, { recursive: true, force: true });
});

async function callsEveryTool(client: Client): Promise<void> {
  const progress: string[] = [];
  const analysed = await client.callTool(
    { name: "analyze_incident", arguments: { incident_id: INCIDENT, wait_seconds: 300 } },
    { onprogress: ({ message = "" }) => progress.push(message), timeout: 300_000 },
  );
  const first = analysed.structuredContent as { analysis_id: string; status: string; report: { verdict: string } };
  expect(first).toMatchObject({ status: "waiting_for_review", report: { verdict: "root_cause" } });
  expect(progress.at(0)).toContain("load-incident: started");
  const calls = everyCall(INCIDENT, first.analysis_id);
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name).toSorted()).toEqual(Object.keys(calls).toSorted());
  for (const [name, args] of Object.entries(calls))
    expect([name, await structured(client, name, args)]).toMatchObject([name, { notice: NOTICE }]);
  const { resources } = await client.listResources();
  const uri = `causeway://reports/${first.analysis_id}`;
  expect(resources.map((resource) => resource.uri)).toContain(uri);
  const { contents } = await client.readResource({ uri });
  expect(contents[0]).toMatchObject({
    mimeType: "text/markdown",
    text: expect.stringContaining("# ROOT CAUSE: stock"),
  });
  const prompt = await client.getPrompt({ name: "explain_incident", arguments: { incident_id: INCIDENT } });
  expect(JSON.stringify(prompt.messages)).toContain(`\\"${INCIDENT}\\"`);
}

it.each(CLIENTS)("the official client lists and calls every tool over HTTP, protocol %s", async (version, options) => {
  const client = new Client({ name: "test", version: "1" }, options);
  await client.connect(new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`)));
  onTestFinished(() => client.close());
  expect(client.getNegotiatedProtocolVersion()).toBe(version);
  await callsEveryTool(client);
});

it.each(CLIENTS)("the official client lists and calls every tool over stdio, protocol %s", async (version, options) => {
  const home = await mkdtemp(join(tmpdir(), "causeway-mcp-home-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const program = join(import.meta.dirname, "../../bin/causeway.js");
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [program, "mcp", "--data", data],
    env: { ...(process.env as Record<string, string>), CAUSEWAY_HOME: home },
    stderr: "pipe",
  });
  const client = new Client({ name: "test", version: "1" }, options);
  await client.connect(transport);
  onTestFinished(() => client.close());
  expect(client.getNegotiatedProtocolVersion()).toBe(version);
  await callsEveryTool(client);
});
