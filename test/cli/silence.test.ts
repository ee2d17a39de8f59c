import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { Report } from "../../src/domain/report.ts";
import { tempDir, writeCase } from "../compose/recorded-suite.ts";
import { startFakeModel } from "../connectors/openai/server.ts";

const causeway = join(import.meta.dirname, "../../bin/causeway.js");

/** Runs `causeway analyze` in a process of its own, because LangChain reads that process's environment. */
async function analyse(env: Record<string, string>) {
  const dir = await tempDir();
  await writeCase(dir, "sick");
  const all = { PATH: process.env.PATH ?? "", CAUSEWAY_HOME: join(dir, "home"), CAUSEWAY_DATA: dir, ...env };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [causeway, "analyze", "sick", "--json"], {
    env: all,
  });
  return { report: Report.parse(JSON.parse(stdout)), stderr };
}

it("sends no analysis to a tracing server, whatever other programs have configured", async () => {
  let requests = 0;
  const server = createServer((_, response) => ((requests += 1), void response.end("{}")));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const on = {
    LANGSMITH_TRACING: "true",
    LANGCHAIN_TRACING_V2: "true",
    LANGSMITH_ENDPOINT: endpoint,
    LANGCHAIN_ENDPOINT: endpoint,
    LANGSMITH_API_KEY: "k",
    LANGCHAIN_VERBOSE: "true",
  };
  expect((await analyse(on)).report.verdict).toBe("root_cause");
  server.closeAllConnections();
  server.close();
  await once(server, "close");
  expect(requests).toBe(0);
});

it.each(["500", "malformed"] as const)(
  "says in one short line that the model gave nothing (%s), and nothing else on stderr",
  async (behaviour) => {
    await using model = await startFakeModel(behaviour);
    const { report, stderr } = await analyse({
      OPENAI_BASE_URL: model.baseUrl,
      OPENAI_API_KEY: "sk-test",
      OPENAI_LOG: "debug",
    });
    expect(report.mode).toBe("deterministic");
    expect(
      stderr
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      {
        level: 40,
        time: expect.any(String),
        analysisId: report.analysis_id,
        node: "explain",
        code: expect.stringMatching(/UNAVAILABLE|BAD_RESPONSE/),
        msg: expect.stringMatching(/^step failed: the model/),
      },
    ]);
  },
);
