import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { noticesOf } from "../../../src/app/notices/notices.ts";
import { MAX_NOTICE_TRIES, type NoticeParts, pauseMs, sendNotice } from "../../../src/app/notices/send-notice.ts";
import { ticketOf } from "../../../src/app/notices/ticket-of.ts";
import type { NotifyConfig } from "../../../src/config.ts";
import { sqlNoticeStore } from "../../../src/connectors/sql/notices.ts";
import { openDatabase } from "../../../src/connectors/sqlite/open-database.ts";
import { IncidentError } from "../../../src/domain/errors.ts";
import { messageOf } from "../../../src/render/chat/message-of.ts";
import { provenReport } from "../../render/sample-reports.ts";

const CHAT: NotifyConfig = {
  name: "chat",
  kind: "mattermost",
  url: "https://chat.example/hooks/x",
  secret: null,
  headers: {},
  automatic: true,
  timeoutMs: 1_000,
};
const report = provenReport();
const detail = {
  id: report.analysis_id,
  incidentId: report.incident_id,
  status: "done" as const,
  why: null,
  requestedBy: "test",
  requestedAtMs: 0,
  startedAtMs: 0,
  finishedAtMs: 0,
  attempts: 1,
  report,
  actions: [],
};
const busy = (retryAfterMs: number | null = null): IncidentError =>
  new IncidentError("UNAVAILABLE", "chat is down", { hint: "Wait.", retryAfterMs });

async function openParts(post: NoticeParts["post"]) {
  const sql = await openDatabase(join(mkdtempSync(join(tmpdir(), "causeway-notices-")), "causeway.db"));
  onTestFinished(() => sql.close());
  const clock = { nowMs: 1_000_000 };
  const parts: NoticeParts = {
    notices: sqlNoticeStore(sql),
    places: [CHAT],
    getAnalysis: async () => detail,
    listAlerts: async () => ({ alerts: [] }),
    post,
    now: () => clock.nowMs,
  };
  return { parts, clock };
}
const wanted = { id: "msg-1", analysisId: report.analysis_id, place: "chat", ticket: null, pullRequest: false };
const options = { owner: "me", render: messageOf, again: false, retries: true };

it("waits longer after each failure, or as long as the server says, and gives up after the last try", async () => {
  const answers = [busy(), busy(7_200_000)];
  const { parts, clock } = await openParts(async () => Promise.reject(answers.shift() ?? busy()));
  const { notices } = parts;
  await notices.claimNotice(wanted, { owner: "other", untilMs: 0 }, { nowMs: clock.nowMs, again: false });
  const waits: number[] = [];
  for (let tries = 0; tries < 20; tries += 1) {
    const claim = { owner: "me", untilMs: clock.nowMs + 1 };
    const [notice] = await notices.takeNotices(["chat"], claim, { nowMs: clock.nowMs, limit: 1 });
    if (notice === undefined) break;
    const { end } = await sendNotice(parts, notice, options);
    waits.push(end.dueMs - clock.nowMs);
    expect(await notices.takeNotices(["chat"], claim, { nowMs: end.dueMs - 1, limit: 1 })).toEqual([]);
    clock.nowMs = end.dueMs;
  }
  expect(waits.slice(0, 4)).toEqual([60_000, 7_200_000, 240_000, 480_000]);
  expect(await notices.findNotice("msg-1")).toMatchObject({ state: "failed", attempts: MAX_NOTICE_TRIES });
});

it("does not try a refusal again", async () => {
  const { parts, clock } = await openParts(async () => {
    throw new IncidentError("REJECTED", "chat refused it", { hint: "Check it." });
  });
  const claim = { owner: "me", untilMs: 2_000_000 };
  const { notice } = await parts.notices.claimNotice(wanted, claim, { nowMs: clock.nowMs, again: false });
  expect(await sendNotice(parts, notice, options)).toMatchObject({ end: { state: "failed" } });
});

