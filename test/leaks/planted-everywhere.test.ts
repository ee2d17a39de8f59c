import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { expect, it, onTestFinished } from "vitest";
import { ALARM_MS, spiking } from "../agent/fakes.ts";
import { causeway } from "../cli/run-cli.ts";
import { tempDir, writeCase } from "../compose/recorded-suite.ts";
import { startFakeModel } from "../connectors/openai/server.ts";
import { startServer } from "../http/server.ts";
import { newPostgresDatabase } from "../postgres/new-database.ts";
import { sharedQdrant } from "../servers/shared-qdrant.ts";
import { soon } from "../slack/harness.ts";
import { drawFrom } from "./draw.ts";
import { valueOf } from "./corpus-values.ts";

const KINDS = ["email", "iban", "phoneintl", "jwt", "pwalnum", "card"] as const;

/** Values, and a sentence of a program that holds all of them. */
function plantedText(seed: number) {
  const draw = drawFrom(seed);
  const [email = "", iban = "", phone = "", jwt = "", password = "", card = ""] = KINDS.map((kind) =>
    valueOf(kind).make(draw),
  );
  return {
    values: [email, iban, phone, jwt, password, card],
    email,
    text: `refused ${email} iban ${iban} call ${phone} with ${jwt} password=${password} pan ${card}`,
  };
}

const otlpValue = (value: string) => ({ stringValue: value });
const attribute = (key: string, value: string) => ({ key, value: otlpValue(value) });
const nanos = (ms: number): string => `${ms}000000`;

/** Spans, metrics, a cluster, changes, alerts, logs, runbooks and post-mortems, all of which hold the values. */
async function plantedSystem(seed: number) {
  const planted = plantedText(seed);
  const { text } = planted;
  const dir = await tempDir();
  const jsonl = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  const folder = await writeCase(dir, "inc-everywhere", {
    files: {
      "logs.jsonl": jsonl(
        Array.from({ length: 40 }, (_, at) => ({
          timeUnixNano: nanos(ALARM_MS + at * 1000),
          service: "stock",
          pod: "stock-0",
          body: `ERROR ${text}`,
        })),
      ),
      "alerts.jsonl": jsonl([
        {
          timeUnixMs: ALARM_MS,
          entity: "stock",
          entityKind: "service",
          signal: "metric",
          name: "StockBroken",
          direction: "up",
          peer: null,
          count: 1,
          message: text,
        },
      ]),
      "changes.jsonl": jsonl([
        { timeUnixMs: ALARM_MS - 60_000, entity: "stock", kind: "config", id: "cfg-1", summary: text },
      ]),
      "metrics.csv": [
        "timeUnixMs,entity,entityKind,metric,value",
        ...spiking.flatMap(({ entity, entityKind, metric, timesMs, values }) =>
          timesMs.map((timeMs, at) => `${timeMs},${entity},${entityKind},${metric},${values[at]}`),
        ),
        ...spiking
          .slice(0, 1)
          .flatMap(({ timesMs, values }) =>
            timesMs.map((timeMs, at) => `${timeMs},stock,service,errors_total{user=${planted.email}},${values[at]}`),
          ),
      ].join("\n"),
    },
  });
  await mkdir(join(folder, "otlp"));
  const span = (at: number) => ({
    traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
    spanId: `00f067aa0ba90${(200 + at).toString(16)}0`.padEnd(16, "0").slice(0, 16),
    name: `POST /refund ${text}`,
    kind: 2,
    startTimeUnixNano: nanos(ALARM_MS + at * 1000),
    endTimeUnixNano: nanos(ALARM_MS + at * 1000 + 900),
    status: { code: 2, message: text },
    attributes: [attribute("user.email", planted.email), attribute("exception.message", text)],
    events: [
      { timeUnixNano: nanos(ALARM_MS + at), name: "exception", attributes: [attribute("exception.message", text)] },
    ],
  });
  await writeFile(
    join(folder, "otlp", "traces.json"),
    JSON.stringify({
      resourceSpans: [
        {
          resource: { attributes: [attribute("service.name", "stock")] },
          scopeSpans: [{ spans: Array.from({ length: 30 }, (_, at) => span(at)) }],
        },
      ],
    }),
  );
  await mkdir(join(folder, "cluster"));
  const metadata = { name: "stock-0", namespace: "shop", uid: "4f1c9d0a-1c2b-4d5e-8f90-a1b2c3d4e5f6" };
  await writeFile(
    join(folder, "cluster", "all.json"),
    JSON.stringify({
      apiVersion: "v1",
      kind: "List",
      items: [
        {
          apiVersion: "v1",
          kind: "Pod",
          metadata: { ...metadata, annotations: { note: text } },
          spec: { containers: [{ name: "app", image: "stock:1", env: [{ name: "NOTE", value: text }], args: [text] }] },
          status: {
            phase: "Running",
            containerStatuses: [
              {
                name: "app",
                ready: false,
                restartCount: 9,
                image: "stock:1",
                imageID: "",
                state: { waiting: { reason: "CrashLoopBackOff", message: text } },
                lastState: { terminated: { exitCode: 1, reason: "Error", message: text } },
              },
            ],
          },
        },
        {
          apiVersion: "v1",
          kind: "Event",
          metadata: { ...metadata, name: "stock-0.1" },
          type: "Warning",
          reason: "Unhealthy",
          message: `Readiness probe failed: ${text}`,
          count: 4,
          lastTimestamp: new Date(ALARM_MS + 1000).toISOString(),
          involvedObject: { kind: "Pod", name: "stock-0", namespace: "shop" },
        },
      ],
    }),
  );
  const pages = join(dir, "pages");
  await mkdir(pages);
  await writeFile(join(pages, "stock.md"), `# StockBroken: CPU of stock\n\n${text}\n\n1. Look at stock. ${text}\n`);
  const past = join(dir, "past");
  await mkdir(past);
  await writeFile(
    join(past, "2025-11-01-stock.md"),
    `# Stock was starved of CPU\n\nService: stock\n\n## Root cause\n\nThe CPU of stock was used up. ${text}\n`,
  );
  const model = await startFakeModel();
  onTestFinished(() => model[Symbol.asyncDispose]());
  const env = {
    CAUSEWAY_DATA: dir,
    CAUSEWAY_RUNBOOKS: pages,
    OPENAI_BASE_URL: model.baseUrl,
    OPENAI_API_KEY: "test-key",
    OPENAI_MODEL: "test-model",
    LOG_LEVEL: "trace",
  };
  return { ...planted, dir, past, env, model };
}

