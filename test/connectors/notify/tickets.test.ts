import { expect, it } from "vitest";
import { postTicket } from "../../../src/connectors/notify/post-ticket.ts";
import type { TicketTarget } from "../../../src/connectors/notify/ticket-door.ts";
import { IncidentError } from "../../../src/domain/errors.ts";
import type { Posted } from "../../../src/domain/notice.ts";
import { messageOf } from "../../../src/render/chat/message-of.ts";
import { provenReport } from "../../render/sample-reports.ts";
import { gitHub, INCIDENT, incidentIo, jira, pagerDuty, type Vendor, vendorServer } from "./vendors.ts";

const REPORT = provenReport();
const ID = REPORT.analysis_id;
const TOKENS = { pagerduty: "pd", incidentio: "io", jira: "jira", github: "gh" } as const;
const TICKETS = { pagerduty: "Q1ABC2DEF3", incidentio: INCIDENT, jira: "OPS-7", github: null } as const;
type Kind = TicketTarget["kind"];

const targetAt = (kind: Kind, url: string, more: Partial<TicketTarget> = {}): TicketTarget => ({
  name: kind,
  kind,
  url,
  token: `${TOKENS[kind]}-secret-token`,
  user: kind === "pagerduty" ? "oncall@example.com" : kind === "jira" ? "bot@example.com" : null,
  repository: kind === "github" ? "acme/runbooks" : null,
  apiVersion: 3,
  timeoutMs: 20_000,
  ...more,
});

type More = { again?: boolean; pullRequest?: boolean; ticket?: string | null };
function postTo(target: TicketTarget, { ticket = TICKETS[target.kind], ...more }: More = {}): Promise<Posted> {
  const content = messageOf(target.kind, REPORT, { status: "done", review: { decisions: [], nowMs: 0 } });
  if (content.to !== "ticket") throw new Error("no message for a ticket");
  const post = { message: content.message, analysisId: ID, again: false, pullRequest: false, signal: undefined };
  return postTicket(target, { ...post, ticket, ...more }, { http: null, https: null, noProxy: [] });
}

const failureOf = async (sent: Promise<unknown>): Promise<IncidentError> => {
  const failure: unknown = await sent.then(
    () => null,
    (error: unknown) => error,
  );
  if (failure instanceof IncidentError) return failure;
  throw new Error(`no IncidentError: ${String(failure)}`);
};

/** A vendor, what it holds, and a target that it accepts. */
const VENDORS: readonly (readonly [
  string,
  () => { kind: Kind; vendor: Vendor; held: readonly unknown[]; more?: Partial<TicketTarget> },
])[] = [
  [
    "PagerDuty",
    () => {
      const { vendor, notes } = pagerDuty();
      return { kind: "pagerduty", vendor, held: notes.get("Q1ABC2DEF3") ?? [] };
    },
  ],
  [
    "incident.io",
    () => {
      const { vendor, actions } = incidentIo();
      return { kind: "incidentio", vendor, held: actions };
    },
  ],
  [
    "Jira Cloud",
    () => {
      const { vendor, comments } = jira("cloud");
      return { kind: "jira", vendor, held: comments };
    },
  ],
  [
    "Jira Server",
    () => {
      const { vendor, comments } = jira("server");
      return { kind: "jira", vendor, held: comments, more: { user: null, apiVersion: 2 } };
    },
  ],
  [
    "GitHub",
    () => {
      const { vendor, issues } = gitHub();
      return { kind: "github", vendor, held: issues };
    },
  ],
];

it.each(VENDORS)("%s gets the report once, and once more if that is wanted", async (_, open) => {
  const { kind, vendor, held, more } = open();
  const { url } = await vendorServer(vendor);
  const target = targetAt(kind, url, more);
  expect(await postTo(target)).toMatchObject({ wasThere: false });
  expect(JSON.stringify(held)).toContain(ID);
  expect(await postTo(target)).toMatchObject({ wasThere: true });
  expect(held).toHaveLength(1);
  expect(await postTo(target, { again: true })).toMatchObject({ wasThere: false });
  expect(held).toHaveLength(2);
});

it.each(VENDORS)("%s gets no second message when its answer is lost", async (_, open) => {
  const { kind, vendor, held, more } = open();
  const { url, faults } = await vendorServer(vendor);
  faults.push("lost");
  await postTo(targetAt(kind, url, more));
  expect(held).toHaveLength(1);
});

it.each(VENDORS)("%s is tried again after 429 and 503", async (_, open) => {
  const { kind, vendor, held, more } = open();
  const { url, faults } = await vendorServer(vendor);
  faults.push({ status: 429, headers: { "retry-after": "0" } }, { status: 503, headers: { "retry-after": "0" } });
  await postTo(targetAt(kind, url, more));
  expect(held).toHaveLength(1);
});

