import { expect, it } from "vitest";
import type { Report } from "../../../src/domain/report.ts";
import { cardModel } from "../../../src/render/chat/card-model.ts";
import { discordMessage } from "../../../src/render/chat/discord.ts";
import { mattermostMessage } from "../../../src/render/chat/mattermost.ts";
import { notification } from "../../../src/render/chat/notification.ts";
import { teamsMessage } from "../../../src/render/chat/teams.ts";
import { ATTACKS } from "../hostile-report.ts";
import { asMicrosoftReads } from "./vendor-card.ts";
import { openReport, provenReport, quietReport } from "../sample-reports.ts";

const REPORTS: readonly (readonly [string, Report])[] = [
  ["proven", provenReport()],
  ["open", openReport()],
  ["quiet", quietReport()],
];
const MENTIONS = ["@everyone", "@here", "@channel", "<!channel>", "<!here|x>", "<@U123>", "<@&99>", "<at>Ada</at>"];

/** A report in which telemetry says `text` wherever it can. */
const saying = (text: string): Report => {
  const report = provenReport();
  return {
    ...report,
    title: text,
    why: text,
    root_causes: report.root_causes.map((cause) => ({ ...cause, entity: text, title: text })),
    evidence: report.evidence.map((one) => ({ ...one, entity: text, summary: text, exemplar: text, template: text })),
    not_checked: [{ source: text, why: text }],
    next_evidence: [text],
    actions: report.actions.map((action) => ({ ...action, title: text, target: text })),
  };
};

it.each(REPORTS)("keeps the limits of each chat: %s", (_, report) => {
  const card = cardModel(report);
  expect(card.lead).not.toBe("");
  const teams = teamsMessage(card);
  expect(Buffer.byteLength(JSON.stringify(teams))).toBeLessThan(28_000);
  expect(teams).toMatchObject({
    type: "message",
    attachments: [{ content: { type: "AdaptiveCard", version: "1.4" } }],
  });
  expect(mattermostMessage(card).text.length).toBeLessThanOrEqual(16_383);
  const [embed] = discordMessage(card).embeds;
  expect(embed?.title.length).toBeLessThanOrEqual(256);
  expect(embed?.description.length).toBeLessThanOrEqual(4_096);
  expect((embed?.title.length ?? 0) + (embed?.description.length ?? 0)).toBeLessThanOrEqual(6_000);
});

it("keeps the limits with texts of any length", () => {
  const card = cardModel(saying(`${"long ".repeat(2_000)}@everyone`));
  const full = { ...card, sections: Array.from({ length: 60 }, () => ({ title: "x", items: ["y ".repeat(150)] })) };
  expect(Buffer.byteLength(JSON.stringify(teamsMessage(full)))).toBeLessThan(28_000);
  expect(mattermostMessage(full).text.length).toBeLessThanOrEqual(16_383);
  expect(discordMessage(full).embeds[0]?.description.length).toBeLessThanOrEqual(4_096);
  expect(JSON.stringify(teamsMessage(full))).toContain("shows it all");
});

/** Text outside of code spans, where a chat resolves mentions, links and tags. */
const outsideCode = (markdown: string): string => markdown.replaceAll(/(`+)[^`](?:.|\n)*?\1(?!`)/g, "");

it.each(MENTIONS)("pings nobody: %s", (mention) => {
  const card = cardModel(saying(`look ${mention} now`));
  const markdown = [mattermostMessage(card).text, discordMessage(card).embeds[0]?.description ?? ""];
  for (const text of markdown) expect(outsideCode(text)).not.toMatch(/@(?:everyone|here|channel|U123|&99)|<[!@a]/);
  expect(discordMessage(card).allowed_mentions).toEqual({ parse: [] });
  expect(JSON.stringify(teamsMessage(card))).not.toMatch(/<\/?at\b|"entities"/i);
});

it.each(ATTACKS)("writes %j as text", (attack) => {
  const card = cardModel(saying(attack));
  const texts = [mattermostMessage(card).text, discordMessage(card).embeds[0]?.description ?? ""];
  for (const text of texts) expect(outsideCode(text)).not.toMatch(/https?:|<script|<img|\]\(|www\./);
  const whole = JSON.stringify([texts, teamsMessage(card), notification({ status: "done" }, saying(attack))]);
  expect(JSON.parse(whole)).toBeTruthy();
  expect(whole).not.toMatch(/\\u00(?:1b|9b|07|00)|[\u202e\u200b]/);
});

it("knows no markup in an Adaptive Card: every text is a run", () => {
  const [attachment] = teamsMessage(cardModel(provenReport())).attachments;
  expect(attachment?.content.body.every(({ type }) => type === "RichTextBlock")).toBe(true);
  expect(attachment?.content.body.flatMap(({ inlines }) => inlines).every(({ type }) => type === "TextRun")).toBe(true);
});

it("sends a webhook the conclusion, and no log line, query or script", () => {
  const report = provenReport({
    evidence: provenReport().evidence.map((one) => ({ ...one, exemplar: "a raw log line", query: "a raw query" })),
    actions: provenReport().actions.map((one) => ({ ...one, script: "kubectl rollout restart" })),
  });
  const sent = notification({ status: "waiting_for_review" }, report);
  expect(sent).toMatchObject({ event: "analysis.finished", verdict: "root_cause", status: "waiting_for_review" });
  const text = JSON.stringify(sent);
  expect(text).not.toMatch(/a raw log line|a raw query|kubectl rollout/);
});

it.each([...REPORTS, ["hostile", saying("<at>Ada</at> **b** [x](https://evil.example)")] as const])(
  "is an Adaptive Card that Microsoft's parser reads whole: %s",
  (_, report) => {
    const [attachment] = teamsMessage(cardModel(report)).attachments;
    const { complaints, understood } = asMicrosoftReads(attachment?.content);
    expect(complaints).toEqual([]);
    const { msteams: _width, ...card } = attachment?.content ?? {}; // a field of Teams, which the parser does not know
    expect(understood).toEqual(card);
  },
);

it("would notice a card that is wrong", () => {
  const wrong = { type: "RichTextBlock", spacing: "Mediun", inlines: [{ type: "TextRun", text: "x", colour: "good" }] };
  const { complaints, understood } = asMicrosoftReads({ type: "AdaptiveCard", version: "1.4", body: [wrong] });
  expect(complaints).toEqual(['Invalid value "Mediun" for property "spacing".']);
  expect(JSON.stringify(understood)).not.toContain("colour");
});
