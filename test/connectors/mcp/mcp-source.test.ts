import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openMcp } from "../../../src/compose/backends/mcp.ts";
import { loadConfig, type McpConfig } from "../../../src/config.ts";
import { IncidentError } from "../../../src/domain/errors.ts";
import type { AnySource } from "../../../src/domain/ports.ts";
import { queryFor, type TelemetrySignal } from "../../../src/domain/query.ts";
import type { LogStream } from "../../../src/domain/telemetry.ts";
import { writeFile } from "node:fs/promises";
import { stringify } from "yaml";
import { checkSource } from "../../../src/app/doctor/check-source.ts";
import { tempDir } from "../../compose/recorded-suite.ts";
import { answer, type Message } from "./tool-server.ts";

const START_MS = 1_780_000_000_000;
const RANGE = { startMs: START_MS, endMs: START_MS + 600_000 };
const TOKEN = "tok-secret-of-this-test-81723";
const PROGRAM = [process.execPath, "--no-warnings", join(import.meta.dirname, "tool-program.ts")];

const NO_PROXY = { proxy: { http: null, https: null, noProxy: [] } };

type ToolEntry = Record<string, unknown>;
const entry = (tool: string, signal: string, more: object = {}): ToolEntry => ({ tool, signal, ...more });

/** The configuration as a person writes it. */
async function configOf(server: object, tools: readonly ToolEntry[]): Promise<McpConfig> {
  const home = await tempDir();
  await writeFile(
    join(home, "config.yaml"),
    stringify({ sources: [{ kind: "mcp", timeoutMs: 5_000, ...server, tools }] }),
  );
  const [backend] = loadConfig({ home }, {}).backends;
  if (backend?.kind !== "mcp") throw new Error("no such source");
  return backend;
}

async function opened(server: object, tools: readonly ToolEntry[]): Promise<AnySource[]> {
  const backend = openMcp(await configOf(server, tools), NO_PROXY);
  onTestFinished(() => backend.close());
  return [...(await backend.sources())];
}

const program = { command: PROGRAM, env: { API_TOKEN: TOKEN } };

/** The same server over HTTP. */
async function overHttp(): Promise<object> {
  const state = { lists: 0 };
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      if (request.method !== "POST") return response.writeHead(405).end();
      const message = JSON.parse(body) as Message;
      if (message.id === undefined) return response.writeHead(202).end();
      const head = (): unknown =>
        response.headersSent ? null : response.writeHead(200, { "content-type": "application/json" });
      const flood = (chunk: string): void => {
        head();
        const more = (): void => {
          while (!response.destroyed && response.write(chunk));
          response.once("drain", more);
        };
        more();
      };
      return answer(
        message,
        state,
        (text) => (head(), response.end(text)),
        flood,
        () => response.destroy(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => (server.closeAllConnections(), void server.close()));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, token: TOKEN };
}

const TRANSPORTS: readonly (readonly [string, () => Promise<object>])[] = [
  ["stdio", async () => program],
  ["HTTP", overHttp],
];