it.each(VENDORS)("%s is not asked again once it asks to wait for an hour", async (_, open) => {
  const { kind, vendor, more } = open();
  const { url, faults, calls } = await vendorServer(vendor);
  faults.push({ status: 429, headers: { "retry-after": "3600" } });
  expect(await failureOf(postTo(targetAt(kind, url, more)))).toMatchObject({
    code: "UNAVAILABLE",
    retryAfterMs: 3_600_000,
  });
  expect(calls.filter(({ method }) => method === "POST")).toHaveLength(1);
});

it.each(VENDORS)("%s refuses a wrong token once, and no error shows it", async (_, open) => {
  const { kind, vendor, more } = open();
  const { url, calls } = await vendorServer(vendor);
  const failure = await failureOf(postTo(targetAt(kind, url, { ...more, token: "wrong-token-value" })));
  expect(failure.code).toBe("REJECTED");
  expect(calls).toHaveLength(1);
  expect(`${failure.message} ${failure.hint} ${String(failure.cause)}`).not.toContain("wrong-token-value");
});

it.each(VENDORS)("%s: no redirect is followed", async (_, open) => {
  const { kind, vendor, more } = open();
  const other = await vendorServer(() => ({ status: 200 }));
  const { url, faults } = await vendorServer(vendor);
  faults.push({ status: 307, headers: { location: `${other.url}/elsewhere` } });
  expect((await failureOf(postTo(targetAt(kind, url, more)))).code).toBe("REJECTED");
  expect(other.calls).toEqual([]);
});

it.each([
  ["pagerduty", "../users"],
  ["pagerduty", null],
  ["incidentio", "INC-12"],
  ["jira", "OPS-7/../../myself"],
  ["jira", "ops"],
] as const)("%s takes no ticket %j: nothing is asked", async (kind, ticket) => {
  const { url, calls } = await vendorServer(() => ({ status: 200 }));
  expect((await failureOf(postTo(targetAt(kind, url), { ticket }))).code).toBe("BAD_INPUT");
  expect(calls).toEqual([]);
});

it("says that a ticket does not exist", async () => {
  const { url } = await vendorServer(pagerDuty().vendor);
  expect(await failureOf(postTo(targetAt("pagerduty", url), { ticket: "QNONE" }))).toMatchObject({ code: "NOT_FOUND" });
});

it("needs a user of PagerDuty", async () => {
  const { url } = await vendorServer(pagerDuty().vendor);
  const failure = await failureOf(postTo(targetAt("pagerduty", url, { user: null })));
  expect(failure).toMatchObject({ code: "CONFIG", hint: expect.stringContaining("PAGERDUTY_FROM") as string });
});

it("opens a pull request with the runbook on a branch of its own, once", async () => {
  const { vendor, pulls, issues, branches } = gitHub();
  const { url, faults } = await vendorServer(vendor);
  const target = targetAt("github", url);
  faults.push("lost", "lost", "lost"); // the branch, the file, the pull request: each is made, but the answer is lost
  await postTo(target, { pullRequest: true });
  expect(await postTo(target, { pullRequest: true })).toMatchObject({ wasThere: true, link: pulls[0]?.html_url });
  expect([pulls.length, issues.length, branches.size]).toEqual([1, 0, 2]);
  const [name, branch] = [...branches].at(-1) ?? [];
  expect(pulls[0]?.head).toBe(name);
  const [[path = "", text = ""] = []] = [...(branch?.files ?? [])];
  expect(path).toMatch(/^runbooks\/[a-z0-9-]+\/SKILL\.md$/);
  expect(text).toMatch(/^---\nname: /);
  expect(branches.get("main")?.files.size).toBe(0);
});

it("changes no runbook that the repository has", async () => {
  const { vendor, pulls, branches } = gitHub();
  const { url } = await vendorServer(vendor);
  const target = targetAt("github", url);
  await postTo(target, { pullRequest: true });
  const [path = ""] = [...(([...branches].at(-1) ?? [])[1]?.files.keys() ?? [])];
  branches.get("main")?.files.set(path, "a person's");
  pulls.length = 0;
  expect(await failureOf(postTo(target, { pullRequest: true }))).toMatchObject({ code: "REJECTED" });
  expect([branches.get("main")?.files.get(path), pulls.length]).toEqual(["a person's", 0]);
});

it("reads GitHub's second rate limit as a wait", async () => {
  const { url, faults } = await vendorServer(gitHub().vendor);
  const json = { message: "You have exceeded a secondary rate limit" };
  faults.push({ status: 403, headers: { "retry-after": "60" }, json });
  expect(await failureOf(postTo(targetAt("github", url)))).toMatchObject({ code: "UNAVAILABLE", retryAfterMs: 60_000 });
});
