import { describe, expect, it } from "vitest";
import { readSources, SOURCE_SECTIONS } from "../../src/config/sources.ts";
import { exploreTemplates } from "../../src/connectors/grafana/explore.ts";
import { filledPage, tracePage } from "../../src/connectors/link.ts";
import { discoverPage, vmuiPage } from "../../src/connectors/logservers/pages.ts";
import { markdownLink } from "../../src/render/markdown-escape.ts";
import { link } from "../../src/render/slack/rich.ts";

const range = { startMs: Date.UTC(2026, 0, 5, 10), endMs: Date.UTC(2026, 0, 5, 11) };
/** Texts that try to leave their place in an address, in JSON, in Rison, in Markdown, in HTML or in Slack. */
const HOSTILE = [
  "https://evil.example/?a=b#c",
  "../../admin",
  "..",
  "?token=x&from=0",
  '"}],"datasource":"other',
  "'))&_g=(time:(from:now",
  "](https://evil.example) ![x](https://evil.example/x.png)",
  "<https://evil.example|click> <!channel> @here",
  "%2e%2e%2f%00\r\nX-Header: a",
  "\ud800 half a pair, `code`, | table, \\ and \u202e",
  "{trace_id}{query}$&$1",
];

describe("filledPage", () => {
  it("fills every place, percent-encoded", () => {
    const template = "https://logs.example/q?e={query}&f={from}&t={to}&i={fromIso}&s={service}&n={seconds}#{trace_id}";
    expect(filledPage(template, { range, query: '{app="shop"} |= "a b"', service: "shop", traceId: "ab12" })).toBe(
      "https://logs.example/q?e=%7Bapp%3D%22shop%22%7D%20%7C%3D%20%22a%20b%22&f=1767607200000&t=1767610800000" +
        "&i=2026-01-05T10%3A00%3A00.000Z&s=shop&n=3600#ab12",
    );
  });

  it.each(HOSTILE)("keeps %j in its place", (text) => {
    const templates = [
      "https://logs.example/explore?q={query}&keep=1#end",
      "https://logs.example/a/{service}/b?keep=1#end",
      'https://logs.example/explore?left={"e":"{queryJson}"}&keep=1#end',
      "https://logs.example/app?_a=(query:'{queryRison}')&keep=1#end",
    ];
    for (const template of templates) {
      const filled = filledPage(template, { range, query: text, service: text });
      if (filled === null) continue; // `..` alone cannot stand in an address
      const url = new URL(filled);
      expect([url.origin, url.searchParams.get("keep"), url.hash]).toEqual(["https://logs.example", "1", "#end"]);
      expect(url.pathname.split("/")).toHaveLength(new URL(template).pathname.split("/").length);
      expect([...url.searchParams.keys()]).toHaveLength(new URL(template).searchParams.size);
      expect(filled).toMatch(/^[\w:/?&=.%#~;,@$+-]+$/);
    }
  });

  it("keeps a text inside its JSON and inside its Rison", () => {
    const explore = exploreTemplates("https://grafana.example/sub/", { uid: "P1", kind: "loki" }).query ?? "";
    for (const text of HOSTILE.map((one) => one.toWellFormed())) {
      const shown = new URL(filledPage(explore, { range, query: text }) ?? "https://x/?panes={}");
      if (text === "..") continue;
      expect(shown.pathname).toBe("/sub/explore");
      const panes: unknown = JSON.parse(shown.searchParams.get("panes") ?? "");
      expect(panes).toMatchObject({
        causeway: {
          datasource: "P1",
          queries: [{ expr: text }],
          range: { from: "1767607200000", to: "1767610800000" },
        },
      });
      const discover = decodeURIComponent(
        filledPage(discoverPage("https://kibana.example"), { range, query: text }) ?? "",
      );
      const [, rison = ""] = /_a=\(query:\(language:kuery,query:'((?:![!']|[^!'])*)'\)\)&_q=/s.exec(discover) ?? [];
      expect(rison.replaceAll(/!([!'])/g, "$1")).toBe(text);
    }
  });

  it("masks secrets of a query before it encodes them", () => {
    const filled = filledPage("https://logs.example/?q={query}", { range, query: '{x="password=hunter2hunter2"}' });
    expect(filled).not.toContain("hunter2");
    expect(filled).toContain("password");
  });

  it("gives no page for a trace id that is none", () => {
    const pages = { query: null, trace: "https://jaeger.example/trace/{trace_id}" };
    expect(tracePage(pages, null, { range, traceId: "ab12cd34ab12cd34" })).toBe(
      "https://jaeger.example/trace/ab12cd34ab12cd34",
    );
    for (const traceId of ["../api", "x y", "", "ab12cd34ab12cd34ab12cd34ab12cd34ff"])
      expect(tracePage(pages, null, { range, traceId })).toBeNull();
  });

  it("opens VictoriaLogs' own page", () => {
    expect(filledPage(vmuiPage("http://user:pw@logs.example:9428/?token=x"), { range, query: "*" })).toBe(
      "http://logs.example:9428/select/vmui/#/?query=%2A&g0.range_input=3600s&g0.end_input=2026-01-05T11%3A00%3A00.000Z" +
        "&g0.relative_time=none",
    );
  });
});

describe("links: of a source", () => {
  const sources = SOURCE_SECTIONS.sources.unwrap();
  const loki = (links: object, env: Record<string, string> = {}) =>
    readSources(env, { sources: sources.parse([{ kind: "loki", url: "http://loki:3100", links }]) }).backends.at(-1);

  it("takes a template for queries and one for traces", () => {
    const pages = { query: "https://l.example/?q={query}", trace: "https://t.example/{trace_id}" };
    expect(loki(pages)).toMatchObject({ pages });
    expect(loki({ query: pages.query })).toMatchObject({ pages: { ...pages, trace: null } });
  });

  it.each([
    ["javascript:alert('{query}')", /no http/],
    ["ftp://l.example/{query}", /no http/],
    ["//l.example/{query}", /no http/],
    ["https://{service}.example/{query}", /fixed host/],
    ["https://l.example{query}", /fixed host/],
    ["https://user:pw@l.example/{query}", /without user info/],
    ["https://l.example/?q={query}&auth_token=x", /holds the parameter auth_token/],
    ["https://l.example/", /has none of/],
    ["https://l.example/?q={query}&n={namespace}", /names \{namespace\}; known are/],
  ])("refuses the template %s", (query, why) => {
    expect(() => loki({ query })).toThrow(why);
  });

  it("leads to Explore where the data source in Grafana is named", () => {
    const env = { GRAFANA_URL: "https://grafana.example", GRAFANA_TOKEN: "x" };
    const found = loki({ grafana: "P1" }, env);
    expect(found).toMatchObject({ pages: { query: expect.stringMatching(/^https:\/\/grafana\.example\/explore\?/) } });
    expect(() => loki({ grafana: "P1" })).toThrow(/no Grafana is configured/);
    const ofEnv = readSources({ ...env, LOKI_URL: "http://loki:3100", LOKI_GRAFANA_UID: "P1" }, {}).backends;
    expect(ofEnv.find(({ kind }) => kind === "loki")).toMatchObject({ pages: (found as { pages: object }).pages });
  });
});

it("writes links that end where they should in Markdown and in Slack, and none for other addresses", () => {
  const url = "https://l.example/?q=a)b](https://evil.example)<x>`y`|z";
  expect(markdownLink("open", url)).toMatch(/^\[open\]\(https:\/\/l\.example\/\?q=[\w%:/.]+\)$/);
  expect(link("open", url)).toMatchObject([{ type: "link", text: "open", url: expect.not.stringMatching(/[<>|]/) }]);
  for (const bad of [
    "javascript:alert(1)",
    "https://user:pw@l.example/",
    "x",
    `https://l.example/${"a".repeat(9_000)}`,
  ]) {
    expect(markdownLink("open", bad)).toBeNull();
    expect(link("open", bad)).toEqual([]);
  }
});
