import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { Report } from "../../src/domain/report.ts";
import { tempDir, writeCase } from "../compose/recorded-suite.ts";
import { causeway } from "./run-cli.ts";
import { HANG_MS } from "../hang.ts";

/** An OpenAI-compatible server that answers as told. */
async function modelServer(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => (server.closeAllConnections(), void server.close()));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

async function analyse(
  baseUrl: string,
  { flags = [], timeoutMs = HANG_MS }: { flags?: string[]; timeoutMs?: number } = {},
) {
  const dir = await tempDir();
  await writeCase(dir, "sick");
  const env = {
    CAUSEWAY_HOME: join(dir, "home"),
    CAUSEWAY_DATA: dir,
    OPENAI_BASE_URL: baseUrl,
    OPENAI_API_KEY: "sk-test-secret",
    OPENAI_MODEL: "test-model",
    CAUSEWAY_MODEL_TIMEOUT_MS: String(timeoutMs),
  };
  const { code, stdout, stderr } = await causeway(["analyze", "sick", "--json", ...flags], { env });
  return { code, stderr, stdout, report: Report.parse(JSON.parse(stdout)) };
}

/** A completion whose tool call, or text, holds these claims. */
const completing =
  (claims: { text: string; evidenceIds: string[] }[]): RequestListener =>
  (request, response) => {
    let body = "";
    request
      .on("data", (chunk: Buffer) => (body += chunk.toString()))
      .on("end", () => {
        const { tools } = JSON.parse(body) as { tools?: { function: { name: string } }[] };
        const content = JSON.stringify({ claims });
        const name = tools?.[0]?.function.name;
        const message = name
          ? {
              role: "assistant",
              content: null,
              tool_calls: [{ id: "c1", type: "function", function: { name, arguments: content } }],
            }
          : { role: "assistant", content };
        response.setHeader("content-type", "application/json");
        response.end(
          JSON.stringify({
            id: "x",
            object: "chat.completion",
            created: 1,
            model: "test-model",
            choices: [{ index: 0, message, finish_reason: "stop" }],
            usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
          }),
        );
      });
  };

it("keeps out of the report what the model invents", async () => {
  const url = await modelServer(
    completing([
      { text: "stock is the origin.", evidenceIds: ["E1"] },
      { text: "stock used 7777 ms.", evidenceIds: ["E1"] },
      { text: "It was the database.", evidenceIds: ["E404"] },
    ]),
  );
  const { code, report } = await analyse(url);
  expect(code).toBe(0);
  expect(report).toMatchObject({
    mode: "llm",
    model: "test-model",
    dropped_claims: 2,
    claims: [{ text: "stock is the origin.", evidence_ids: ["E1"] }],
  });
  expect(report.cost).toMatchObject({ input_tokens: 7, output_tokens: 3 });
});

it.each<[string, RequestListener]>([
  ["hangs past the timeout", () => undefined],
  ["sends HTML", (_, response) => void response.setHeader("content-type", "text/html").end("<html>Sign in</html>")],
  ["fails", (_, response) => void response.writeHead(500).end("{}")],
  [
    "refuses the key",
    (_, response) =>
      void response.writeHead(401, { "content-type": "application/json" }).end('{"error":{"message":"bad key"}}'),
  ],
])("keeps the deterministic report when the server %s", async (_, answer) => {
  const { code, report, stdout, stderr } = await analyse(await modelServer(answer), { timeoutMs: 400 });
  expect(code).toBe(0);
  expect(report).toMatchObject({ mode: "deterministic", verdict: "root_cause" });
  expect(report.claims.length).toBeGreaterThan(0);
  expect(report.not_checked.map(({ source }) => source)).toContain("model");
  expect(stdout + stderr).not.toContain("sk-test-secret");
});

it("keeps the deterministic report when nothing listens there", async () => {
  const { code, report } = await analyse("http://127.0.0.1:9/v1");
  expect(code).toBe(0);
  expect(report.not_checked.map(({ source }) => source)).toContain("model");
});

it("asks no model with --no-llm", async () => {
  let calls = 0;
  const { report } = await analyse(await modelServer((_, response) => ((calls += 1), void response.end())), {
    flags: ["--no-llm"],
  });
  expect(calls).toBe(0);
  expect(report.not_checked.map(({ source }) => source)).not.toContain("model");
});
