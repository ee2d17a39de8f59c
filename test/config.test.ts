import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { forbidTracing, loadConfig, masked } from "../src/config.ts";
import type { IncidentError } from "../src/domain/errors.ts";
import { tempDir } from "./compose/recorded-suite.ts";
import { NO_HOME } from "./no-home.ts";

it("keeps state in the XDG data folder by default", () => {
  expect(loadConfig({}, { HOME: "/home/ada" }).home).toBe("/home/ada/.local/share/causeway");
  expect(loadConfig({}, { HOME: "/home/ada", XDG_DATA_HOME: "/data" }).home).toBe("/data/causeway");
  expect(loadConfig({}, { HOME: "/home/ada", XDG_DATA_HOME: "relative" }).home).toBe("/home/ada/.local/share/causeway");
  expect(loadConfig({}, { CAUSEWAY_HOME: "/state" }).home).toBe("/state");
});

it("never keeps state below the current folder, even with an empty or relative HOME", () => {
  for (const HOME of ["", "relative"])
    expect(loadConfig({}, { HOME, XDG_DATA_HOME: "", CAUSEWAY_HOME: "" }).home).toMatch(
      /^\/.*\/\.local\/share\/causeway$/,
    );
});

it("removes only the variables that make LangChain send traces", () => {
  const env = {
    LANGSMITH_TRACING: "true",
    LANGSMITH_TRACING_V2: "true",
    LANGCHAIN_TRACING: "true",
    LANGCHAIN_TRACING_V2: "true",
    LANGCHAIN_VERBOSE: "true",
    LANGSMITH_API_KEY: "k",
    PATH: "/bin",
  };
  forbidTracing(env);
  expect(env).toEqual({ LANGSMITH_API_KEY: "k", PATH: "/bin" });
});

it("prefers a flag to the environment, the environment to the file, and the file to the default", async () => {
  const home = await tempDir();
  const env = { CAUSEWAY_HOME: home };
  expect(loadConfig({}, env).data).toEqual([join(import.meta.dirname, "../fixtures")]);
  await writeFile(join(home, "config.yaml"), "data: /from/file\n");
  expect(loadConfig({}, env).data).toEqual(["/from/file"]);
  expect(loadConfig({}, { ...env, CAUSEWAY_DATA: "/from/env:/and/more" }).data).toEqual(["/from/env", "/and/more"]);
  expect(loadConfig({ data: ["/from/flag"] }, { ...env, CAUSEWAY_DATA: "/from/env" }).data).toEqual(["/from/flag"]);
});

it("has no model without a key or an address, and none with --no-llm", () => {
  expect(loadConfig({}, { OPENAI_MODEL: "m" }).model).toBeNull();
  expect(loadConfig({ llm: false }, { OPENAI_API_KEY: "k" }).model).toBeNull();
  expect(loadConfig({}, { OPENAI_API_KEY: "" }).model).toBeNull();
});

it("reads the model from the variables that other tools use", () => {
  expect(
    loadConfig(
      {},
      { OPENAI_API_BASE: "http://localhost:11434/v1", OPENAI_MODEL: "small", CAUSEWAY_MODEL_TIMEOUT_MS: "1500" },
    ).model,
  ).toEqual({
    name: "small",
    baseUrl: "http://localhost:11434/v1",
    apiKey: null,
    timeoutMs: 1500,
  });
  const both = { OPENAI_BASE_URL: "http://new/v1", OPENAI_API_BASE: "http://old/v1" };
  expect(loadConfig({}, both).model?.baseUrl).toBe("http://new/v1");
});

