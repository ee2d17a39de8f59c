import { once } from "node:events";
import { chmod, mkdir, readdir, readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, expect, it, onTestFinished } from "vitest";
import { startTracing } from "../../src/compose/tracing.ts";
import { loadConfig } from "../../src/config.ts";
import { causeway } from "../cli/run-cli.ts";
import { tempDir, writeCase } from "../compose/recorded-suite.ts";
import { startFakeModel } from "../connectors/openai/server.ts";
import { startServer } from "../http/server.ts";
import { atWork, firing, soon } from "../slack/harness.ts";
import { leftIn, plantedIncident } from "./planted-incident.ts";

/** All bytes of all files in a folder. */
async function bytesIn(dir: string): Promise<string> {
  const files = (await readdir(dir, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const texts = await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), "latin1")));
  // JSON in the database escapes nothing of these values but quotes; names of people are UTF-8
  return Buffer.from(texts.join("\n"), "latin1").toString("utf8");
}

/** A collector of OpenTelemetry traces. */
async function collector() {
  const bodies: string[] = [];
  const server = createServer(
    (request, response) => void text(request).then((body) => (bodies.push(body), response.end("{}"))),
  ).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
}

async function planted(seed: number, extra: Record<string, string> = {}) {
  const { cases, files } = plantedIncident(seed);
  const dir = await tempDir();
  await writeCase(dir, "inc-leaky", { files });
  const model = await startFakeModel();
  onTestFinished(() => model[Symbol.asyncDispose]());
  const home = join(dir, "home");
  const env = {
    CAUSEWAY_HOME: home,
    CAUSEWAY_DATA: dir,
    OPENAI_BASE_URL: model.baseUrl,
    OPENAI_API_KEY: "test-key",
    OPENAI_MODEL: "test-model",
    ...extra,
  };
  return { cases, dir, home, env, model };
}