/** The planted values that stand in a text, as they are or percent-encoded. */
const shownIn = (text: string, values: readonly string[]): string[] =>
  values.filter((value) => text.includes(value) || text.includes(encodeURIComponent(value)));

async function textsOf(dir: string): Promise<string> {
  const files = (await readdir(dir, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  return (await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), "latin1")))).join("\n");
}

const markOf = (text: string): Set<string> => new Set(text.match(/⟨email:[b-z]{10}⟩/g));

it("values in telemetry, a cluster, changes, runbooks and past incidents reach no report, prompt or Qdrant", async () => {
  const { values, dir, past, env, model } = await plantedSystem(61);
  const qdrant = sharedQdrant();
  const home = join(dir, "home");
  await mkdir(home);
  await writeFile(join(home, "config.yaml"), `qdrant:\n  url: ${qdrant.url}\n  prefix: ${qdrant.prefix}\n`);
  const run = (...argv: string[]) => causeway(argv, { env: { ...env, CAUSEWAY_HOME: home } });
  const imported = await run("memory", "import", past);
  expect(imported.code).toBe(0);
  const first = await run("analyze", "inc-everywhere", "--json");
  const { analysis_id: id, actions } = JSON.parse(first.stdout) as { analysis_id: string; actions: { id: string }[] };
  const outputs = [imported, first];
  for (const argv of [
    ["show", id],
    ["show", id, "--format", "md"],
    ["evidence", id],
    ["evidence", id, "--rerun", "--json"],
    ["similar", "inc-everywhere"],
    ["ledger"],
    ["ledger", "--json"],
    ...actions.map((action) => ["reject", action.id, "--by", "kim"]),
    ["memory", "export"],
    ["memory", "show"],
    ["feedback", id, "--correct", "--by", "kim"],
    ["memory", "export"],
  ])
    outputs.push(await run(...argv));
  const all = outputs.map(({ stdout, stderr }) => stdout + stderr).join("\n");
  expect(all).toMatch(/crash|Readiness|restart/i);
  expect(shownIn(all, values)).toEqual([]);
  expect(model.requests.length).toBeGreaterThan(0);
  expect(shownIn(JSON.stringify(model.requests), values)).toEqual([]);
  expect(shownIn(await textsOf(home), values)).toEqual([]);
  const collections = (await (await fetch(`${qdrant.url}/collections`)).json()) as {
    result: { collections: { name: string }[] };
  };
  const own = collections.result.collections.filter(({ name }) => name.startsWith(qdrant.prefix));
  const points = await Promise.all(
    own.map(async ({ name }) =>
      (
        await fetch(`${qdrant.url}/collections/${name}/points/scroll`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: '{"limit":100,"with_payload":true}',
        })
      ).text(),
    ),
  );
  expect(points.join("")).toContain("stock");
  expect(shownIn(points.join(""), values)).toEqual([]);
  expect(markOf(first.stdout).size).toBe(1);
});

it("values lie in no row of Postgres, and leave the service in no answer", async () => {
  const { values, env } = await plantedSystem(62);
  const databaseUrl = await newPostgresDatabase();
  const server = await startServer({ env: { ...env, DATABASE_URL: databaseUrl }, workers: 1 });
  const { json } = await server.ask("/v1/incidents/inc-everywhere/analyses", { method: "POST" });
  const id = String(json.analysis_id);
  await soon(async () => {
    const { json: now } = await server.ask(`/v1/analyses/${id}`);
    if (now.status !== "done" && now.status !== "waiting_for_review") throw new Error(String(now.status));
  });
  const answers: string[] = [];
  for (const path of ["", "/evidence", "/events"]) answers.push((await server.ask(`/v1/analyses/${id}${path}`)).text);
  await server.stop({ keepHome: true });
  expect(shownIn(answers.join("\n"), values)).toEqual([]);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows: tables } = await client.query<{ name: string }>(
    `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
      where table_schema not in ('pg_catalog', 'information_schema')`,
  );
  const rows: string[] = [];
  for (const { name } of tables) {
    const found = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
    rows.push(...found.rows.map(({ row }) => row));
  }
  await client.end();
  const stored = rows.join("\n");
  expect(stored).toContain("inc-everywhere");
  expect(shownIn(stored, values)).toEqual([]);
  expect(shownIn(await textsOf(server.home), values)).toEqual([]);
  // joinable: one mark for one value, whatever told it; ids of traces as they were
  expect(markOf(stored + answers.join("")).size).toBe(1);
});
