import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadConfig } from "../../../src/config.ts";
import { readCustom } from "../../../src/connectors/webhooks/custom.ts";
import { compileMapping, CustomMapping } from "../../../src/connectors/webhooks/custom-mapping.ts";
import { AlertEvent } from "../../../src/domain/alert-event.ts";

const ROOT = join(import.meta.dirname, "../../..");
const payload = JSON.parse(readFileSync(join(ROOT, "fixtures/custom/uptime.json"), "utf8"));
const NOW = Date.parse("2026-03-02T12:00:00Z");
const UPTIME = {
  items: "data.alerts",
  group: "check_group",
  fields: {
    name: "check",
    entity: { path: "text", match: String.raw`^(\S+) answers` },
    status: "state",
    severity: "level",
    summary: "text",
    fingerprint: "id",
    starts_at: "since",
    ends_at: "until",
    link: "url",
    labels: "meta",
  },
  severity_map: { P1: "high" },
  resolved_value: "UP",
};
/** Settings as the program itself reads them. */
function loadSettings(yaml: string) {
  const home = mkdtempSync(join(tmpdir(), "causeway-mapping-"));
  writeFileSync(join(home, "config.yaml"), yaml);
  return loadConfig({ home }, {});
}
const mapping = (settings: object) => compileMapping("uptime", CustomMapping.parse(settings));

it("reads a custom payload by its mapping", () => {
  const { source, groupKey, alerts } = readCustom("uptime", mapping(UPTIME), payload, NOW);
  expect({ source, groupKey }).toEqual({ source: "custom/uptime", groupKey: "custom/uptime:eu-west" });
  expect(alerts).toEqual([
    {
      fingerprint: "custom/uptime:4711",
      status: "firing",
      severity: "high",
      entity: "cart",
      name: "GET /cart",
      summary: "cart answers 503 from 3 places",
      startsAtMs: 1_772_445_146_000,
      endsAtMs: null,
      labels: { region: "eu-west", service: "cart", tries: "3" },
      links: { source: "https://uptime.example.com/4711" },
    },
    {
      fingerprint: "custom/uptime:4712",
      status: "resolved",
      severity: "warning",
      entity: "search",
      name: "GET /search",
      summary: "search answers again",
      startsAtMs: 1_772_445_000_000,
      endsAtMs: 1_772_445_300_000,
      labels: { service: "search" },
    },
  ]);
  for (const alert of alerts) expect(AlertEvent.parse(alert)).toEqual(alert);
});

it("reads its fixtures with the mappings in the documentation", () => {
  const shown = [
    ...readFileSync(join(ROOT, "docs/http.md"), "utf8").matchAll(
      /```yaml\n((?:# config.yaml.*\n)?webhooks:\n[\s\S]*?)```/g,
    ),
  ].map(([, text]) => loadSettings(String(text).replaceAll(/<[a-z]+>/g, "a-long-secret")));
  const custom = Object.assign({}, ...shown.map(({ webhooks }) => webhooks.custom));
  for (const name of ["uptime", "datadog"]) {
    const { mapping: settings } = custom[name];
    const sent = JSON.parse(readFileSync(join(ROOT, `fixtures/custom/${name}.json`), "utf8"));
    expect(readCustom(name, compileMapping(name, settings), sent, NOW).alerts[0]).toMatchObject({
      status: "firing",
      severity: "high",
      startsAtMs: 1_772_445_146_000,
    });
  }
});

it("reads a payload that is one alert with only a name", () => {
  const { groupKey, alerts } = readCustom("uptime", mapping({ fields: { name: "what" } }), { what: "disk full" }, NOW);
  expect(groupKey).toBeNull();
  expect(alerts).toEqual([
    expect.objectContaining({
      name: "disk full",
      entity: "disk full",
      status: "firing",
      severity: "warning",
      startsAtMs: NOW,
    }),
  ]);
});

it("gives one rule on one entity one fingerprint, and another entity a different one", () => {
  const read = (entity: string) =>
    readCustom(
      "uptime",
      mapping({ fields: { name: "what", entity: "where" } }),
      { what: "disk full", where: entity },
      NOW,
    ).alerts[0]?.fingerprint;
  expect(read("db-1")).toBe(read("db-1"));
  expect(read("db-2")).not.toBe(read("db-1"));
});

it.each([
  ["items", { ...UPTIME, items: "data..alerts" }],
  ["fields.name", { ...UPTIME, fields: { ...UPTIME.fields, name: "" } }],
  ["fields.labels", { ...UPTIME, fields: { ...UPTIME.fields, labels: "a." } }],
  [
    "fields.entity.match is not a valid RE2 pattern",
    { ...UPTIME, fields: { ...UPTIME.fields, entity: { path: "text", match: "(" } } },
  ],
  [
    "fields.entity.match has no group",
    { ...UPTIME, fields: { ...UPTIME.fields, entity: { path: "text", match: "a+" } } },
  ],
])("stops the program at a mistake in %s and names it", (named, settings) => {
  expect(() => mapping(settings)).toThrow(
    expect.objectContaining({ code: "CONFIG", message: expect.stringContaining(`webhooks.custom.uptime.${named}`) }),
  );
});

it.each([
  ["an item without a name", { data: { alerts: [{}] } }],
  ["no list", { data: { alerts: "none" } }],
  ["nothing", null],
  ["10,001 alerts", { data: { alerts: Array.from({ length: 10_001 }, () => ({ check: "x" })) } }],
])("refuses %s", (_what, sent) => {
  expect(() => readCustom("uptime", mapping(UPTIME), sent, NOW)).toThrow(
    expect.objectContaining({ code: "BAD_INPUT" }),
  );
});

it("reads own properties only, never inherited ones", () => {
  const inherited = mapping({
    fields: { name: "what", entity: "constructor.name", summary: "__proto__.toString.name" },
  });
  expect(readCustom("uptime", inherited, { what: "x" }, NOW).alerts[0]).toMatchObject({ entity: "x", summary: "x" });
});

it("stays fast on a pattern and a text that backtracking would make slow", () => {
  const slow = mapping({ fields: { name: "what", entity: { path: "what", match: "^(a+)+$" } } });
  expect(readCustom("uptime", slow, { what: `${"a".repeat(50_000)}!` }, NOW).alerts).toHaveLength(1);
});

it("reads the address of a runbook from the mapped field", () => {
  const { alerts } = readCustom(
    "uptime",
    mapping({ fields: { name: "n", link: "l", runbook: "docs.runbook" } }),
    { n: "Down", l: "https://up.example/1", docs: { runbook: "https://runbooks.example.com/down" } },
    NOW,
  );
  expect(alerts[0]?.links).toEqual({ source: "https://up.example/1", runbook: "https://runbooks.example.com/down" });
});

it("keeps the other alerts when one lacks its name, and refuses a payload in which all do", () => {
  const [first, ...rest] = payload.data.alerts;
  const readAlerts = (alerts: unknown[]) =>
    readCustom("uptime", mapping(UPTIME), { ...payload, data: { alerts } }, NOW).alerts.map(({ name }) => name);
  expect(readAlerts([{ ...first, check: null }, first, ...rest])).toEqual([
    "alert without a name",
    ...payload.data.alerts.map(({ check }: { check: string }) => check),
  ]);
  expect(() => readAlerts([{ ...first, check: null }])).toThrow(
    expect.objectContaining({
      code: "BAD_INPUT",
      message: expect.stringContaining("no item has a value at `fields.name`"),
    }),
  );
  expect(readAlerts([])).toEqual([]);
});