describe("secrets and personal data that telemetry holds", () => {
  it("leave the command line in no report, log or prompt, and lie in no file", async () => {
    const { cases, home, env, model } = await planted(41, { LOG_LEVEL: "trace" });
    expect(leftIn(cases.map(({ text: line }) => line).join("\n"), cases).length).toBeGreaterThan(25);
    const first = await causeway(["analyze", "inc-leaky", "--json"], { env });
    const { analysis_id: id, evidence } = JSON.parse(first.stdout) as { analysis_id: string; evidence: unknown[] };
    expect(evidence.length).toBeGreaterThan(5);
    expect(first.stdout).toMatch(/⟨[a-z-]+:[b-z]{10}⟩/);
    const others = await Promise.all(
      [
        ["show", id],
        ["show", id, "--format", "md"],
        ["show", id, "--format", "json"],
        ["evidence", id],
        ["evidence", id, "--rerun", "--json"],
        ["analyses"],
      ].map((argv) => causeway(argv, { env })),
    );
    expect(model.requests.length).toBeGreaterThan(0);
    const shown = [first, ...others].map(({ stdout, stderr }) => stdout + stderr).join("\n");
    expect(leftIn(shown, cases)).toEqual([]);
    expect(leftIn(JSON.stringify(model.requests), cases)).toEqual([]);
    expect(leftIn(await bytesIn(home), cases)).toEqual([]);
  });

  it("stay in the store if the operator wants them raw, and still leave nowhere", async () => {
    const { cases, home, env, model } = await planted(42, { CAUSEWAY_MASKING_RAW: "true" });
    const { stdout, stderr } = await causeway(["analyze", "inc-leaky", "--json"], { env });
    expect(leftIn(await bytesIn(home), cases).length).toBeGreaterThan(5);
    expect(leftIn(stdout + stderr + JSON.stringify(model.requests), cases)).toEqual([]);
    expect(leftIn(stdout + stderr + JSON.stringify(model.requests), cases)).toEqual([]);
  });

  it("are put back for a person at this machine, and only personal data", async () => {
    const { cases, env } = await planted(43);
    const { stdout } = await causeway(["analyze", "inc-leaky", "--json"], { env });
    const { stdout: restored } = await causeway(["reveal", "-"], { env, stdin: Readable.from([stdout]) });
    const back = leftIn(
      restored,
      cases.filter(({ kind }) => kind === "e-mail" || kind === "iban"),
    );
    expect(back.length).toBeGreaterThan(0);
    expect(
      leftIn(
        restored,
        cases.filter(({ isSecret }) => isSecret),
      ),
    ).toEqual([]);
    const elsewhere = { ...env, CAUSEWAY_HOME: await tempDir() };
    expect((await causeway(["reveal", "-"], { env: elsewhere, stdin: Readable.from([stdout]) })).stdout.trim()).toBe(
      stdout.trim(),
    );
  });

  it("leave the service in no answer, event or trace, whatever senders put into alerts, changes and records", async () => {
    const spans = await collector();
    const { cases, dir, env } = await planted(44);
    const stopTracing = await startTracing(loadConfig({}, { OTEL_EXPORTER_OTLP_ENDPOINT: spans.url }));
    const { CAUSEWAY_HOME: _, ...settings } = env;
    const server = await startServer({ env: settings, workers: 1 });
    const answers: string[] = [];
    const ask = async (...args: Parameters<typeof server.ask>) => {
      const answer = await server.ask(...args);
      answers.push(answer.text);
      return answer;
    };
    const sent = cases.slice(0, 40);
    await ask("/v1/webhooks/alertmanager", {
      method: "POST",
      json: {
        version: "4",
        groupKey: "g",
        truncatedAlerts: 0,
        status: "firing",
        receiver: "r",
        groupLabels: {},
        commonLabels: {},
        commonAnnotations: {},
        externalURL: "http://am",
        alerts: sent.map(({ text: line }, at) => ({
          status: "firing",
          labels: { alertname: `A${at}`, service: "stock", note: line },
          annotations: { summary: line },
          startsAt: new Date().toISOString(),
          endsAt: "0001-01-01T00:00:00Z",
          generatorURL: "http://prometheus",
          fingerprint: `f${at}`,
        })),
      },
    });
    await ask("/v1/logs", {
      method: "POST",
      json: {
        resourceLogs: [
          {
            resource: { attributes: [{ key: "service.name", value: { stringValue: "stock" } }] },
            scopeLogs: [
              {
                logRecords: sent.map(({ text: line }) => ({
                  timeUnixNano: `${Date.now()}000000`,
                  body: { stringValue: line },
                  attributes: [{ key: "note", value: { stringValue: line } }],
                })),
              },
            ],
          },
        ],
      },
    });
    for (const { value } of sent.slice(0, 10)) await ask(`/v1/incidents/${encodeURIComponent(`x ${value}`)}`);
    await ask("/v1/incidents", {
      method: "POST",
      json: {
        title: sent
          .map(({ text: line }) => line)
          .join(" ")
          .slice(0, 490),
      },
    });
    const { json } = await ask("/v1/incidents/inc-leaky/analyses", {
      method: "POST",
      headers: { "idempotency-key": "k1" },
    });
    const id = String(json.analysis_id);
    await soon(async () => {
      const { json: now } = await server.ask(`/v1/analyses/${id}`);
      if (now.status !== "done" && now.status !== "waiting_for_review") throw new Error(String(now.status));
    });
    for (const path of [
      `/v1/analyses/${id}`,
      `/v1/analyses/${id}/evidence`,
      `/v1/analyses/${id}/events`,
      "/v1/incidents",
      "/v1/incidents/inc-leaky",
    ])
      await ask(path);
    const { json: listed } = await ask("/v1/incidents");
    for (const { id: incident } of listed.items as { id: string }[]) await ask(`/v1/incidents/${incident}`);
    await server.stop({ keepHome: true });
    await stopTracing();
    expect(answers.join("").length).toBeGreaterThan(10_000);
    expect(spans.bodies.length).toBeGreaterThan(0);
    expect(leftIn(answers.join("\n"), cases)).toEqual([]);
    expect(leftIn(spans.bodies.join("\n"), cases)).toEqual([]);
    expect(leftIn(await bytesIn(server.home), cases)).toEqual([]);
    expect(dir).not.toBe(server.home);
  });

  it("are posted to no chat, even if the alert that was posted there holds them", async () => {
    const { cases } = plantedIncident(45);
    const work = await atWork();
    for (const { text: line } of cases.filter(({ kind }) => /e-mail|password$|iban|github/.test(kind)))
      await work.world.alert("C0ALERTS", firing("stock", "HighLatency", ` ${line}`));
    await soon(() => {
      if (!work.fake.space.calls.some(({ method }) => method === "chat.postMessage")) throw new Error("nothing posted");
    });
    await work.stop();
    expect(leftIn(JSON.stringify(work.fake.space.calls.map(({ args }) => args)), cases)).toEqual([]);
  });
});

it("keeps its files from everybody else, in a folder that others can read, with any umask", async () => {
  const before = process.umask(0);
  onTestFinished(() => void process.umask(before));
  const { home, env } = await planted(46);
  await mkdir(home, { recursive: true });
  await chmod(home, 0o755);
  await causeway(["analyze", "inc-leaky", "--json", "--no-llm"], { env });
  const files = (await readdir(home)).filter((name) => /\.(?:db|db-wal|db-shm|key|vault)$/.test(name));
  expect(files.length).toBeGreaterThanOrEqual(3);
  const modes = await Promise.all(files.map(async (name) => (await stat(join(home, name))).mode & 0o777));
  expect(new Set(modes)).toEqual(new Set([0o600]));
  const { stdout } = await causeway(["doctor"], { env });
  expect(stdout).toMatch(/others can read/);
});