it("reads a secret from a file when the variable itself is not set", async () => {
  const path = join(await tempDir(), "key");
  await writeFile(path, "sk-from-file\n");
  expect(loadConfig({}, { OPENAI_API_KEY_FILE: path }).model?.apiKey).toBe("sk-from-file");
  expect(loadConfig({}, { OPENAI_API_KEY_FILE: path, OPENAI_API_KEY: "sk-direct" }).model?.apiKey).toBe("sk-direct");
  expect(() => loadConfig({}, { OPENAI_API_KEY_FILE: "/nowhere/key" })).toThrow(
    "OPENAI_API_KEY_FILE names /nowhere/key",
  );
});

it.each([
  [{ CAUSEWAY_MODEL_TIMEOUT_MS: "soon", OPENAI_API_KEY: "k" }, "CAUSEWAY_MODEL_TIMEOUT_MS"],
  [{ OPENAI_BASE_URL: "not a url" }, "OPENAI_BASE_URL"],
  [{ LOG_LEVEL: "loud" }, "LOG_LEVEL"],
  [{ CAUSEWAY_NODE_TIMEOUT_MS: "-1" }, "CAUSEWAY_NODE_TIMEOUT_MS"],
  [{ OPENAI_BASE_URL: "file:///etc/passwd" }, "OPENAI_BASE_URL"],
  [{ SLACK_API_URL: "ftp://slack.example.com" }, "SLACK_API_URL"],
  [{ KUBERNETES_IN_CLUSTER: "maybe" }, "KUBERNETES_IN_CLUSTER"],
  [{ CAUSEWAY_ALERT_JOIN_MINUTES: "9007199254740993" }, "CAUSEWAY_ALERT_JOIN_MINUTES"],
])("names the wrong variable: %o", (env, name) => {
  expect(() => loadConfig({}, env)).toThrow(name);
});

it("does not print a secret that stands where a path belongs", () => {
  for (const key of ["sk-4f9aQ2zz81", "ghp_abcdefghijklmnopqrstuvwxyz0123456789"])
    expect(refusalOf({ OPENAI_API_KEY_FILE: key })).not.toContain(key);
});

it("quotes a wrong value in one short line", () => {
  const refusal = refusalOf({ LOG_LEVEL: `\u001B[31m\n${"x".repeat(100_000)}` });
  expect(refusal).toContain("LOG_LEVEL");
  expect(refusal).toMatch(/^\P{Cc}{1,1000}$/u);
});

/** All that is shown of a refused configuration. */
function refusalOf(env: Record<string, string>): string {
  try {
    loadConfig({}, env);
  } catch (error) {
    const { message, hint, cause } = error as IncidentError;
    return `${message} ${hint} ${String(cause ?? "")}`;
  }
  throw new Error("the configuration was not refused");
}

it("refuses an unknown key in the file, and a named file that does not exist", async () => {
  const path = join(await tempDir(), "c.yaml");
  await writeFile(path, "dta: /x\n");
  expect(() => loadConfig({}, { CAUSEWAY_CONFIG: path })).toThrow(/dta/);
  expect(() => loadConfig({}, { CAUSEWAY_CONFIG: "/nowhere.yaml" })).toThrow("/nowhere.yaml does not exist");
});

it("reads an empty configuration file as no settings", async () => {
  const home = await tempDir();
  await writeFile(join(home, "config.yaml"), "# nothing yet\n");
  expect(loadConfig({}, { CAUSEWAY_HOME: home }).logLevel).toBe("warn");
});

it("masks the key, and secrets in an address", () => {
  const shown = JSON.stringify(
    masked(
      loadConfig({}, { OPENAI_API_KEY: "sk-secret", OPENAI_BASE_URL: "http://ada:pw-secret@host/v1?token=q-secret" }),
    ),
  );
  expect(shown).not.toMatch(/(sk|pw|q)-secret/);
  expect(shown).toContain("http://host/v1");
});

it("has no colours with NO_COLOR", () => {
  expect(loadConfig({}, { NO_COLOR: "1" }).color).toBe(false);
  expect(loadConfig({}, { NO_COLOR: "" }).color).toBe(true);
});

