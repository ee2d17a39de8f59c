import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FIXTURES_DIR } from "../../src/host.ts";
import { Report } from "../../src/domain/report.ts";
import { emptyAnswer } from "../../src/domain/ask-answer.ts";
import { answerMessage } from "../../src/render/slack/answer.ts";
import { digest } from "../../src/render/digest.ts";
import { card } from "../../src/render/slack/card.ts";
import { decideModal } from "../../src/render/slack/decide-modal.ts";
import { MAX_PAGE_TEXT } from "../../src/render/slack/limits.ts";
import {
  choices,
  decided,
  evidenceText,
  outcomeQuestion,
  statement,
  similarText,
  trouble,
} from "../../src/render/slack/messages.ts";
import { correctModal, evidenceModal, similarModal, whyNotModal } from "../../src/render/slack/modals.ts";
import { progress } from "../../src/render/slack/progress.ts";
import { ATTACKS, hostileReport, hostileText } from "../render/hostile-report.ts";
import { anApproval, openReport, provenReport, quietReport } from "../render/sample-reports.ts";
import { problemsOf, SlackMessage, SlackView } from "./fake-slack/validate-blocks.ts";

const AT = Date.parse("2026-11-23T09:00:00.000Z");
const folder = join(import.meta.dirname, "reports");
const reportOf = (file: string): Report =>
  Report.parse(JSON.parse(gunzipSync(readFileSync(join(folder, file))).toString()));
const recorded = readdirSync(folder).map((file) => [file.replace(".json.gz", ""), reportOf(file)] as const);
const samples = [
  ["sample-proven", provenReport()],
  ["sample-open", openReport()],
  ["sample-quiet", quietReport()],
  ["sample-recovered", provenReport({ verdict: "recovered", root_causes: [], actions: [], runbook: null })],
] as const;

