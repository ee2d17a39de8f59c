import { expect, it } from "vitest";
import { isNoticeOf } from "../../../src/domain/notice.ts";
import type { Report } from "../../../src/domain/report.ts";
import { cardModel } from "../../../src/render/chat/card-model.ts";
import {
  adfCard,
  defanged,
  markdownCard,
  plainCard,
  runbookProposal,
  wikiCard,
} from "../../../src/render/chat/ticket-texts.ts";
import { ATTACKS, hostile } from "../hostile-report.ts";
import { openReport, provenReport, quietReport } from "../sample-reports.ts";

const MENTIONS = [
  "@everyone",
  "@here",
  "@channel",
  "@octocat",
  "<!channel>",
  "<!here|x>",
  "<@U123>",
  "[~admin]",
  "[~accountid:5b10a2844c20165700ede21g]",
  "{noformat}[~admin]{noformat}",
  "{ noformat} h1. x",
  "[click|https://evil.example]",
  "!https://evil.example/x.png!",
];

const hostileWith = (text: string): Report => ({
  ...hostile(text, text, text, "root_cause"),
  analysis_id: "an-0123456789",
});
const outsideCode = (markdown: string): string =>
  markdown.replaceAll(/^(`{3,})markdown\n[\s\S]*?\n\1$/gm, "").replaceAll(/(`+)[^`](?:.|\n)*?\1(?!`)/g, "");

it.each([...ATTACKS, ...MENTIONS])("writes %j as text in every kind of ticket", (attack) => {
  const report = hostileWith(attack);
  const card = cardModel(report);
  const plain = plainCard(card);
  expect(plain).not.toMatch(/:\/\/|www\.|@\S|<[!@#]/);
  const wiki = wikiCard(card);
  expect(wiki).toMatch(/^\{noformat\}\n[\s\S]*\n\{noformat\}$/);
  expect(wiki.slice(10, -10)).not.toMatch(/\{\s*noformat|\[~|:\/\//i);
  const proposal = runbookProposal(report, card);
  for (const markdown of [markdownCard(card), proposal?.body ?? ""])
    expect(outsideCode(markdown)).not.toMatch(
      /https?:|<script|<img|(?<!\\)\]\(|www\.|@(?:everyone|here|channel|octocat|all)/,
    );
  expect(proposal?.title ?? "").not.toMatch(/@\S|:\/\//);
  expect(proposal?.slug ?? "draft").toMatch(/^[a-z0-9][a-z0-9-]{0,63}$/);
  expect(JSON.stringify([plain, wiki, proposal?.body, adfCard(card)])).not.toMatch(
    /\\u00(?:1b|9b|07|00)|[\u202e\u200b]/,
  );
});

it.each([...ATTACKS, ...MENTIONS])("puts %j in text nodes of a document only, without links and mentions", (attack) => {
  const types = new Set<string>();
  const marks = new Set<string>();
  JSON.stringify(adfCard(cardModel(hostileWith(attack))), (key, value: unknown) => {
    if (key === "type" && typeof value === "string") types.add(value);
    if (key === "marks") for (const { type } of value as { type: string }[]) marks.add(type);
    return value;
  });
  const allowed = ["doc", "heading", "paragraph", "bulletList", "listItem", "text", "strong", "em"];
  expect([...types].filter((type) => !allowed.includes(type))).toEqual([]);
  expect([...marks].filter((type) => !["strong", "em"].includes(type))).toEqual([]);
});

it.each([provenReport(), openReport(), quietReport()])("names the analysis, so that a repeat is found", (report) => {
  const card = cardModel(report);
  const texts = [plainCard(card), wikiCard(card), JSON.stringify(adfCard(card)), markdownCard(card)];
  expect(texts.map((text) => isNoticeOf(text, report.analysis_id))).toEqual([true, true, true, true]);
  expect(isNoticeOf(texts[0] ?? "", "an-other")).toBe(false);
  expect(isNoticeOf(`see ${report.analysis_id}`, report.analysis_id)).toBe(false);
});

it("keeps the limits of the vendors with texts of any length", () => {
  const long = `${"long ".repeat(2_000)}@everyone`;
  const card = cardModel(hostileWith(long));
  const full = { ...card, sections: Array.from({ length: 400 }, () => ({ title: "x", items: ["y ".repeat(150)] })) };
  expect(plainCard(full).length).toBeLessThanOrEqual(10_000);
  expect(wikiCard(full).length).toBeLessThan(32_767);
  expect(JSON.stringify(adfCard(full)).length).toBeLessThan(32_767);
  expect(isNoticeOf(JSON.stringify(adfCard(full)), "an-0123456789")).toBe(true);
  const drafted = {
    ...provenReport(),
    runbook: { name: "x", why: "y", drafted: true, text: "line of text\n".repeat(9_000) },
  };
  const proposal = runbookProposal(drafted, full);
  expect(proposal?.body.length).toBeLessThan(65_536);
  expect(proposal?.title.length).toBeLessThanOrEqual(256);
  expect(isNoticeOf(proposal?.body ?? "", "an-0123456789")).toBe(true);
});

it("proposes only what the report holds", () => {
  expect(runbookProposal({ ...quietReport(), actions: [], runbook: null }, cardModel(quietReport()))).toBeNull();
});

it("reads plain text as it is", () => {
  expect(defanged("latency(p99) of payments.default.svc: 3.2 s at 10:15, <no data>")).toBe(
    "latency(p99) of payments.default.svc: 3.2 s at 10:15, <no data>",
  );
});
