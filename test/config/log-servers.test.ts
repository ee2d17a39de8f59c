import { expect, it } from "vitest";
import { loadConfig } from "../../src/config.ts";
import { NO_HOME } from "../no-home.ts";

const backendsOf = (env: Record<string, string>) => loadConfig({ home: NO_HOME }, env).backends;

it("reads servers of logs from variables", () => {
  const env = {
    LOKI_URL: "http://loki:3100",
    LOKI_TENANT: "shop",
    VICTORIALOGS_URL: "http://vl:9428",
    VICTORIALOGS_TENANT: "12:3",
    ELASTICSEARCH_URL: "http://es:9200",
    ELASTICSEARCH_API_KEY: "c2VjcmV0",
    ELASTICSEARCH_INDEX: "app-*",
    OPENSEARCH_URL: "http://os:9200",
  };
  expect(backendsOf(env)).toMatchObject([
    { kind: "loki", headers: { "X-Scope-OrgID": "shop" } },
    { kind: "victorialogs", headers: { AccountID: "12", ProjectID: "3" } },
    { kind: "elasticsearch", index: "app-*", auth: { kind: "header", value: "ApiKey c2VjcmV0" } },
    { kind: "opensearch", index: expect.stringContaining("logs-*") as string, auth: { kind: "none" } },
  ]);
});

it("refuses a tenant that VictoriaLogs cannot have", () => {
  const env = { VICTORIALOGS_URL: "http://vl:9428", VICTORIALOGS_TENANT: "shop" };
  expect(() => backendsOf(env)).toThrow(/VICTORIALOGS has the tenant shop/);
});

it("reads log files from variables, and refuses a pattern without a service", () => {
  const env = { CAUSEWAY_LOG_FILES: "/var/log/a/*.log:/var/log/b/*.log" };
  expect(backendsOf({ ...env, CAUSEWAY_LOG_SERVICE: "/var/log/{service}/*.log" })).toMatchObject([
    { kind: "files", patterns: ["/var/log/a/*.log", "/var/log/b/*.log"], service: ["/var/log/{service}/*.log"] },
  ]);
  expect(() => backendsOf({ ...env, CAUSEWAY_LOG_SERVICE: "/var/log/*" })).toThrow(/CAUSEWAY_LOG_SERVICE/);
});