it("keeps state in SQLite unless DATABASE_URL is set, and never shows its password", () => {
  expect(loadConfig({}, {}).service).toMatchObject({ databaseUrl: null, host: "127.0.0.1", port: 8787 });
  const shared = loadConfig(
    {},
    { DATABASE_URL: "postgres://ada:hunter2@db:5432/causeway?sslmode=require", CAUSEWAY_PORT: "0" },
  );
  expect(shared.service).toMatchObject({ databaseUrl: expect.stringContaining("hunter2"), port: 0 });
  expect(masked(shared).service.databaseUrl).toBe("postgres://db:5432/causeway");
});

it("refuses the address of another kind of database without quoting it", () => {
  const load = () => loadConfig({}, { DATABASE_URL: "mysql://ada:hunter2@db/causeway" });
  expect(load).toThrow(/DATABASE_URL.*postgres:\/\//);
  expect(load).not.toThrow(/hunter2/);
});

it("accepts several secrets of a sender, and shows none of them", () => {
  const config = loadConfig(
    {},
    {
      PAGERDUTY_WEBHOOK_SECRET: "old-hidden, new-hidden",
      GRAFANA_WEBHOOK_SECRET: "gf-hidden",
      ALERTMANAGER_WEBHOOK_TOKEN: "am-hidden",
      CAUSEWAY_API_KEY: "a-key-of-20-chars-hidden",
    },
  );
  expect(config.webhooks.pagerduty.secrets).toEqual(["old-hidden", "new-hidden"]);
  expect(config.webhooks.grafana.signing).toMatchObject({
    signatureHeader: "X-Grafana-Alerting-Signature",
    timestampHeader: null,
    toleranceMs: 300_000,
  });
  expect(JSON.stringify(masked(config))).not.toContain("hidden");
});

it("refuses a short API key without quoting it", () => {
  expect(() => loadConfig({}, { CAUSEWAY_API_KEY: "hunter2" })).toThrow(
    expect.objectContaining({ code: "CONFIG", message: expect.not.stringContaining("hunter2") }),
  );
});

it.each([
  ["a list that does not end", "data: ["],
  ["a bracket too many", "logLevel: info\nrunbooks: {folders: [/a]}}\n"],
])("refuses a broken file as a whole: %s", async (_what, text) => {
  const home = await tempDir();
  await writeFile(join(home, "config.yaml"), text);
  expect(() => loadConfig({}, { CAUSEWAY_HOME: home })).toThrow(
    expect.objectContaining({
      code: "CONFIG",
      message: expect.stringMatching(/config\.yaml is not YAML: .* at line \d+/),
    }),
  );
});

it("serves the demo incidents only with --demo, or while nothing live is configured", () => {
  const dataOf = (demo: boolean | undefined, env: Record<string, string>, data?: string[]) =>
    loadConfig({ home: NO_HOME, demo, ...(data && { data }) }, env).data.map((dir) => dir.split("/").at(-1));
  const live = { PROMETHEUS_URL: "http://localhost:9090" };
  expect(dataOf(false, {})).toEqual(["fixtures"]);
  expect(dataOf(false, live)).toEqual([]);
  expect(dataOf(true, live)).toEqual(["fixtures"]);
  expect(dataOf(undefined, live)).toEqual(["fixtures"]);
  expect(dataOf(false, live, ["/srv/recorded"])).toEqual(["recorded"]);
  expect(dataOf(true, live, ["/srv/recorded"])).toEqual(["recorded", "fixtures"]);
});

it("refuses a link with a token, because reports show links", async () => {
  const path = join(await tempDir(), "config.yaml");
  const link = "https://dash.example/explore?token=hidden&q={query}";
  await writeFile(path, JSON.stringify({ sources: [{ kind: "prometheus", url: "http://metrics:9090", link }] }));
  expect(() => loadConfig({}, { CAUSEWAY_CONFIG: path, HOME: "/nowhere" })).toThrow(/links are shown in reports/);
});