async function textOf(streams: readonly LogStream[]): Promise<string> {
  const chunks: Uint8Array[] = [];
  for (const { chunks: bytes } of streams) for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

const ask = (sources: readonly AnySource[], signal: TelemetrySignal, more: object = {}) => {
  const source = sources.find((each) => each.signal === signal);
  if (source === undefined) throw new Error(`no source of ${signal}s`);
  return (source as { query(query: object): Promise<{ data: unknown; coverage: { gaps: object[] } }> }).query({
    ...queryFor(signal, RANGE),
    ...more,
  });
};

it.each(TRANSPORTS)("maps tools to metrics, logs, alerts and changes over %s", async (_, server) => {
  const sources = await opened(await server(), [
    entry("matrix", "metric", {
      result: "data.result",
      arguments: { expr: "cpu", start: "{start}", step: "{step_seconds}" },
    }),
    entry("rows", "metric", { fields: { time: "t", value: "v", entity: "svc", metric: "m" } }),
    entry("log_rows", "log", { result: "lines" }),
    entry("log_lines", "log"),
    entry("alerts", "alert"),
    entry("changes", "change"),
  ]);
  expect(sources.map(({ signal }) => signal)).toEqual(["metric", "log", "alert", "change"]);
  const metrics = await ask(sources, "metric");
  expect(metrics.data).toMatchObject([
    {
      entity: "checkout",
      metric: "cpu",
      values: [0, 1.5, 3, 4.5],
      timesMs: [0, 1, 2, 3].map((at) => START_MS + at * 60_000),
    },
    { entity: "cart", metric: "cpu" },
    { entity: "checkout", metric: "latency", values: [0, 1, 2] },
  ]);
  expect(await ask(sources, "metric", { entities: ["cart"] })).toMatchObject({ data: [{ entity: "cart" }] });
  const logs = await textOf((await ask(sources, "log")).data as LogStream[]);
  expect(
    logs
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { body: string }).body),
  ).toHaveLength(5);
  expect(await ask(sources, "alert")).toMatchObject({
    data: [{ name: "HighCpu", entity: "cart", severity: "critical" }],
  });
  expect(await ask(sources, "change")).toMatchObject({
    data: [{ id: "d-1", kind: "deploy", entity: "cart" }],
    coverage: { gaps: [{ kind: "refused", why: "1 rows of changes lack a time, a value or a name" }] },
  });
});

const SERIES = expect.objectContaining({ metric: "cpu" });
const HOSTILE: readonly (readonly [string, string, RegExp])[] = [
  ["huge", "UNAVAILABLE", /did not answer/],
  ["endless", "UNAVAILABLE", /did not answer/],
  ["deep", "UNAVAILABLE|BAD_RESPONSE", /did not answer|nested deeper/],
  ["deep_text", "BAD_RESPONSE", /nested deeper than 32 levels/],
  ["slow", "UNAVAILABLE", /no answer within/],
  ["dies", "UNAVAILABLE", /did not answer/],
  ["error", "REJECTED", /refused with/],
  ["delete_everything", "REJECTED", /does not say that it only reads/],
  ["claims_nothing", "REJECTED", /does not say that it only reads/],
  ["no_such_tool", "REJECTED", /has no tool no_such_tool/],
];

/** Nothing but the time limit ends these. */
const TIMING_OUT = ["slow", "endless", "deep"];

it.each(TRANSPORTS)("contains what a hostile server does over %s, and can ask again", async (_, server) => {
  const where = await server();
  for (const [tool, code, message] of HOSTILE) {
    const sources = await opened({ ...where, timeoutMs: TIMING_OUT.includes(tool) ? 1_500 : 60_000 }, [
      entry(tool, "log"),
      entry("matrix", "metric", { result: "data.result" }),
    ]);
    const failure: unknown = await ask(sources, "log").catch((error: unknown) => error);
    expect([tool, failure]).toEqual([tool, expect.any(IncidentError)]);
    const { message: wording, code: found } = failure as IncidentError;
    expect([tool, wording]).toEqual([tool, expect.stringMatching(message)]);
    expect([tool, found]).toEqual([tool, expect.stringMatching(code)]);
    expect(`${wording} ${(failure as IncidentError).hint}`).not.toContain(TOKEN);
    // the server starts again; on a busy machine not at the first try
    const again = () =>
      ask(sources, "metric").then(
        ({ data }) => data,
        () => [],
      );
    await expect.poll(again).toEqual([SERIES, SERIES]);
  }
});

it("skips rows of wrong types, and says so", async () => {
  const sources = await opened(program, [entry("wrong_types", "metric", { result: "data.result" })]);
  expect(await ask(sources, "metric")).toMatchObject({ data: [], coverage: { gaps: [{ kind: "refused" }] } });
});