it("gives up what each process died of", async () => {
  const { parts, clock } = await openParts(async () => ({ link: null, wasThere: false }));
  const claim = { owner: "me", untilMs: 2_000_000 };
  const { notice } = await parts.notices.claimNotice(wanted, claim, { nowMs: clock.nowMs, again: false });
  const worn = { ...notice, attempts: MAX_NOTICE_TRIES + 1 };
  expect(await sendNotice(parts, worn, options)).toMatchObject({ end: { state: "failed" } });
});

it("gives back what it was stopped in, and keeps what a person stopped as failed", async () => {
  const stop = new AbortController();
  const { parts, clock } = await openParts(async () => {
    stop.abort();
    throw stop.signal.reason;
  });
  const claim = { owner: "me", untilMs: 2_000_000 };
  const { notice } = await parts.notices.claimNotice(wanted, claim, { nowMs: clock.nowMs, again: false });
  await expect(sendNotice(parts, notice, { ...options, signal: stop.signal })).rejects.toThrow("aborted");
  expect(await parts.notices.findNotice("msg-1")).toMatchObject({ state: "waiting", dueMs: clock.nowMs });
  const byHand = noticesOf(parts);
  const request = { analysisId: "an-2", place: "chat", ticket: null, pullRequest: false };
  await expect(byHand.send({ ...request, again: false, signal: stop.signal }, messageOf)).rejects.toThrow("aborted");
  expect(await byHand.failed()).toMatchObject([{ analysisId: "an-2", why: "it was interrupted" }]);
});

it("pauses at most an hour of its own", () => {
  expect([pauseMs(1, null), pauseMs(8, null), pauseMs(30, null), pauseMs(1, 9e6)]).toEqual([
    30_000, 3_600_000, 3_600_000, 9e6,
  ]);
});

const alert = (more: { fingerprint?: string; labels?: Record<string, string>; links?: Record<string, string> }) => ({
  fingerprint: "abc",
  labels: {},
  ...more,
});
it.each([
  ["pagerduty", alert({ fingerprint: "pagerduty:Q1ABC2DEF3" }), "Q1ABC2DEF3"],
  ["pagerduty", alert({ fingerprint: "pagerduty:../users" }), null],
  ["pagerduty", alert({ labels: { pagerduty_incident: "Q1ABC2DEF3" } }), "Q1ABC2DEF3"],
  ["incidentio", alert({ fingerprint: "incident-io:01FCNDV6P870EA6S7TK1DSYDG0" }), "01FCNDV6P870EA6S7TK1DSYDG0"],
  ["jira", alert({ labels: { jira_key: "OPS-7" } }), "OPS-7"],
  ["jira", alert({ labels: { jira_key: "OPS-7/../../x" } }), null],
  ["jira", alert({ links: { ticket: "https://jira.example/browse/OPS-9?x=1" } }), "OPS-9"],
  ["jira", alert({ links: { ticket: "https://jira.example.evil/browse/OPS-9" } }), null],
  ["github", alert({ labels: { jira_key: "OPS-7" } }), null],
] as const)("reads the ticket of %s from an alert", (kind, one, ticket) => {
  expect(ticketOf({ kind, url: "https://jira.example" }, [alert({}), one])).toBe(ticket);
});

it("proposes a plan that a runbook has only when a person wants it", async () => {
  const place: NotifyConfig = { ...CHAT, kind: "github", token: "t", user: null, repository: "a/b", apiVersion: 3 };
  const { parts, clock } = await openParts(async () => ({ link: null, wasThere: false }));
  const withGitHub = { ...parts, places: [place] };
  const claim = { owner: "me", untilMs: 2_000_000 };
  const { notice } = await parts.notices.claimNotice(wanted, claim, { nowMs: clock.nowMs, again: false });
  expect(report.runbook?.drafted).toBe(false);
  expect(await sendNotice(withGitHub, notice, options)).toMatchObject({ end: { state: "skipped" } });
  const request = { ...wanted, again: false, signal: undefined };
  expect(await noticesOf(withGitHub).send(request, messageOf)).toMatchObject({ outcome: { end: { state: "sent" } } });
});
