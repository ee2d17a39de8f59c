import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { tempDir, writeCase } from "../compose/recorded-suite.ts";
import { startFakeModel } from "../connectors/openai/server.ts";
import { eventually } from "../eventually.ts";
import { causeway } from "./run-cli.ts";

const program = join(import.meta.dirname, "../../bin/causeway.js");

it("knows a call whose process was killed while it waited for the answer", async () => {
  const model = await startFakeModel("hang");
  onTestFinished(() => model[Symbol.asyncDispose]());
  const dir = await tempDir();
  await writeCase(dir, "sick");
  const env = {
    CAUSEWAY_HOME: join(dir, "home"),
    CAUSEWAY_DATA: dir,
    OPENAI_BASE_URL: model.baseUrl,
    OPENAI_MODEL: "gpt-x",
  };
  const child = spawn(process.execPath, [program, "analyze", "sick"], {
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: "ignore",
  });
  await eventually(() => expect(model.requests).toHaveLength(1));
  child.kill("SIGKILL");
  await once(child, "exit");
  const { stdout } = await causeway(["ledger", "--jsonl"], { env });
  expect(JSON.parse(stdout)).toMatchObject({
    input: { task: "explain" },
    output: { model: "gpt-x", error: "UNFINISHED", ref: null },
    scores: { accepted: null, cost_usd: null },
  });
});
