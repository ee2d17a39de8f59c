import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { webhookExecutor } from "../../../src/connectors/executors/webhook-executor.ts";
import { openHttpDoor } from "../../../src/connectors/http.ts";
import type { ScriptRequest } from "../../../src/domain/executor.ts";

const SECRET = "a-secret-of-the-job";
type Seen = { method: string; path: string; body: string; headers: IncomingMessage["headers"]; isGenuine: boolean };

/** A job that answers in turn; the last answer again and again. */
async function job(answers: readonly { status?: number; body: object }[]) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const { method = "", url: path = "", headers } = request;
      const signed = `${String(headers["x-causeway-timestamp"])}.${method === "GET" ? path.replace(/^\/hook/, "") : body}`;
      const mac = `sha256=${createHmac("sha256", SECRET).update(signed).digest("hex")}`;
      const answer = answers[Math.min(seen.length, answers.length - 1)] ?? { body: {} };
      seen.push({ method, path, body, headers, isGenuine: headers["x-causeway-signature"] === mac });
      response.writeHead(answer.status ?? 200, { "content-type": "application/json" });
      response.end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  const door = openHttpDoor({ url, label: "the job", settings: { address: "URL" } });
  onTestFinished(async () => {
    await door.close();
    server.closeAllConnections();
    server.close();
  });
  return { seen, executor: webhookExecutor({ door, secret: SECRET, context: "prod", pollMs: 10, now: Date.now }) };
}

const request = (given: Partial<ScriptRequest> = {}): ScriptRequest => ({
  executionId: "ex-1",
  part: "apply",
  script: "echo 'ümläut'\n",
  scriptSha256: "a".repeat(64),
  fixedPart: { fileName: "fixed.bash", text: "fixed", sha256: "b".repeat(64) },
  expectations: { revision: "41" },
  recorded: null,
  timeoutMs: 2_000,
  signal: new AbortController().signal,
  ...given,
});

it("posts the exact bytes, signed and with an idempotency key, and polls for the result", async () => {
  const { executor, seen } = await job([
    { status: 202, body: { status: "queued" } },
    { body: { status: "running" } },
    { body: { status: "done", exit_code: 0, output: "fine\n", recorded: "changed=apply\n" } },
  ]);
  expect(await executor.run(request())).toEqual({
    ended: "exited",
    exitCode: 0,
    output: "fine\n",
    outputBytes: 5,
    recorded: "changed=apply\n",
    changed: true,
    why: null,
  });
  expect(seen.map(({ method, path, isGenuine }) => [method, path, isGenuine])).toEqual([
    ["POST", "/hook", true],
    ["GET", "/hook/ex-1/apply", true],
    ["GET", "/hook/ex-1/apply", true],
  ]);
  expect(seen[0]?.headers["idempotency-key"]).toBe("ex-1:apply");
  expect(JSON.parse(seen[0]?.body ?? "")).toMatchObject({
    part: "apply",
    arguments: ["apply", "--apply", "--context", "prod", "--expect", "revision=41"],
    script: "echo 'ümläut'\n",
    script_sha256: "a".repeat(64),
  });
});

it("does not know what became of a job that gives no result in time", async () => {
  const { executor } = await job([{ body: { status: "running" } }]);
  expect(await executor.run(request({ timeoutMs: 150 }))).toMatchObject({
    ended: "lost",
    changed: null,
    exitCode: null,
  });
});

it("does not know what became of a job that fails after it accepted", async () => {
  const { executor } = await job([{ body: { status: "running" } }, { status: 403, body: {} }]);
  expect(await executor.run(request())).toMatchObject({ ended: "lost", changed: null });
});

it("has started nothing if the job refuses", async () => {
  const { executor } = await job([{ status: 403, body: {} }]);
  expect(await executor.run(request())).toMatchObject({ ended: "not_started", changed: false });
  await expect(executor.run(request({ part: "check" }))).rejects.toMatchObject({ code: "REJECTED" });
});