/** All text of the blocks, as one string. */
const shown = (blocks: unknown): string =>
  [...JSON.stringify(blocks).matchAll(/"text":("(?:[^"\\]|\\.)*")/g)]
    .map(([, text = ""]) => JSON.parse(text) as string)
    .join("\n");

it("has a reviewed card of every recorded incident", () => {
  expect(recorded.map(([id]) => id)).toEqual(readdirSync(join(FIXTURES_DIR, "cases")));
});

// Reviewed by eye: run with `--update` to write them anew, then read the difference.
describe.each([...recorded, ...samples])("%s", (name, report) => {
  const message = card(report, { review: { decisions: [], nowMs: AT } });
  const dialogues = report.actions.map((action) => decideModal(report, action, "approved"));

  it("matches its reviewed snapshot", async () => {
    await expect(`${JSON.stringify({ card: message, approve: dialogues }, null, 2)}\n`).toMatchFileSnapshot(
      join(import.meta.dirname, "cards", `${name}.json`),
    );
  });
  it("is valid, and within Slack's limits", () => {
    expect(problemsOf(SlackMessage, message)).toEqual([]);
    expect(
      [
        evidenceModal(report, 0),
        evidenceModal(report, 1),
        similarModal(report),
        whyNotModal(report, 0),
        correctModal(report),
        ...dialogues,
      ].flatMap((view) => problemsOf(SlackView, view)),
    ).toEqual([]);
  });
  it("gives verdict, root cause and every finding of the card in plain text too", () => {
    const [verdict = ""] = message.text.split("\n");
    expect(verdict).toMatch(/^(?:ROOT CAUSE|INCONCLUSIVE|NO INCIDENT|RECOVERED): \S/);
    for (const cause of report.root_causes) expect(verdict).toContain(cause.entity);
    const { keyEvidence, supporting, against } = digest(report);
    for (const { id } of [...(keyEvidence === null ? [] : [keyEvidence]), ...supporting, ...against]) {
      expect(message.text).toContain(`${id}: `);
      expect(shown(message.blocks)).toContain(id);
    }
  });
});

describe("any text from telemetry or people", () => {
  const views = (report: Report) => [
    ...[0, 1, 2, 99].map((page) => evidenceModal(report, page)),
    similarModal(report),
    whyNotModal(report, 1),
    whyNotModal(report, 99),
    correctModal(report),
    ...report.actions.flatMap((action) =>
      [0, 1, 2].flatMap((page) => [
        decideModal(report, action, "approved", page),
        decideModal(report, action, "rejected", page),
      ]),
    ),
  ];
  const messages = (report: Report, text: string) => [
    card(report),
    card(report, { isShadow: true, furtherAlerts: 499 }),
    card(report, { review: { decisions: [{ ...anApproval, by: text, note: text }], nowMs: AT } }),
    progress({ incidentId: report.incident_id, title: report.title, done: [text], waits: false, furtherAlerts: 3 }),
    outcomeQuestion(report, text),
    decided({ ...anApproval, note: text }, text, "U0ADA", text),
    decided({ ...anApproval, actionId: text }, text, "U0ADA", text, true),
    statement(text),
    trouble(text, text),
    choices(text, [
      { id: text, title: text },
      { id: "inc-1", title: text },
    ]),
    evidenceText(report, "E1"),
    similarText(report),
    answerMessage({
      ...emptyAnswer(text),
      claims: [{ text, evidence_ids: [text, "E1"] }],
      plan_text: text,
      written_by: text,
      noted: true,
      can_ask: [text],
      limits: [text],
      refusal: { why: text, misfits: [], nearest: null, nearest_text: text },
      table: {
        unit: text,
        read: 9,
        matched: 1,
        groups: 1,
        range: null,
        compared: null,
        rows: [{ group: { [text]: text }, value: 1, count: 1, first: null, last: null, references: [text] }],
        series: null,
        notes: [text],
      },
    }),
  ];
  it("stays valid and within the limits", () => {
    fc.assert(
      fc.property(hostileReport, hostileText, (report, text) => {
        expect(messages(report, text).flatMap((message) => problemsOf(SlackMessage, message))).toEqual([]);
        expect(views(report).flatMap((view) => problemsOf(SlackView, view))).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
  it.each([
    ...ATTACKS,
    "<!channel> <!here> <@U0EVE> <#C0ALERTS> <https://evil.example|ok>",
    ":fire: @channel @here",
    "&lt;!everyone&gt;",
  ])("mentions nobody and links nowhere: %j", (attack) => {
    const found = messages(provenReport({ title: attack, incident_id: attack, why: attack }), attack);
    for (const { text, blocks } of found) {
      expect(text.replace(/<@U0ADA>/, "")).not.toMatch(/<[^>]*>|@(?:channel|here|everyone)/i);
      expect(JSON.stringify(blocks)).not.toMatch(/"type":"(?:mrkdwn|markdown|broadcast|usergroup|channel|emoji)"/);
    }
  });
});

describe("long texts", () => {
  const lines = Array.from({ length: 900 }, (_, i) => `echo "step ${i}" # ${"x".repeat(i % 80)}`);
  const long = provenReport({
    actions: provenReport().actions.map((action) => ({ ...action, script: `${lines.join("\n")}\n` })),
  });
  const [action] = long.actions;
  const scriptOn = (page: number): string => {
    const { blocks } = decideModal(long, action as never, "approved", page);
    return [
      ...JSON.stringify(blocks).matchAll(
        /"rich_text_preformatted","elements":\[\{"type":"text","text":("(?:[^"\\]|\\.)*")/g,
      ),
    ]
      .map(([, text = ""]) => JSON.parse(text) as string)
      .join("\n");
  };
  const pages = (): number =>
    Number(/of (\d+)$/.exec(decideModal(long, action as never, "approved", 0).title.text)?.[1] ?? 1);

  it("are shown whole over several pages: the script of an approval, line by line", () => {
    const whole = Array.from({ length: pages() }, (_, page) => scriptOn(page)).join("\n");
    expect(pages()).toBeGreaterThan(2);
    expect(whole.startsWith(lines.join("\n"))).toBe(true);
  });
  it("can be approved on the last page only", () => {
    const submits = Array.from(
      { length: pages() },
      (_, page) => decideModal(long, action as never, "approved", page).submit !== undefined,
    );
    expect(submits).toEqual([...Array.from({ length: pages() - 1 }, () => false), true]);
  });
  it("never split a finding: each page begins with one", () => {
    const [first] = provenReport().evidence;
    if (!first) throw new Error("the sample has no evidence");
    const many = provenReport({
      evidence: Array.from({ length: 200 }, (_, i) => ({
        ...first,
        id: `E${i + 1}`,
        summary: `finding ${i + 1}: ${"word ".repeat(60)}`,
        exemplar: "y".repeat(900),
      })),
    });
    const all = Array.from({ length: 100 }, (_, page) => evidenceModal(many, page)).filter(({ title }, page) =>
      title.text.startsWith(`Evidence ${page + 1} `),
    );
    expect(all.length).toBeGreaterThan(10);
    for (const { blocks } of all.slice(1)) expect(blocks[0]?.type).toBe("divider");
    const ids = all.flatMap(({ blocks }) => shown(blocks).match(/^E\d+$/gm) ?? []);
    expect(new Set(ids).size).toBe(200);
    expect(all.every(({ blocks }) => shown(blocks).length < MAX_PAGE_TEXT * 1.3)).toBe(true);
  });
});

it("shows a runbook address from an alert as text, never as a link or a button", () => {
  const { blocks } = card(
    provenReport({
      alert_runbooks: [{ url: "https://r.example/crash-loop", alerts: ["Down"], runbook: "crash-loop", title: null }],
    }),
  );
  expect(shown(blocks)).toContain(
    "Runbooks that alerts link to\nhttps://r.example/crash-loop\n (the runbook crash-loop, from Down)",
  );
  expect(JSON.stringify(blocks)).not.toMatch(/"url":|"link"/);
});