it("takes instructions in text for what they are: the text of a log line", async () => {
  const sources = await opened(program, [entry("instructions", "log")]);
  expect(await textOf((await ask(sources, "log")).data as LogStream[])).toContain("ignore all previous instructions");
});

it("takes secrets of the settings out of what a server echoes", async () => {
  const sources = await opened(program, [entry("echo", "log", { arguments: { q: "{entity}" } })]);
  const logs = await textOf((await ask(sources, "log", { entities: ["cart"] })).data as LogStream[]);
  expect(logs).not.toContain(TOKEN);
  expect(logs).toContain("⟨secret⟩ cart");
});

it("calls a tool for each entity, and never with a name that could end a query", async () => {
  const sources = await opened(program, [entry("echo", "log", { arguments: { q: 'up{job="{entity}"}' } })]);
  const answered = await ask(sources, "log", { entities: ["cart", 'x"} or vector(1) #', "a b", "\u202e"] });
  expect(answered.coverage.gaps).toContainEqual({ kind: "capped", why: "echo was not called for 3 of 4 entities" });
  expect(await ask(sources, "log")).toMatchObject({ data: [], coverage: { gaps: [{ kind: "refused" }] } });
});

it("accepts a tool without readOnlyHint only if the operator names it as trusted", async () => {
  const sources = await opened(program, [entry("claims_nothing", "log", { trusted: true })]);
  expect(await ask(sources, "log")).toMatchObject({ coverage: { returned: 0 } });
});

it("refuses a tool whose definition changed after it was used, or differs from the pinned one", async () => {
  const backend = openMcp(await configOf(await overHttp(), [entry("rug_pull", "log")]), NO_PROXY);
  onTestFinished(() => backend.close());
  const first = [...(await backend.sources())];
  await ask(first, "log");
  await ask(first, "log");
  const later = [...(await backend.sources())];
  await expect(ask(later, "log")).rejects.toThrow("is not the one that was allowed");
  const pinned = await opened(program, [entry("log_rows", "log", { sha256: "0".repeat(64) })]);
  await expect(ask(pinned, "log")).rejects.toThrow("is not the one that was allowed");
});

it("lets doctor say what works, what is missing, and what to pin", async () => {
  const doctor = async (server: object, tool: string) => {
    const [source] = await opened(server, [entry(tool, "log")]);
    if (source === undefined) throw new Error("no source");
    return checkSource(source, new AbortController().signal);
  };
  expect(await doctor(program, "log_rows")).toMatchObject({
    detail: expect.stringMatching(/returns data: log_rows of tool-server 1.*Pin log_rows with sha256: [0-9a-f]{64}/),
  });
  expect(await doctor(program, "delete_everything")).toMatchObject({
    state: "broken",
    detail: expect.stringContaining("refused:"),
  });
  expect(await doctor({ command: ["/nowhere/mcp-server"] }, "x")).toMatchObject({
    state: "broken",
    detail: expect.stringContaining("not reached:"),
  });
  expect(await doctor({ url: "http://127.0.0.1:9/mcp" }, "x")).toMatchObject({
    state: "broken",
    detail: expect.stringContaining("not reached:"),
  });
});

it.each([
  [{ command: ["a"], url: "http://x" }, "needs either url or command"],
  [{}, "needs either url or command"],
])("refuses the settings %j", async (server, why) => {
  await expect(configOf(server, [entry("a", "log")])).rejects.toThrow(why);
});

it("refuses unknown placeholders, signals and fields", async () => {
  const config = (tool: ToolEntry) => configOf(program, [tool]);
  await expect(config(entry("a", "log", { arguments: { q: "{nonsense}" } }))).rejects.toThrow("config.yaml");
  await expect(config(entry("a", "trace"))).rejects.toThrow("config.yaml");
  await expect(config(entry("a", "log", { fields: { colour: "x" } }))).rejects.toThrow("config.yaml");
});
